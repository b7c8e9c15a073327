"""What a model was trained on is registered with the version, and travels with the alias."""

from __future__ import annotations

import gzip
import io
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import Result

from cdk8s_mlops_runtime.packing import sha256_of
from cdk8s_mlops_runtime.problems import Problem
from cdk8s_mlops_runtime.registry.registry import Registry
from cdk8s_mlops_runtime.registry.s3 import S3Registry
from conftest import Refusal, S3Server, keys

Run = Callable[..., Result]
S3_ONLY = pytest.mark.parametrize("kind", ["s3"], indirect=True)
MLFLOW_ONLY = pytest.mark.parametrize("kind", ["mlflow"], indirect=True)
LINEAGE = ("--git-commit", "4b825dc6", "--data", "lakefs:lakefs://fraud-data@5d6e7f8a", "--trained-by", "nightly")
SETTINGS = "{minimumSamples: 1000, otherColumns: ignore, columns: {amount: {method: psi}}}"


def amounts(mean: float, rows: int = 2000) -> list[dict[str, Any]]:
    chance = random.Random(mean)
    return [{"amount": round(chance.gauss(mean, 10), 3)} for _ in range(rows)]


def json_lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def csv(rows: list[dict[str, Any]]) -> bytes:
    return "\n".join(["amount", *(str(row["amount"]) for row in rows), ""]).encode()


def parquet(rows: list[dict[str, Any]]) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), file)
    return file.getvalue()


@pytest.fixture
def register(run: Run, registry: Registry, tmp_path: Path) -> Callable[..., str]:
    """Hand in a candidate with what it was trained on, and return the version that it got."""
    named = isinstance(registry, S3Registry)

    def call(name: str, reference: bytes | None, *more: str) -> str:
        source, file = tmp_path / f"source-{name}", tmp_path / f"reference-{name}"
        source.mkdir(exist_ok=True)
        (source / "weights.bin").write_text(name)
        if reference is not None:
            file.write_bytes(reference)
        version = ("--version", name) if named else ()
        result = run("register", "fraud", source, *version, *LINEAGE, "--reference", file, *more)
        return result.stdout.split()[0].split("/")[1]

    return call


@pytest.fixture
def promote(run: Run, tmp_path: Path) -> Callable[..., None]:
    """Make a version the champion."""

    def call(version: str) -> None:
        run("promote", "fraud", "--version", version, "--without-gate", "a test", "--by", "ada", "--releases", tmp_path / "releases")

    return call


@pytest.fixture
def check(run: Run, tmp_path: Path) -> Callable[..., Any]:
    """Compare requests with what the champion was trained on."""

    def call(rows: list[dict[str, Any]], *more: str) -> Any:
        (tmp_path / "log").mkdir(exist_ok=True)
        (tmp_path / "log" / "requests.jsonl").write_bytes(json_lines(rows))
        (tmp_path / "drift.yaml").write_text(SETTINGS)
        run(
            *("drift", "fraud", "--reference-of=champion", "--current", tmp_path / "log", "--settings", tmp_path / "drift.yaml"),
            *("--json", tmp_path / "drift.json", *more),
        )
        return json.loads((tmp_path / "drift.json").read_text())

    return call


def corrupt(address: str, version: str) -> None:
    """Flip the first bit of the reference, behind the back of the registry."""
    if address.startswith("s3://"):
        bucket, key = address.removeprefix("s3://"), f"production/fraud/{version}/reference"
    else:
        bucket, key = (
            "mlflow",
            next(name for name in keys("s3://mlflow") if name.endswith("/reference") and run_of(address, version) in name),
        )
    store = boto3.client("s3")
    body = bytearray(store.get_object(Bucket=bucket, Key=key)["Body"].read())
    body[0] ^= 1
    store.put_object(Bucket=bucket, Key=key, Body=bytes(body))


def run_of(address: str, version: str) -> str:
    from mlflow import MlflowClient

    return str(MlflowClient(address, address).get_model_version("fraud", version).run_id)


def test_requests_are_compared_with_what_the_champion_was_trained_on(
    register: Callable[..., str], promote: Callable[..., None], check: Callable[..., Any], registry: Registry, tmp_path: Path
) -> None:
    version = register("a", csv(amounts(50)))
    promote(version)

    found = check(amounts(51))

    sha256 = sha256_of(tmp_path / "reference-a")
    assert (found["verdict"], found["samples"]) == ("no drift", 2000)
    assert found["reference"] == {"uri": found["reference"]["uri"], "sha256": sha256, "version": version}
    assert registry.find("fraud", version).lineage.reference_sha256 == sha256
    assert json.loads((tmp_path / "releases" / "fraud.json").read_text())["referenceSha256"] == sha256
    assert check(amounts(80))["verdict"] == "drift"


def test_the_reference_follows_the_alias(
    register: Callable[..., str], promote: Callable[..., None], check: Callable[..., Any], run: Run, tmp_path: Path
) -> None:
    a, b = register("a", csv(amounts(50))), register("b", csv(amounts(80)))
    promote(a)
    requests = amounts(81)
    before = check(requests)

    promote(b)
    retrained = check(requests)
    run("rollback", "fraud", "--by", "ada", "--reason", "a test", "--releases", tmp_path / "releases")
    back = check(requests)

    assert [(each["verdict"], each["reference"]["version"]) for each in (before, retrained, back)] == [
        ("drift", a),
        ("no drift", b),
        ("drift", a),
    ]


def test_requests_from_before_the_version_became_the_champion_do_not_count(
    register: Callable[..., str], promote: Callable[..., None], check: Callable[..., Any], registry: Registry, run: Run, tmp_path: Path
) -> None:
    a, b = register("a", csv(amounts(50))), register("b", csv(amounts(80)))
    promote(a)
    promote(b)
    live_since = registry.find("fraud", b).live_since or ""
    before = datetime.fromisoformat(live_since) - timedelta(seconds=10)
    after = datetime.fromisoformat(live_since) + timedelta(seconds=10)
    until = f"--until={after:%Y-%m-%dT%H:%M:%SZ}"
    old = [{**row, "timestamp": before.isoformat()} for row in amounts(50)]
    new = [{**row, "timestamp": after.isoformat()} for row in amounts(81)]

    nothing_yet = check(old, "--window=3600", until)
    mixed = check(old + new, "--window=3600", until)

    assert (nothing_yet["verdict"], nothing_yet["samples"]) == ("waiting for samples", 0)
    assert (mixed["verdict"], mixed["samples"]) == ("no drift", 2000)
    assert mixed["dropped"] == {"outsideWindow": 0, "withoutTimestamp": 0, "beforeTraining": 2000}
    assert mixed["window"]["trained"] == live_since
    run("rollback", "fraud", "--by", "ada", "--reason", "a test", "--releases", tmp_path / "releases")
    assert (registry.find("fraud", a).live_since or "") >= live_since


@pytest.mark.parametrize(
    "written",
    [parquet, csv, json_lines, lambda rows: gzip.compress(csv(rows)), lambda rows: gzip.compress(json_lines(rows))],
    ids=["Parquet", "CSV", "JSON lines", "packed CSV", "packed JSON lines"],
)
@S3_ONLY
def test_a_reference_is_read_by_what_it_holds(
    written: Callable[..., bytes], register: Callable[..., str], promote: Callable[..., None], check: Callable[..., Any], run: Run
) -> None:
    promote(register("a", written(amounts(50))))

    assert check(amounts(50))["verdict"] == "no drift"
    assert check(amounts(50), "--stream")["features"][0]["score"] == 0


def test_a_flipped_bit_is_found_at_the_next_check(
    register: Callable[..., str], promote: Callable[..., None], check: Callable[..., Any], address: str, tmp_path: Path, s3: S3Server
) -> None:
    version = register("a", csv(amounts(50)))
    promote(version)
    corrupt(address, version)

    with pytest.raises(Problem) as told:
        check(amounts(50))

    assert (told.value.problem_id, told.value.exit_code) == ("registry/reference-changed", 4)
    assert f"registered was {sha256_of(tmp_path / 'reference-a')}" in str(told.value)


def test_a_version_whose_reference_was_changed_is_not_promoted(
    register: Callable[..., str], promote: Callable[..., None], address: str, registry: Registry, s3: S3Server
) -> None:
    a, b = register("a", csv(amounts(50))), register("b", csv(amounts(80)))
    promote(a)
    store, prefix = boto3.client("s3"), "models/fraud/candidates/b"
    if address.startswith("s3://"):
        store.put_object(Bucket=address.removeprefix("s3://"), Key=f"{prefix}/reference", Body=b"amount\n1\n")
    else:
        corrupt(address, b)

    with pytest.raises(Problem) as told:
        promote(b)

    assert (told.value.problem_id, told.value.exit_code) == ("move/undone", 4)
    assert dict(registry.read("fraud").ledger.aliases) == {"champion": a}
    if address.startswith("s3://"):
        assert f"production/fraud/{b}/reference" not in keys(address)


def test_a_champion_without_a_reference_is_told(
    register: Callable[..., str], promote: Callable[..., None], check: Callable[..., Any]
) -> None:
    version = register("a", None)
    promote(version)

    with pytest.raises(Problem) as told:
        check(amounts(50))

    assert (told.value.problem_id, told.value.exit_code) == ("drift/no-reference", 3)
    assert str(told.value).startswith(f"version '{version}', which 'fraud@champion' stands for, was registered without a reference; ")


def test_nobody_is_champion_yet(register: Callable[..., str], check: Callable[..., Any]) -> None:
    register("a", csv(amounts(50)))

    with pytest.raises(Problem) as told:
        check(amounts(50))

    assert (told.value.problem_id, told.value.exit_code) == ("registry/alias-missing", 3)


def test_a_reference_that_is_gone_is_told(
    register: Callable[..., str], promote: Callable[..., None], check: Callable[..., Any], address: str, s3: S3Server
) -> None:
    version = register("a", csv(amounts(50)))
    promote(version)
    bucket = address.removeprefix("s3://") if address.startswith("s3://") else "mlflow"
    for key in [name for name in keys(f"s3://{bucket}") if name.endswith("/reference")]:
        boto3.client("s3").delete_object(Bucket=bucket, Key=key)

    with pytest.raises(Problem) as told:
        check(amounts(50))

    assert told.value.problem_id == ("load/missing" if address.startswith("s3://") else "registry/files-gone")


@MLFLOW_ONLY
def test_a_version_whose_reference_is_gone_stands_in_nobodys_way(
    register: Callable[..., str], promote: Callable[..., None], address: str, registry: Registry, s3: S3Server
) -> None:
    a, b = register("a", csv(amounts(50))), register("b", csv(amounts(80)))
    for key in [name for name in keys("s3://mlflow") if name.endswith("/reference") and run_of(address, b) in name]:
        boto3.client("s3").delete_object(Bucket="mlflow", Key=key)

    with pytest.raises(Problem, match="is not in the storage of MLflow any more") as told:
        promote(b)
    promote(a)

    assert told.value.problem_id == "move/undone"
    assert dict(registry.read("fraud").ledger.aliases) == {"champion": a}


@MLFLOW_ONLY
def test_a_reference_that_cannot_be_fetched_at_this_moment_undoes_no_move(
    register: Callable[..., str], promote: Callable[..., None], registry: Registry, run: Run, s3: S3Server
) -> None:
    a = register("a", csv(amounts(50)))
    s3.refusals = [Refusal("GET", "artifacts%2F(reference%2F)?(&|$)", "403 Forbidden", "AccessDenied")]

    with pytest.raises(Problem) as told:
        promote(a)
    promote(a)

    assert (told.value.problem_id, told.value.exit_code) == ("registry/mlflow-forbidden", 5)
    assert dict(registry.read("fraud").ledger.aliases) == {"champion": a}
    assert [move["outcome"] for move in json.loads(run("audit", "fraud", "--json").output)] == ["moved"]


def test_the_same_again_is_the_same_version_and_another_reference_is_not(
    register: Callable[..., str], registry: Registry, address: str
) -> None:
    first = register("a", csv(amounts(50)))

    assert register("a", csv(amounts(50))) == first
    if isinstance(registry, S3Registry):
        with pytest.raises(Problem) as told:
            register("a", csv(amounts(60)))
        assert told.value.problem_id == "register/version-taken"
    else:
        assert register("a", csv(amounts(60))) == "2"


@S3_ONLY
def test_a_registration_that_broke_off_is_completed_with_its_own_reference_only(
    register: Callable[..., str], bucket: str, promote: Callable[..., None]
) -> None:
    store = boto3.client("s3")
    register("a", csv(amounts(50)))
    store.delete_object(Bucket=bucket.removeprefix("s3://"), Key="models/fraud/candidates/a/candidate.json")

    with pytest.raises(Problem) as told:
        register("a", csv(amounts(60)))
    register("a", csv(amounts(50)))
    promote("a")

    assert told.value.problem_id == "register/other-artifact"
    assert [key for key in keys(bucket) if key.endswith("/reference")] == [
        "models/fraud/candidates/a/reference",
        "production/fraud/a/reference",
    ]


@S3_ONLY
def test_the_check_reads_the_manifest_and_the_reference_and_nothing_else(
    register: Callable[..., str], promote: Callable[..., None], check: Callable[..., Any], bucket: str, s3: S3Server
) -> None:
    promote(register("a", csv(amounts(50))))
    store, name = boto3.client("s3"), bucket.removeprefix("s3://")
    for key in keys(bucket):
        if key not in {"production/fraud/manifest.json", "production/fraud/a/reference"}:
            store.delete_object(Bucket=name, Key=key)
    s3.hide_missing = True

    assert check(amounts(50))["verdict"] == "no drift"


@S3_ONLY
def test_a_champion_of_an_older_runtime_has_lived_for_ever(
    register: Callable[..., str], promote: Callable[..., None], check: Callable[..., Any], registry: Registry
) -> None:
    promote(register("a", csv(amounts(50))))
    held = registry.read("fraud")
    champion = replace(held.ledger.versions["a"], live_since=None)
    registry.write(replace(held.ledger, versions={"a": champion}), held.token)
    now = datetime.now(UTC)
    old = [{**row, "timestamp": (now - timedelta(minutes=5)).isoformat()} for row in amounts(50)]

    found = check(old, "--window=3600")

    assert (found["verdict"], found["samples"]) == ("no drift", 2000)
    assert "trained" not in found["window"]
