"""Values that are wrong by themselves."""

from __future__ import annotations

import os
from collections.abc import Callable
from unittest.mock import patch

from cases import ErrorCase, World
from cdk8s_mlops_runtime.object_store import ObjectStore
from cdk8s_mlops_runtime.registry.open import open_registry
from cdk8s_mlops_runtime.release import DataSnapshot, Lineage, require_model, require_sha256, require_version

SNAPSHOT = DataSnapshot("lakefs", "lakefs://fraud-data", "5d6e7f8a")


def snapshot(kind: str = "lakefs", uri: str = "lakefs://fraud-data", revision: str = "5d6e7f8a") -> Callable[[World], object]:
    return lambda _: DataSnapshot(kind, uri, revision)


def call(*args: str, **environment: str) -> Callable[[World], object]:
    def provoke(world: World) -> object:
        with patch.dict(os.environ, environment):
            return world.run(*args)

    return provoke


def without_registry(_: World) -> object:
    with patch.dict(os.environ, {"MODEL_REGISTRY_URI": "", "MLFLOW_TRACKING_URI": ""}):
        return open_registry()


CASES = [
    ErrorCase(
        "runtime/other-version",
        "containers of another version of the library",
        call("load", "--model-uri=x", "--output=y", CDK8S_MLOPS_VERSION="9.9.9"),
        "what called this was made by cdk8s-mlops 9.9.9, and this is the runtime of 0.0.0; take the image of version 9.9.9",
    ),
    ErrorCase(
        "model/malformed-name",
        "a name that is no label",
        lambda _: require_model("Fraud_Detection"),
        "the model must be at most 52 lower-case letters, digits and '-', starting with a letter, got 'Fraud_Detection'",
    ),
    ErrorCase(
        "model/malformed-reference",
        "a name with two versions",
        call("load", "--model-uri=models:/fraud/7/8", "--output=out"),
        "a version must be named '<model>/<version>' or '<model>@<alias>', got 'models:/fraud/7/8'",
    ),
    *[
        ErrorCase(
            "version/moving-name",
            f"the moving name {name}",
            lambda _, name=name: require_version(name),  # type: ignore[misc]
            f"the version must be one such as '7', got the moving name '{name}'; give the version that it stands for",
        )
        for name in ("champion", "latest", "origin/main", "HEAD~1")
    ],
    ErrorCase(
        "version/malformed",
        "a version that is no label",
        lambda _: require_version("7 beta"),
        "the version must be at most 63 letters, digits, '-', '_' and '.', starting and ending with a letter or digit, got '7 beta'",
    ),
    ErrorCase(
        "hash/malformed",
        "a hash that is cut off",
        lambda _: require_sha256("--sha256", "abc"),
        "--sha256 must be 64 lower-case hex digits, got 'abc'; take the output of 'sha256sum'",
    ),
    ErrorCase(
        "lineage/moving-commit",
        "a branch as commit",
        lambda _: Lineage("main", SNAPSHOT, "nightly"),
        "the Git commit must be a commit id or a tag, got 'main'; take the output of 'git rev-parse HEAD'",
    ),
    ErrorCase(
        "lineage/nobody",
        "a blank trainer",
        lambda _: Lineage("4b825dc6", SNAPSHOT, " "),
        "who trained the model must be a person or a pipeline, got ''",
    ),
    ErrorCase(
        "lineage/not-finite",
        "a metric that is NaN",
        lambda _: Lineage("4b825dc6", SNAPSHOT, "nightly", metrics={"auc": float("nan")}),
        "the metric 'auc' must be a finite number, got nan; leave out what could not be measured",
    ),
    ErrorCase(
        "lineage/malformed-digest",
        "an image by tag",
        lambda _: Lineage("4b825dc6", SNAPSHOT, "nightly", image_digest="1.4"),
        "the image digest must look like 'sha256:<64 hex digits>', got '1.4'; a tag can be moved, a digest cannot",
    ),
    ErrorCase(
        "data-snapshot/unknown-kind",
        "a store that nobody knows",
        snapshot(kind="ftp"),
        "the kind of a data snapshot must be one of dvc, lakefs, s3, git, got 'ftp'",
    ),
    ErrorCase(
        "data-snapshot/malformed",
        "an address with blanks",
        snapshot(uri="fraud data"),
        "the address of a data snapshot must be printable ASCII without blanks, got 'fraud data'; encode others with '%'",
    ),
    ErrorCase(
        "data-snapshot/credentials",
        "a token in the address, without repeating it",
        snapshot(kind="git", uri="https://x:s3cret@git.example.com/data.git"),
        "the address of a data snapshot must not hold a user or password, got one for 'git.example.com'; it is written on every object",
    ),
    *[
        ErrorCase(
            "data-snapshot/moving-revision",
            f"{kind} data at {revision}",
            snapshot(kind, "s3://data/features.parquet", revision),
            f"the revision of a data snapshot must name the same data for ever, got '{revision}'; give a commit id or the version of an object",
        )
        for kind, revision in (("git", "main"), ("s3", "null"))
    ],
    ErrorCase(
        "data-snapshot/malformed-text",
        "a snapshot without revision",
        lambda _: DataSnapshot.parse("lakefs://fraud-data"),
        "a data snapshot must look like 'lakefs:lakefs://fraud-data@5d6e7f8a' (kind, address, revision), got 'lakefs://fraud-data'",
    ),
    ErrorCase(
        "store/malformed-uri",
        "a bucket that cannot be",
        lambda _: ObjectStore("s3://Models"),
        "the registry must look like 's3://<bucket>/<folder>', got 's3://Models'",
    ),
    ErrorCase(
        "registry/malformed-uri",
        "a registry of another kind",
        lambda _: open_registry("ftp://models"),
        "the registry must be 's3://…' or the 'http(s)://…' of an MLflow server, got 'ftp://models'",
    ),
    ErrorCase(
        "registry/unknown",
        "an environment without registry",
        without_registry,
        "no registry is known; set MODEL_REGISTRY_URI to 's3://<bucket>/<folder>', or MLFLOW_TRACKING_URI to the address of MLflow",
    ),
]
