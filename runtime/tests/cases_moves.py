"""Moves that are refused."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from cases import ErrorCase, World
from cases_artifacts import SHA256, a_file, put, register
from cdk8s_mlops_runtime.moving import actor
from cdk8s_mlops_runtime.object_store import LostRace
from cdk8s_mlops_runtime.records import ReleaseRecords
from cdk8s_mlops_runtime.registry import moves
from cdk8s_mlops_runtime.registry.ledger import Ledger, MoveKind
from cdk8s_mlops_runtime.registry.moves import Wish, carry_out, settle
from cdk8s_mlops_runtime.registry.registry import Held
from cdk8s_mlops_runtime.registry.s3 import S3Registry

GATE = ("--without-gate", "a test")


def move(world: World, kind: str, *args: object) -> object:
    return world.run(kind, "fraud", *args, "--by", "ada", "--releases", world.folder / "releases")


def promote(world: World, version: str, *args: object) -> object:
    return move(world, "promote", "--version", version, *(args or GATE))


def live(world: World, *versions: str) -> None:
    """Versions that were champion, one after the other."""
    for version in versions:
        register(world, version=version, text=version)
        promote(world, version)


def after(*versions: str) -> Callable[[Callable[[World], object]], Callable[[World], object]]:
    def prepared(provoke: Callable[[World], object]) -> Callable[[World], object]:
        def both(world: World) -> object:
            live(world, *versions)
            return provoke(world)

        return both

    return prepared


def report(world: World, **change: object) -> Path:
    version = S3Registry(world.bucket).find("fraud", "8")
    content = {"model": "fraud", "version": "8", "artifactSha256": version.artifact_sha256, "verdict": "passed", "champion": "7", **change}
    return a_file(world, "report.json", json.dumps(content))


def judged(**change: object) -> Callable[[World], object]:
    def provoke(world: World) -> object:
        live(world, "7")
        register(world, version="8")
        return promote(world, "8", "--gate-report", report(world, **change))

    return provoke


def rejected(world: World) -> object:
    live(world, "7", "8")
    move(world, "rollback")
    return promote(world, "8")


def undone(world: World) -> object:
    live(world, "7")
    register(world, version="8")
    put(world, "models/fraud/candidates/8/model.tar", "changed")
    return promote(world, "8")


class Busy(S3Registry):
    """A registry in which somebody else is always faster."""

    def write(self, ledger: Ledger, token: str | None) -> Held:
        raise LostRace(ledger.model)


def crowded(world: World) -> object:
    register(world)
    with patch.object(moves, "ATTEMPTS", 3):
        return carry_out(Busy(world.bucket), ReleaseRecords(None), Wish(MoveKind.PROMOTE, "fraud", "ada", "now", version="7"))


def unsettled(world: World) -> object:
    live(world, "7")
    registry = S3Registry(world.bucket)
    held = registry.read("fraud")
    wish = Wish(MoveKind.REJECT, "fraud", "ada", "2026-01-31T12:00:00Z", version="8")
    register(world, version="8")
    planned = moves._Mover(registry, ReleaseRecords(None), wish)._plan(held.ledger)
    assert planned is not None
    registry.write(held.ledger.intend(planned), held.token)
    with patch.object(moves, "ATTEMPTS", 3):
        return settle(Busy(world.bucket), ReleaseRecords(None), "fraud")


def lost(world: World) -> object:
    live(world, "7")
    register(world, version="8", text="8")
    register(world, version="9", text="9")

    class Slow(S3Registry):
        """A registry in which somebody else promotes before our first write."""

        met = False

        def write(self, ledger: Ledger, token: str | None) -> Held:
            if not self.met:
                self.met = True
                promote(world, "9")
            return super().write(ledger, token)

    return carry_out(Slow(world.bucket), ReleaseRecords(None), Wish(MoveKind.PROMOTE, "fraud", "ada", "now", version="8"))


def nobody(_: World) -> object:
    with patch("getpass.getuser", side_effect=KeyError), patch.dict(os.environ, {"MLOPS_BY": "", "GITHUB_ACTOR": ""}):
        return actor(None)


def trail(change: Callable[[World], object]) -> Callable[[World], object]:
    def provoke(world: World) -> object:
        with patch("cdk8s_mlops_runtime.commands.promote.now", return_value="2026-01-31T12:00:00Z"):
            live(world, "7", "8")
        change(world)
        return world.run("audit", "fraud")

    return provoke


def without_first_record(world: World) -> None:
    import boto3

    boto3.client("s3").delete_object(Bucket=world.bucket.removeprefix("s3://"), Key="audit/fraud/moves/0000000001.json")


CASES = [
    ErrorCase(
        "promote/no-gate",
        "neither report nor reason",
        lambda world: world.run("promote", "fraud"),
        "a promotion needs either the report of its gate (--gate-report) or the reason why there is none (--without-gate), got neither",
    ),
    ErrorCase(
        "promote/no-gate",
        "report and reason",
        lambda world: world.run("promote", "fraud", *GATE, "--gate-report", a_file(world)),
        "a promotion needs either the report of its gate (--gate-report) or the reason why there is none (--without-gate), got both",
    ),
    ErrorCase(
        "gate/no-report",
        "another file as report",
        lambda world: promote(world, "8", "--gate-report", a_file(world, "report.json", "{}")),
        "'/folder/report.json' is no JSON report of 'mlops evaluate' (KeyError('model')); give the file that it wrote with --json",
    ),
    ErrorCase(
        "gate/other-artifact",
        "the report of another artifact",
        judged(artifactSha256=SHA256),
        "the gate judged version '8' of 'fraud' (aaaaaaaaaaaa), not version '8' of 'fraud' (4cbc692004ba); evaluate what you want to promote",
        3,
    ),
    ErrorCase(
        "gate/not-passed",
        "a report that says no",
        judged(verdict="failed"),
        "version '8' of 'fraud' did not pass its gate: 'failed'; read the report, train again",
        3,
    ),
    ErrorCase(
        "gate/not-approved",
        "an architecture that nobody looked at",
        judged(approval="required"),
        "version '8' of 'fraud' has another architecture than the champion '7'; have a person look at it, and give the name with --approved-by",
        3,
    ),
    ErrorCase(
        "move/other-champion",
        "a report against another champion",
        judged(champion="6"),
        "the gate compared with '6', and the champion of 'fraud' is 7 now; evaluate against it with 'mlops evaluate'",
        3,
    ),
    ErrorCase(
        "move/no-challenger",
        "a challenger that is not there",
        lambda world: move(world, "promote", *GATE),
        "'fraud' has no challenger; name the version with --version",
        3,
    ),
    ErrorCase(
        "move/nothing-before",
        "a rollback of the first version",
        after("7")(lambda world: move(world, "rollback")),
        "'fraud' has no version to go back to; promote another one with 'mlops promote'",
        3,
    ),
    *[
        ErrorCase(
            "move/is-live",
            f"a champion that shall be {what}",
            after("7")(lambda world, args=args: move(world, *args)),  # type: ignore[misc]
            f"version '7' of 'fraud' is the champion and cannot be {what}; take it back with 'mlops rollback'",
            3,
        )
        for what, args in (
            ("rejected", ("reject", "--version", "7", "--reason", "slow")),
            ("a canary", ("promote", "--version", "7", "--canary", *GATE)),
        )
    ],
    ErrorCase(
        "move/rejected",
        "a version that was rejected",
        rejected,
        "version '8' of 'fraud' was rejected; register it again under another version if the reason is gone",
        3,
    ),
    ErrorCase(
        "move/undone",
        "a candidate that was changed",
        undone,
        "'promote' of version '8' of 'fraud' was undone: 's3://registry/models/fraud/candidates/8/model.tar' has the hash "
        "d67e2e944994496c8d8ec76eed0cf9f09679448d584b532bebf941852a37f5ed, registered was 4cbc692004ba6561cd19daa9bc434a9f9eb2b228a7a5766bbfe7cb3c6ac5476a; somebody changed it, register the version again under another name (registry/candidate-changed)",
        4,
    ),
    ErrorCase(
        "move/lost",
        "a race that somebody else wins",
        lost,
        "somebody else moved 'fraud' meanwhile: the champion was 7 and is 9 (move 2); look at 'mlops audit', then decide again",
        3,
    ),
    ErrorCase(
        "move/crowded",
        "others that are faster for ever",
        crowded,
        "others moved 'fraud' 3 times while this move waited; find out who, then try again",
        3,
    ),
    ErrorCase(
        "move/unsettled",
        "others that take a move over for ever",
        unsettled,
        "a move of 'fraud' is taken over by others again and again; find out who, then try again",
        3,
    ),
    ErrorCase(
        "move/nobody",
        "nobody logged in",
        nobody,
        "nobody is logged in here, so say who does it with --by or MLOPS_BY; it stands in the audit record",
    ),
    ErrorCase(
        "audit/gap",
        "a record that is gone",
        trail(without_first_record),
        "the audit trail of 'fraud' lacks the record 'moves/0000000001' before 'moves/0000000002'; restore it from an older version of the bucket",
        4,
    ),
    ErrorCase(
        "audit/changed",
        "a record that was changed",
        trail(lambda world: put(world, "audit/fraud/moves/0000000001.json", "{}")),
        "the record 'moves/0000000001' of 'fraud' was changed: the next one names another hash; restore it from an older version of the bucket",
        4,
    ),
    ErrorCase(
        "audit/not-a-record",
        "a record that is cut off",
        trail(lambda world: put(world, "audit/fraud/moves/0000000001.json", '{"sequ')),
        "the record 'moves/0000000001' of 'fraud' is no JSON object any more; restore it from an older version of the bucket",
        4,
    ),
    ErrorCase(
        "audit/malformed-time",
        "a time without a zone",
        after("7")(lambda world: world.run("audit", "fraud", "--live-at", "2026-01-31")),
        "--live-at must be a time with its zone, such as 2026-01-31T12:00:00Z, got '2026-01-31'",
    ),
    ErrorCase(
        "audit/malformed-time",
        "a time in words",
        after("7")(lambda world: world.run("audit", "fraud", "--live-at", "yesterday")),
        "--live-at must be a time with its zone, such as 2026-01-31T12:00:00Z, got 'yesterday'",
    ),
    ErrorCase(
        "audit/nothing-live",
        "a time before everything",
        trail(lambda world: world.run("audit", "fraud", "--live-at", "2026-01-31T11:59:59Z")),
        "no version of 'fraud' was live at 2026-01-31T11:59:59Z; the first move is of 2026-01-31T12:00:00Z",
    ),
]
