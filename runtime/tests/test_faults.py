"""
Commands that are killed at each of their writes, one after the other.

Afterwards @champion and @previous stand for versions whose artifact has the right hash, a second run completes or undoes what was under way,
there is exactly one audit record per move, and `releases/` agrees with the registry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from cdk8s_mlops_runtime.commands.audit import history
from cdk8s_mlops_runtime.packing import sha256_of
from cdk8s_mlops_runtime.registry.registry import Registry
from cdk8s_mlops_runtime.registry.s3 import S3Registry
from faults import run_and_kill

Run = Callable[..., Result]
LINEAGE = ("--git-commit", "4b825dc6", "--data", "lakefs:lakefs://fraud-data@5d6e7f8a", "--trained-by", "nightly")
MANY = 500


def walk(command: Callable[[int], object], check: Callable[[int], None]) -> int:
    """Kill a command at its first write, its second, and so on, until it gets through. How many there were."""
    for at in range(1, MANY):
        killed = run_and_kill(lambda at=at: command(at), at)  # type: ignore[misc]
        check(at)
        if not killed:
            return at - 1
    raise AssertionError(f"the command has more than {MANY} writes")


class Scene:
    """A registry with a life of two versions, and a third that is registered."""

    def __init__(self, run: Run, registry: Registry, folder: Path) -> None:
        self.run = run
        self.registry = registry
        self.folder = folder
        self.releases = folder / "releases"
        self.models: list[str] = []

    def register(self, model: str, content: str) -> str:
        source = self.folder / "source" / "weights.bin"
        source.parent.mkdir(exist_ok=True)
        source.write_text(content)
        version = ("--version", content[:20]) if isinstance(self.registry, S3Registry) else ()
        return self.run("register", model, source.parent, *version, *LINEAGE).stdout.split()[0].split("/")[1]

    def move(self, kind: str, model: str, *args: str) -> Result:
        return self.run(kind, model, *args, "--by", "ada", "--releases", self.releases)

    def promote(self, model: str, version: str) -> Result:
        return self.move("promote", model, "--version", version, "--without-gate", "a test")

    def require_sound(self, model: str) -> dict[str, str]:
        """What must hold at any time, however a process ended."""
        aliases = dict(self.registry.read(model).ledger.aliases)
        for alias in ("champion", "previous"):
            if alias in aliases:
                version = self.registry.find(model, aliases[alias])
                archive = self.folder / f"{model}-{alias}.tar"
                archive.unlink(missing_ok=True)
                self.registry.fetch(version, archive)
                assert sha256_of(archive) == version.artifact_sha256, f"@{alias} stands for {version.version}"
        assert "champion" in aliases
        return aliases

    def require_settled(self, model: str, aliases: dict[str, str], kinds: list[str]) -> None:
        """What must hold after a second run."""
        assert self.require_sound(model) == aliases
        ledger = self.registry.read(model).ledger
        records = self.registry.audit(model).records()
        assert ledger.pending is None
        assert [move["move"] for move in history(records, model)] == kinds
        assert ledger.sequence == len(kinds)
        assert ledger.head == hashlib.sha256(records[max(records)].encode()).hexdigest()
        record: Any = json.loads((self.releases / f"{model}.json").read_text())
        assert record == self.registry.find(model, aliases["champion"]).to_release()


@pytest.fixture
def scene(run: Run, registry: Registry, tmp_path: Path) -> Scene:
    return Scene(run, registry, tmp_path)


def test_promote(scene: Scene) -> None:
    live = [scene.register("fraud", "0")]
    scene.promote("fraud", live[0])
    wanted = {1: scene.register("fraud", "1")}

    def command(at: int) -> object:
        return scene.promote("fraud", wanted[at])

    def check(at: int) -> None:
        scene.require_sound("fraud")
        scene.promote("fraud", wanted[at])
        scene.require_settled("fraud", {"champion": wanted[at], "previous": live[-1]}, ["promote"] * (at + 1))
        live.append(wanted[at])
        wanted[at + 1] = scene.register("fraud", str(at + 1))

    assert walk(command, check) > 5


def test_rollback(scene: Scene) -> None:
    stable, failed = scene.register("fraud", "stable"), [scene.register("fraud", "0")]
    kinds = ["promote", "promote"]
    scene.promote("fraud", stable)
    scene.promote("fraud", failed[0])

    def command(_: int) -> object:
        return scene.move("rollback", "fraud")

    def check(at: int) -> None:
        aliases = scene.require_sound("fraud")
        if aliases == {"champion": failed[-1], "previous": stable} and scene.registry.read("fraud").ledger.pending is None:
            # killed before anything was written down
            scene.move("rollback", "fraud")
        else:
            # whoever comes next completes what is under way
            scene.promote("fraud", stable)
        kinds.append("rollback")
        scene.require_settled("fraud", {"champion": stable}, kinds)
        failed.append(scene.register("fraud", str(at)))
        scene.promote("fraud", failed[-1])
        kinds.append("promote")

    assert walk(command, check) > 5


def test_register(scene: Scene) -> None:
    kinds: list[str] = []
    live: list[str] = []

    def command(at: int) -> object:
        return scene.register("fraud", str(at))

    def check(at: int) -> None:
        version = scene.register("fraud", str(at))
        assert scene.register("fraud", str(at)) == version
        scene.promote("fraud", version)
        kinds.append("promote")
        scene.require_settled("fraud", {"champion": version, **({"previous": live[-1]} if live else {})}, kinds)
        live.append(version)

    assert walk(command, check) > 5


def test_load(scene: Scene, tmp_path: Path) -> None:
    versions = [scene.register("fraud", content) for content in "ab"]
    places: dict[int, Path] = {}

    def load(version: str, at: int) -> object:
        return scene.run("load", "--model-uri", f"models:/fraud/{version}", "--output", places[at])

    def command(at: int) -> object:
        return load(versions[1], at)

    def check(at: int) -> None:
        held = (places[at] / "weights.bin").read_text()
        assert held in {"a", "b"}, "the folder holds the old model or the new one, at any time"
        load(versions[1], at)
        assert [path.read_text() for path in places[at].iterdir()] == ["b"]
        assert sorted(path.name for path in places[at].parent.iterdir()) == [".current.loaded", "current"]
        places[at + 1] = tmp_path / f"pod-{at + 1}" / "current"
        load(versions[0], at + 1)

    places[1] = tmp_path / "pod-1" / "current"
    load(versions[0], 1)

    assert walk(command, check) > 5


def test_the_first_load_of_a_pod(scene: Scene, tmp_path: Path) -> None:
    version = scene.register("fraud", "w" * 3_000_000)

    def command(at: int) -> object:
        return scene.run("load", "--model-uri", f"models:/fraud/{version}", "--output", tmp_path / f"pod-{at}" / "current")

    def check(at: int) -> None:
        place = tmp_path / f"pod-{at}" / "current"
        assert not place.exists() or [path.name for path in place.iterdir()] == ["weights.bin"]
        command(at)
        assert (place / "weights.bin").stat().st_size == 3_000_000

    assert walk(command, check) > 5
