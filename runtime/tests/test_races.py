"""Many at once: one wins, the others say so, and the history has no gap."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from click.testing import Result

from cdk8s_mlops_runtime.commands.audit import history
from cdk8s_mlops_runtime.moving import now
from cdk8s_mlops_runtime.problems import Conflict
from cdk8s_mlops_runtime.records import ReleaseRecords
from cdk8s_mlops_runtime.registry.ledger import MoveKind
from cdk8s_mlops_runtime.registry.moves import Wish, carry_out
from cdk8s_mlops_runtime.registry.open import open_registry
from cdk8s_mlops_runtime.registry.registry import Registry
from cdk8s_mlops_runtime.registry.s3 import S3Registry

LINEAGE = ("--git-commit", "4b825dc6", "--data", "lakefs:lakefs://fraud-data@5d6e7f8a", "--trained-by", "nightly")


def register(run: Callable[..., Result], registry: Registry, folder: Path, content: str) -> str:
    (folder / content).write_text(content)
    version = ("--version", content) if isinstance(registry, S3Registry) else ()
    return run("register", "fraud", folder / content, *version, *LINEAGE).stdout.split()[0].split("/")[1]


def test_of_two_promotions_one_wins_and_the_other_says_so(
    run: Callable[..., Result], registry: Registry, address: str, tmp_path: Path
) -> None:
    versions = [register(run, registry, tmp_path, content) for content in ("a", "b", "c")]
    run("promote", "fraud", "--version", versions[0], "--without-gate", "a test", "--releases", tmp_path / "releases")
    start = threading.Barrier(2)

    def promote(version: str) -> str:
        mine = open_registry(address)
        read = mine.read
        waited: list[bool] = []

        def read_together(model: str) -> object:
            held = read(model)
            if not waited:
                waited.append(True)
                # where a lock keeps the other one out, there is nobody to wait for
                with suppress(threading.BrokenBarrierError):
                    start.wait(timeout=2)
            return held

        mine.read = read_together  # type: ignore[method-assign, assignment]
        try:
            carry_out(
                mine,
                ReleaseRecords(tmp_path / "releases"),
                Wish(MoveKind.PROMOTE, "fraud", "ada", now(), version=version, over=versions[0]),
            )
        except Conflict as told:
            return told.problem_id
        return "won"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(promote, versions[1:]))

    assert outcomes in (["move/lost", "won"], ["move/other-champion", "won"])
    assert len(history(registry.audit("fraud").records(), "fraud")) == 2


def test_two_hundred_attempts_leave_one_history_without_gaps(
    run: Callable[..., Result], registry: Registry, address: str, tmp_path: Path
) -> None:
    versions = [register(run, registry, tmp_path, content) for content in "abcdefgh"]
    run("promote", "fraud", "--version", versions[0], "--without-gate", "a test", "--releases", tmp_path / "releases")
    order = random.Random(1)
    wishes = [
        Wish(MoveKind.ROLLBACK, "fraud", f"person-{number}", now())
        if order.random() < 0.3
        else Wish(MoveKind.PROMOTE, "fraud", f"person-{number}", now(), version=order.choice(versions))
        for number in range(200)
    ]

    def attempt(wish: Wish) -> str:
        try:
            done = carry_out(open_registry(address), ReleaseRecords(tmp_path / "releases"), wish)
        except Conflict as told:
            return told.problem_id
        return "made" if done.sequence else "already"

    with ThreadPoolExecutor(16) as pool:
        outcomes = Counter(pool.map(attempt, wishes))

    ledger = registry.read("fraud").ledger
    moves = history(registry.audit("fraud").records(), "fraud")
    assert sum(outcomes.values()) == 200
    assert set(outcomes) <= {"made", "already", "move/lost", "move/rejected", "move/nothing-before"}
    assert [move["sequence"] for move in moves] == list(range(1, ledger.sequence + 1))
    assert len(moves) == outcomes["made"] + 1
    assert outcomes["made"] > 3
    assert [move["before"] for move in moves[1:]] == [move["after"] for move in moves[:-1]]
    assert moves[-1]["after"] == dict(ledger.aliases)
    assert (tmp_path / "releases" / "fraud.json").read_text().count(f'"version": "{ledger.aliases["champion"]}"') == 1
