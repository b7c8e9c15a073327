"""A cluster as far as a start or a release sees it: objects with versions, and writes that can be the last thing that a process does."""

from __future__ import annotations

import copy
from typing import Any

from cdk8s_mlops_runtime.cluster_objects import Kind
from cdk8s_mlops_runtime.problems import Conflict


class Killed(BaseException):
    """The process is gone."""


class FakeCluster:
    """Compare-and-swap as the API server does it."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], dict[str, Any]] = {}
        self.writes = 0
        #: The write before (or after, with `late`) which the process dies.
        self.dies_at: int | None = None
        self.late = False
        #: Somebody else who writes between a read and the write that follows.
        self.intruder: Any = None
        #: Kinds of which nothing is taken, as where a quota is being counted.
        self.full: set[str] = set()

    def get(self, kind: Kind, name: str) -> dict[str, Any] | None:
        return copy.deepcopy(self.objects.get((kind.plural, name)))

    def having(self, kind: Kind, labels: str) -> list[dict[str, Any]]:
        key, _, value = labels.partition("=")
        found = [
            one
            for (plural, _), one in self.objects.items()
            if plural == kind.plural and one["metadata"].get("labels", {}).get(key) == value
        ]
        return copy.deepcopy(found)

    def create(self, kind: Kind, body: dict[str, Any]) -> None:
        self._interfere()
        name = body["metadata"]["name"]
        if kind.plural in self.full or (kind.plural, name) in self.objects:
            raise Conflict("cluster/changed-meanwhile", "it is there, or may not be")
        self._write(kind, name, body)

    def replace(self, kind: Kind, body: dict[str, Any]) -> None:
        self._interfere()
        name = body["metadata"]["name"]
        if body["metadata"]["resourceVersion"] != self.objects[kind.plural, name]["metadata"]["resourceVersion"]:
            raise Conflict("cluster/changed-meanwhile", "it was changed")
        self._write(kind, name, body)

    def named(self, plural: str) -> list[str]:
        return sorted(name for kind, name in self.objects if kind == plural)

    def _interfere(self) -> None:
        intruder, self.intruder = self.intruder, None
        if intruder:
            intruder()

    def _write(self, kind: Kind, name: str, body: dict[str, Any]) -> None:
        self.writes += 1
        if self.writes == self.dies_at and not self.late:
            raise Killed
        kept = copy.deepcopy(body)
        kept["metadata"]["resourceVersion"] = str(self.writes)
        self.objects[kind.plural, name] = kept
        if self.writes == self.dies_at:
            raise Killed
