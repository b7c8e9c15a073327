"""
A version that is tried on users, by the object that serves them.

The pod template is pointed at the version; the object's own controller does the rest. Who runs this again finds the template pointed and goes on waiting.
When the stages send the version back, or time is over, the template is pointed at the champion again, so that what is asked for is what serves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from .cluster_objects import Kind
from .pointing import pointed, points_at
from .problems import Conflict, InputProblem, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from .registry.version import ModelVersion

EVERY = 5.0
ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Served:
    """A kind of object that serves a model, and where its pod template is."""

    kind: Kind
    path: tuple[str, ...]


KINDS = {
    "rollout": Served(Kind("argoproj.io", "v1alpha1", "rollouts"), ("spec", "template")),
    "inferenceservice": Served(Kind("serving.kserve.io", "v1beta1", "inferenceservices"), ("spec", "predictor")),
}


class Objects(Protocol):
    """What a release asks of a cluster."""

    def get(self, kind: Kind, name: str) -> dict[str, Any] | None: ...
    def patch(self, kind: Kind, name: str, body: dict[str, Any]) -> None: ...


@dataclass(frozen=True, slots=True)
class Target:
    """The object that is released to."""

    served: Served
    name: str

    @classmethod
    def parse(cls, text: str) -> Target:
        """Read `rollout/<name>` or `inferenceservice/<name>`."""
        kind, _, name = text.partition("/")
        if kind not in KINDS or name == "":
            known = " or ".join(f"{one}/<name>" for one in KINDS)
            raise InputProblem("release/malformed-target", f"'--to' must be {known}, got '{text}'")
        return cls(KINDS[kind], name)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the controller says of its stages; neither while they last."""

    serves: bool = False
    sent_back: str | None = None


@dataclass
class Release:
    """One version on its way to everybody."""

    objects: Objects
    target: Target
    version: ModelVersion
    #: What serves until then, and again if the version is sent back.
    champion: ModelVersion | None
    within: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    say: Callable[[str], None]

    def run(self) -> str | None:
        """Nothing if the version serves everybody, or why it does not."""
        if self._point(self.version):
            self.say(f"pointed {self.target.name} at version {self.version.version}")
        reason = self._wait()
        if reason is not None and self.champion is not None:
            self._point(self.champion)
            self.say(f"pointed {self.target.name} at version {self.champion.version} again")
        return reason

    def _point(self, version: ModelVersion) -> bool:
        """Whether there was something to change. The controller writes into the same object, so another look is taken when it was faster."""
        for attempt in range(ATTEMPTS):
            live = self._look()
            template = _at(live, self.target.served.path)
            if points_at(template) == version.artifact_sha256:
                return False
            body: dict[str, Any] = pointed(template, version)
            for key in reversed(self.target.served.path):
                body = {key: body}
            try:
                self.objects.patch(
                    self.target.served.kind,
                    self.target.name,
                    {**body, "metadata": {"resourceVersion": live["metadata"]["resourceVersion"]}},
                )
            except Conflict:
                if attempt == ATTEMPTS - 1:
                    raise
                self.sleep(EVERY / 5)
            else:
                return True
        raise AssertionError

    def _wait(self) -> str | None:
        began = self.clock()
        while self.clock() - began <= self.within:
            live = self._look()
            if points_at(_at(live, self.target.served.path)) != self.version.artifact_sha256:
                return "somebody pointed it at another version meanwhile"
            outcome = _verdict(live)
            if outcome.serves or outcome.sent_back:
                return outcome.sent_back
            self.sleep(EVERY)
        return f"its stages did not end within {self.within:.0f} s"

    def _look(self) -> dict[str, Any]:
        """An API server that restarts is waited for."""
        for attempt in range(ATTEMPTS):
            try:
                live = self.objects.get(self.target.served.kind, self.target.name)
            except Unreachable:
                if attempt == ATTEMPTS - 1:
                    raise
                self.sleep(EVERY)
                continue
            if live is None:
                raise InputProblem(
                    "release/no-target",
                    f"there is no {self.target.served.kind.plural}/{self.target.name} in the namespace; say which with --to and --namespace",
                )
            return live
        raise AssertionError


def _verdict(live: dict[str, Any]) -> Outcome:
    """Everybody is served, nobody will be, or that is not known yet."""
    status = live.get("status") or {}
    if str(status.get("observedGeneration")) != str(live["metadata"]["generation"]):
        return Outcome()
    if "phase" not in status:
        return Outcome(serves=any(one["type"] == "Ready" and one.get("status") == "True" for one in status.get("conditions") or []))
    if status.get("abort") or status["phase"] == "Degraded":
        return Outcome(sent_back=f"its stages sent it back: {status.get('message') or 'no message'}")
    return Outcome(serves=status["phase"] == "Healthy")


def _at(live: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    found: Any = live
    for key in path:
        found = found[key]
    return dict(found)
