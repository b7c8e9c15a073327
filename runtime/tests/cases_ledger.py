"""Registries that are not as they were left."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3

from cases import ErrorCase, World
from cases_artifacts import put, register
from cdk8s_mlops_runtime.registry.ledger import Ledger, _hash
from cdk8s_mlops_runtime.registry.s3 import S3Registry

MANIFEST = "production/fraud/manifest.json"


def manifest(change: Callable[[dict[str, Any]], object], *, seal: bool = True) -> Callable[[World], object]:
    """A manifest with a change; sealed again by somebody who knows how, or not."""

    def provoke(world: World) -> object:
        content = json.loads(Ledger("fraud", aliases={"champion": "7"}).to_bytes())
        written = content.pop("contentSha256")
        change(content)
        put(world, MANIFEST, json.dumps({**content, "contentSha256": _hash(content) if seal else written}))
        return S3Registry(world.bucket).read("fraud")

    return provoke


def text(content: str) -> Callable[[World], object]:
    def provoke(world: World) -> object:
        put(world, MANIFEST, content)
        return S3Registry(world.bucket).read("fraud")

    return provoke


def secured(change: Callable[[World, S3Registry], object]) -> Callable[[World], object]:
    """A candidate that changes before, or after, it was made a release."""

    def provoke(world: World) -> object:
        register(world)
        registry = S3Registry(world.bucket)
        version = registry.find("fraud", "7")
        change(world, registry)
        registry.secure(version)
        return None

    return provoke


def release_changed(world: World, registry: S3Registry) -> None:
    registry.secure(registry.find("fraud", "7"))
    put(world, "production/fraud/7/model.tar", "changed")


def candidate_gone(world: World, _: S3Registry) -> None:
    boto3.client("s3").delete_object(Bucket=world.bucket.removeprefix("s3://"), Key="models/fraud/candidates/7/model.tar")


CASES = [
    ErrorCase(
        "registry/not-json",
        "a manifest that is cut off",
        text('{"format": 1, "aliases": {"champ'),
        "'s3://registry/production/fraud/manifest.json' is not JSON any more, it has 32 bytes; restore the object's last good version",
        4,
    ),
    ErrorCase(
        "ledger/malformed",
        "a manifest of other content",
        text('{"aliases": {"champion": "7"}}'),
        "'s3://registry/production/fraud/manifest.json' is no manifest that we wrote (KeyError('contentSha256')); restore the object's last good version",
        4,
    ),
    ErrorCase(
        "ledger/malformed",
        "a manifest that is a list",
        text("[1]"),
        "'s3://registry/production/fraud/manifest.json' is no manifest that we wrote (TypeError('cannot convert dictionary update sequence element #0 to a sequence')); "
        "restore the object's last good version",
        4,
    ),
    ErrorCase(
        "ledger/other-model",
        "the manifest of another model",
        manifest(lambda content: content.update(model="churn")),
        "'s3://registry/production/fraud/manifest.json' is about 'churn', not 'fraud'; restore the object's last good version",
        4,
    ),
    ErrorCase(
        "ledger/newer-format",
        "a manifest of tomorrow",
        manifest(lambda content: content.update(format=2)),
        "'s3://registry/production/fraud/manifest.json' was written by a newer runtime (format 2, known is 1); take its image",
        4,
    ),
    ErrorCase(
        "ledger/changed-by-hand",
        "an alias that was moved by hand",
        manifest(lambda content: content["aliases"].update(champion="6"), seal=False),
        "'s3://registry/production/fraud/manifest.json' was changed by hand: it is not what its hash says; restore the object's last good version",
        4,
    ),
    ErrorCase(
        "registry/alias-to-nowhere",
        "an alias for a version that was never promoted",
        manifest(lambda _: None),
        "'s3://registry/production/fraud/manifest.json' has an alias for version '7', of which it knows nothing; restore the object's last good version",
        4,
    ),
    ErrorCase(
        "registry/artifact-changed",
        "a release that was changed",
        secured(release_changed),
        "'s3://registry/production/fraud/7/model.tar' has the hash d67e2e944994496c8d8ec76eed0cf9f09679448d584b532bebf941852a37f5ed, registered was "
        "4cbc692004ba6561cd19daa9bc434a9f9eb2b228a7a5766bbfe7cb3c6ac5476a; restore the object's last good version",
        4,
    ),
    ErrorCase(
        "registry/candidate-changed",
        "a candidate that was changed",
        secured(lambda world, _: put(world, "models/fraud/candidates/7/model.tar", "changed")),
        "'s3://registry/models/fraud/candidates/7/model.tar' has the hash d67e2e944994496c8d8ec76eed0cf9f09679448d584b532bebf941852a37f5ed, registered was "
        "4cbc692004ba6561cd19daa9bc434a9f9eb2b228a7a5766bbfe7cb3c6ac5476a; somebody changed it, register the version again under another name",
        4,
    ),
    ErrorCase(
        "registry/candidate-gone",
        "a candidate that expired",
        secured(candidate_gone),
        "'s3://registry/models/fraud/candidates/7/model.tar' is not there any more (candidates expire); register the version again under another name",
        4,
    ),
]
