"""`mlops register`: a candidate is complete or not there, and the same candidate twice is one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import Result

from cdk8s_mlops_runtime import packing
from cdk8s_mlops_runtime.problems import Problem
from conftest import S3Server, keys

Run = Callable[..., Result]
LINEAGE = ("--git-commit", "4b825dc6", "--data", "lakefs:lakefs://fraud-data@5d6e7f8a", "--trained-by", "nightly")


def stored(bucket: str, key: str) -> Any:
    return json.loads(boto3.client("s3").get_object(Bucket=bucket.removeprefix("s3://"), Key=key)["Body"].read())


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "empty").mkdir(parents=True)
    (folder / "weights.bin").write_bytes(b"weights")
    return folder


def test_a_folder_becomes_a_candidate_with_hash_and_lineage(run: Run, bucket: str, model: Path, tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text('{"auc": 0.97, "epochs": 3}')
    (tmp_path / "schema.json").write_text("{}")
    sha256 = packing.pack(model, tmp_path / "expected.tar")

    result = run(
        "register", "fraud", model, "--version", "7", *LINEAGE, "--parameter", "depth=6", "--parameter", "objective=a=b",
        "--metrics", tmp_path / "metrics.json", "--feature-schema", tmp_path / "schema.json", "--architecture", tmp_path / "schema.json",
        "--version-file", tmp_path / "version", "--image-digest", f"sha256:{'a' * 64}",
    )  # fmt: skip

    assert result.output == f"fraud/7 is staged, SHA-256 {sha256}\n"
    assert keys(bucket) == ["models/fraud/candidates/7/candidate.json", "models/fraud/candidates/7/model.tar"]
    assert stored(bucket, "models/fraud/candidates/7/candidate.json") == {
        "model": "fraud",
        "version": "7",
        "artifactSha256": sha256,
        "imageDigest": f"sha256:{'a' * 64}",
        "gitCommit": "4b825dc6",
        "dataSnapshot": {"kind": "lakefs", "uri": "lakefs://fraud-data", "revision": "5d6e7f8a"},
        "trainedBy": "nightly",
        "parameters": {"depth": "6", "objective": "a=b"},
        "metrics": {"auc": 0.97, "epochs": 3.0},
        "gateResult": "not evaluated",
        "featureSchemaSha256": packing.sha256_of(tmp_path / "schema.json"),
        "architectureSha256": packing.sha256_of(tmp_path / "schema.json"),
        "status": "staged",
    }
    assert (tmp_path / "version").read_text() == "7"


def test_the_same_folder_is_the_same_bytes_whenever_it_is_packed(model: Path, tmp_path: Path) -> None:
    first = packing.pack(model, tmp_path / "first.tar")
    (model / "weights.bin").chmod(0o600)
    (model / "weights.bin").touch()
    (model / "registered_model_meta").write_text("added by MLflow")

    assert packing.pack(model, tmp_path / "second.tar") == first


def test_a_file_of_the_trainer_s_own_packing_is_taken_as_it_is(run: Run, bucket: str, model: Path, tmp_path: Path) -> None:
    sha256 = packing.pack(model, tmp_path / "own.tar")

    assert sha256 in run("register", "fraud", tmp_path / "own.tar", "--version", "7", *LINEAGE).output


def test_registering_the_same_again_changes_nothing(run: Run, bucket: str, model: Path) -> None:
    first = run("register", "fraud", model / "weights.bin", "--version", "7", *LINEAGE)

    assert run("register", "fraud", model / "weights.bin", "--version", "7", *LINEAGE).output == first.output


def test_what_a_killed_registration_left_is_completed(run: Run, bucket: str, model: Path) -> None:
    first = run("register", "fraud", model, "--version", "7", *LINEAGE)
    boto3.client("s3").delete_object(Bucket=bucket.removeprefix("s3://"), Key="models/fraud/candidates/7/candidate.json")

    assert run("register", "fraud", model, "--version", "7", *LINEAGE).output == first.output


def test_a_trainer_who_may_not_list_sees_missing_objects_as_forbidden_and_registers_all_the_same(
    run: Run, bucket: str, s3: S3Server, model: Path
) -> None:
    s3.hide_missing = True

    assert "fraud/7 is staged" in run("register", "fraud", model, "--version", "7", *LINEAGE).output


def test_an_empty_file_is_an_artifact_too(run: Run, bucket: str, tmp_path: Path) -> None:
    (tmp_path / "empty.tar").touch()

    run("register", "fraud", tmp_path / "empty.tar", "--version", "7", *LINEAGE)

    assert keys(bucket)[1] == "models/fraud/candidates/7/model.tar"


def test_two_trainers_of_one_version_cannot_mix(run: Run, bucket: str, model: Path, tmp_path: Path) -> None:
    run("register", "fraud", model, "--version", "7", *LINEAGE)
    boto3.client("s3").delete_object(Bucket=bucket.removeprefix("s3://"), Key="models/fraud/candidates/7/candidate.json")
    (model / "weights.bin").write_bytes(b"others")

    with pytest.raises(Problem, match="register/other-artifact"):
        run("register", "fraud", model, "--version", "7", *LINEAGE)


def test_an_architecture_that_nobody_described_is_not_known(run: Run, bucket: str, model: Path, tmp_path: Path) -> None:
    run("register", "fraud", model, "--version", "7", *LINEAGE, "--architecture", tmp_path / "nothing.json")

    assert "architectureSha256" not in stored(bucket, "models/fraud/candidates/7/candidate.json")
