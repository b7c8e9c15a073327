"""A version's life: staged, canary, production, archived or rejected. Each move is one record, in the manifest and in the audit trail."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from cdk8s_mlops_runtime.problems import Problem
from cdk8s_mlops_runtime.registry.registry import Registry
from cdk8s_mlops_runtime.registry.s3 import S3Registry
from conftest import Refusal, S3Server, keys

Run = Callable[..., Result]
S3_ONLY = pytest.mark.parametrize("kind", ["s3"], indirect=True)
LINEAGE = ("--git-commit", "4b825dc6", "--data", "lakefs:lakefs://fraud-data@5d6e7f8a", "--trained-by", "nightly")


@pytest.fixture
def register(run: Run, registry: Registry, tmp_path: Path) -> Callable[..., str]:
    """Hand in a candidate, and return the version that it got."""

    version = ("--version",) if isinstance(registry, S3Registry) else ()

    def call(content: str) -> str:
        source = tmp_path / f"source-{content}" / "weights.bin"
        source.parent.mkdir(exist_ok=True)
        source.write_text(content)
        return run("register", "fraud", source.parent, *version, *(version and (content,)), *LINEAGE).stdout.split()[0].split("/")[1]

    return call


@pytest.fixture
def move(run: Run, tmp_path: Path) -> Callable[..., str]:
    """Move a version of `fraud`."""

    def call(*args: str) -> str:
        return run(args[0], "fraud", *args[1:], "--by", "ada", "--releases", tmp_path / "releases").output

    return call


def promote(move: Callable[..., str], version: str) -> str:
    return move("promote", "--version", version, "--without-gate", "a test")


def statuses(registry: Registry, *versions: str) -> list[str]:
    return [registry.find("fraud", version).status.value for version in versions]


def record(tmp_path: Path) -> Any:
    return json.loads((tmp_path / "releases" / "fraud.json").read_text())


def test_a_life(register: Callable[..., str], move: Callable[..., str], registry: Registry, tmp_path: Path) -> None:
    a, b = register("a"), register("b")
    assert statuses(registry, a, b) == ["staged", "staged"]

    assert promote(move, a) == f"fraud: move 1 is made, version {a}\n"
    assert (
        move("promote", "--version", b, "--canary", "--without-gate", "a test")
        == f"fraud: move 2 is made, version {b}, before it was {a}\n"
    )
    assert statuses(registry, a, b) == ["production", "canary"]
    assert dict(registry.read("fraud").ledger.aliases) == {"champion": a, "challenger": b}
    assert record(tmp_path)["version"] == a

    assert (
        move("promote", "--without-gate", "a test", "--approved-by", "grace") == f"fraud: move 3 is made, version {b}, before it was {a}\n"
    )
    assert statuses(registry, a, b) == ["archived", "production"]
    assert dict(registry.read("fraud").ledger.aliases) == {"champion": b, "previous": a}
    assert record(tmp_path) == registry.find("fraud", b).to_release()
    assert (record(tmp_path)["previousVersion"], record(tmp_path)["approvedBy"], record(tmp_path)["gateResult"]) == (
        a,
        "grace",
        "waived: a test",
    )

    assert move("rollback", "--reason", "wrong scores") == f"fraud: move 4 is made, version {a}, before it was {b}\n"
    assert statuses(registry, a, b) == ["production", "rejected"]
    assert dict(registry.read("fraud").ledger.aliases) == {"champion": a}
    assert record(tmp_path)["version"] == a


def test_a_second_rollback_goes_further_back_and_never_to_what_failed(
    register: Callable[..., str], move: Callable[..., str], registry: Registry, tmp_path: Path
) -> None:
    a, b, c = register("a"), register("b"), register("c")
    for version in (a, b, c):
        promote(move, version)

    move("rollback")
    assert dict(registry.read("fraud").ledger.aliases) == {"champion": b, "previous": a}
    move("rollback", "--version-file", str(tmp_path / "version"))

    assert (tmp_path / "version").read_text() == a
    assert dict(registry.read("fraud").ledger.aliases) == {"champion": a}
    with pytest.raises(Problem, match="move/nothing-before"):
        move("rollback")


def test_a_version_that_came_back_does_not_lead_to_what_failed(
    register: Callable[..., str], move: Callable[..., str], registry: Registry
) -> None:
    a, b = register("a"), register("b")
    for version in (a, b, a):
        promote(move, version)

    move("rollback")

    assert dict(registry.read("fraud").ledger.aliases) == {"champion": b}


def test_asked_again_nothing_happens(register: Callable[..., str], move: Callable[..., str], registry: Registry) -> None:
    a, b = register("a"), register("b")
    promote(move, a)

    assert promote(move, a) == f"fraud/{a} is there already\n"
    move("promote", "--version", b, "--canary", "--without-gate", "a test")
    assert move("promote", "--version", b, "--canary", "--without-gate", "a test") == f"fraud/{b} is there already\n"
    move("reject", "--reason", "slow")
    assert move("reject", "--version", b, "--reason", "slow") == f"fraud/{b} is there already\n"
    assert registry.read("fraud").ledger.sequence == 3


def test_a_rejected_challenger_is_no_challenger_any_more(
    register: Callable[..., str], move: Callable[..., str], registry: Registry
) -> None:
    a, b = register("a"), register("b")
    promote(move, a)
    move("promote", "--version", b, "--canary", "--without-gate", "a test")

    move("reject", "--reason", "slow")

    assert statuses(registry, a, b) == ["production", "rejected"]
    assert dict(registry.read("fraud").ledger.aliases) == {"champion": a}


def test_the_audit_trail_tells_it_all(register: Callable[..., str], move: Callable[..., str], registry: Registry, run: Run) -> None:
    a, b = register("a"), register("b")
    promote(move, a)
    promote(move, b)

    records = json.loads(run("audit", "fraud", "--json").output)
    lines = run("audit", "fraud").output.splitlines()

    assert [(each["sequence"], each["move"], each["version"], each["outcome"], each["by"]) for each in records] == [
        (1, "promote", a, "moved", "ada"),
        (2, "promote", b, "moved", "ada"),
    ]
    assert records[1]["before"] == {"champion": a}
    assert records[1]["after"] == {"champion": b, "previous": a}
    assert records[1]["changed"][b]["dataSnapshot"] == {"kind": "lakefs", "uri": "lakefs://fraud-data", "revision": "5d6e7f8a"}
    assert len(lines) == 5
    assert lines[0].endswith(f"promote {a} (moved) by ada, champion none -> {a}")
    assert lines[1].startswith(
        f"     {a} is production: trained by nightly on lakefs:lakefs://fraud-data@5d6e7f8a, code 4b825dc6, gate 'waived: a test', SHA-256 "
    )
    assert json.loads(run("audit", "fraud", "--json", "--live-at", "2999-01-01T00:00:00Z").output) == records[-1:]


def test_a_gate_lets_through_exactly_what_it_judged(
    register: Callable[..., str], move: Callable[..., str], registry: Registry, tmp_path: Path
) -> None:
    a, b = register("a"), register("b")
    report = {
        "model": "fraud",
        "version": a,
        "artifactSha256": registry.find("fraud", a).artifact_sha256,
        "verdict": "passed",
        "champion": None,
    }
    (tmp_path / "report.json").write_text(json.dumps(report))

    move("promote", "--version", a, "--gate-report", str(tmp_path / "report.json"))

    assert registry.find("fraud", a).gate_result == "passed"
    with pytest.raises(Problem, match="gate/other-artifact"):
        move("promote", "--version", b, "--gate-report", str(tmp_path / "report.json"))


@S3_ONLY
def test_a_promoter_who_may_not_list_makes_the_first_move(
    register: Callable[..., str], move: Callable[..., str], address: str, s3: S3Server
) -> None:
    a = register("a")
    s3.hide_missing = True

    assert promote(move, a) == f"fraud: move 1 is made, version {a}\n"
    assert keys(address) == [
        "audit/fraud/moves/0000000001.json",
        "models/fraud/candidates/a/candidate.json",
        "models/fraud/candidates/a/model.tar",
        "production/fraud/a/model.tar",
        "production/fraud/manifest.json",
    ]


@S3_ONLY
def test_a_move_whose_writes_s3_did_not_decide_is_made_and_on_record(
    register: Callable[..., str], move: Callable[..., str], address: str, s3: S3Server, run: Run
) -> None:
    a, b = register("a"), register("b")
    promote(move, a)
    s3.refusals = [
        Refusal("POST", r"/production/fraud/b/model\.tar\?uploadId="),
        Refusal("PUT", "/production/fraud/manifest.json"),
        Refusal("PUT", "/audit/fraud/moves/"),
    ]

    assert promote(move, b) == "fraud: move 2 is made, version b, before it was a\n"

    records = json.loads(run("audit", "fraud", "--json").output)
    assert [(each["sequence"], each["version"], each["outcome"]) for each in records] == [(1, a, "moved"), (2, b, "moved")]
    assert {"audit/fraud/moves/0000000002.json", "production/fraud/b/model.tar"} <= set(keys(address))
    assert s3.refusals == []


@S3_ONLY
def test_a_changed_candidate_is_not_promoted_and_the_attempt_is_on_record(
    register: Callable[..., str], move: Callable[..., str], address: str, registry: Registry, run: Run
) -> None:
    import boto3

    a, b = register("a"), register("b")
    promote(move, a)
    boto3.client("s3").put_object(Bucket=address.removeprefix("s3://"), Key=f"models/fraud/candidates/{b}/model.tar", Body=b"changed")

    with pytest.raises(Problem, match=r"'promote' of version 'b' of 'fraud' was undone: .* somebody changed it"):
        promote(move, b)

    records = json.loads(run("audit", "fraud", "--json").output)
    assert [each["outcome"] for each in records] == ["moved", "undone"]
    assert dict(registry.read("fraud").ledger.aliases) == {"champion": a}
    assert f"production/fraud/{b}/model.tar" not in keys(address)


def test_without_a_working_copy_no_record_is_written(register: Callable[..., str], run: Run, tmp_path: Path) -> None:
    a = register("a")

    run("promote", "fraud", "--version", a, "--without-gate", "a test", "--without-record", "--releases", tmp_path / "releases")

    assert not (tmp_path / "releases").exists()
