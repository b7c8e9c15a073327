"""Random lives of versions, compared with what a dozen lines say about aliases and statuses."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from click.testing import Result
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from cdk8s_mlops_runtime.commands.audit import history
from cdk8s_mlops_runtime.packing import sha256_of
from cdk8s_mlops_runtime.problems import Conflict
from cdk8s_mlops_runtime.registry.registry import Registry
from cdk8s_mlops_runtime.registry.s3 import S3Registry

Run = Callable[..., Result]
LINEAGE = ("--git-commit", "4b825dc6", "--data", "lakefs:lakefs://fraud-data@5d6e7f8a", "--trained-by", "nightly")
WITHOUT_GATE = ("--without-gate", "a test")


@dataclass
class Expected:
    """What is true of a model, by its whole history kept in memory."""

    status: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    before: dict[str, str | None] = field(default_factory=dict)
    moves: int = 0

    def canary(self, version: str) -> bool:
        if version == self.aliases.get("champion") or self.status[version] == "rejected":
            return False
        if self.aliases.get("challenger") == version:
            return True
        if "challenger" in self.aliases:
            self.status[self.aliases["challenger"]] = "staged"
        self._moved(version, "canary", {"challenger": version})
        return True

    def promote(self, version: str) -> bool:
        champion = self.aliases.get("champion")
        if champion == version:
            return True
        if self.status[version] == "rejected":
            return False
        if champion is not None:
            self.status[champion] = "archived"
        self.before[version] = champion
        self._moved(version, "production", {"champion": version, "previous": champion}, self._challenger(version))
        return True

    def reject(self, version: str) -> bool:
        if version == self.aliases.get("champion"):
            return False
        if self.status[version] == "rejected":
            return True
        self.status[version] = "rejected"
        self._moved(version, "rejected", {"previous": self._earlier()}, self._challenger(version))
        return True

    def rollback(self) -> bool:
        if "previous" not in self.aliases:
            return False
        target = self.aliases["previous"]
        self.status[self.aliases["champion"]] = "rejected"
        self.aliases["champion"] = target
        self._moved(target, "production", {"champion": target, "previous": self._earlier()}, self._challenger(target))
        return True

    def _challenger(self, version: str) -> list[str]:
        return ["challenger"] if self.aliases.get("challenger") == version else []

    def _earlier(self) -> str | None:
        """The latest version before the champion that was not rejected."""
        seen = {self.aliases.get("champion")}
        version = self.before.get(self.aliases.get("champion", ""))
        while version not in seen and version is not None and self.status[version] == "rejected":
            seen.add(version)
            version = self.before.get(version)
        return None if version in seen else version

    def _moved(self, version: str, status: str, aliases: dict[str, str | None], gone: list[str] | None = None) -> None:
        self.status[version] = status
        known = {**self.aliases, **aliases}
        self.aliases = {name: value for name, value in known.items() if value is not None and name not in (gone or [])}
        self.moves += 1


class Lives(RuleBasedStateMachine):
    """A machine that calls the commands; each example has a model of its own."""

    run: ClassVar[Run]
    registry: ClassVar[Registry]
    home: ClassVar[Path]
    numbers: ClassVar[Iterator[int]]

    def __init__(self) -> None:
        super().__init__()
        self.model = f"model-{next(type(self).numbers)}"
        self.folder = self.home / self.model
        self.expected = Expected()
        self.versions: list[str] = []

    @rule()
    @precondition(lambda self: len(self.versions) < 4)
    def register(self) -> None:
        source = self.folder / f"source-{len(self.versions)}"
        source.mkdir(parents=True)
        (source / "weights.bin").write_text(f"{self.model} {len(self.versions)}")
        named = ("--version", f"v{len(self.versions)}") if isinstance(self.registry, S3Registry) else ()
        version = type(self).run("register", self.model, source, *named, *LINEAGE).stdout.split()[0].split("/")[1]
        self.versions.append(version)
        self.expected.status[version] = "staged"

    @rule(data=st.data())
    @precondition(lambda self: self.versions)
    def canary(self, data: Any) -> None:
        version = data.draw(st.sampled_from(self.versions))
        self._move(self.expected.canary(version), "promote", "--canary", "--version", version, *WITHOUT_GATE)

    @rule(data=st.data())
    @precondition(lambda self: self.versions)
    def promote(self, data: Any) -> None:
        version = data.draw(st.sampled_from(self.versions))
        self._move(self.expected.promote(version), "promote", "--version", version, *WITHOUT_GATE)

    @rule(data=st.data())
    @precondition(lambda self: self.versions)
    def reject(self, data: Any) -> None:
        version = data.draw(st.sampled_from(self.versions))
        self._move(self.expected.reject(version), "reject", "--version", version, "--reason", "a test")

    @rule()
    @precondition(lambda self: self.versions)
    def rollback(self) -> None:
        self._move(self.expected.rollback(), "rollback")

    def _move(self, allowed: bool, command: str, *arguments: str) -> None:
        call = (command, self.model, *arguments, "--by", "ada", "--releases", self.folder / "releases")
        if allowed:
            type(self).run(*call)
            return
        with pytest.raises(Conflict):
            type(self).run(*call)

    @invariant()
    def everything_is_as_expected(self) -> None:
        if not self.versions:
            return
        ledger = self.registry.read(self.model).ledger
        assert dict(ledger.aliases) == self.expected.aliases
        assert {version: self.registry.find(self.model, version).status.value for version in self.versions} == self.expected.status
        assert len(history(self.registry.audit(self.model).records(), self.model)) == self.expected.moves

    @invariant()
    def what_aliases_stand_for_can_be_loaded(self) -> None:
        for alias in self.expected.aliases.keys() & {"champion", "previous"}:
            version = self.registry.find(self.model, self.expected.aliases[alias])
            self.registry.fetch(version, self.folder / "fetched.tar")
            assert sha256_of(self.folder / "fetched.tar") == version.artifact_sha256
            (self.folder / "fetched.tar").unlink()

    @invariant()
    def the_record_names_the_champion(self) -> None:
        record = self.folder / "releases" / f"{self.model}.json"
        assert record.exists() == ("champion" in self.expected.aliases)
        if record.exists():
            assert json.loads(record.read_text())["version"] == self.expected.aliases["champion"]


def test_every_life_is_the_one_that_its_moves_say(run: Run, registry: Registry, kind: str, tmp_path: Path) -> None:
    examples = {"s3": 15, "mlflow": 3}[kind]

    bound = {"run": staticmethod(run), "registry": registry, "home": tmp_path, "numbers": itertools.count()}

    run_state_machine_as_test(
        type("LivesHere", (Lives,), bound),
        settings=settings(
            max_examples=examples, stateful_step_count=15, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck)
        ),
    )
