"""The object that serves a model: where its pod template is, and what its controller says of the version in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from .cluster_objects import Kind
from .kserve import is_ready, made_of, serves
from .pointing import points_at
from .problems import InputProblem, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

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
    """What whoever watches a release asks of a cluster."""

    def get(self, kind: Kind, name: str) -> dict[str, Any] | None: ...


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


def look(objects: Objects, target: Target, sleep: Callable[[float], None]) -> dict[str, Any]:
    """The object as it is now."""
    live = _asked(objects, target.served.kind, target.name, sleep)
    if live is None:
        raise InputProblem(
            "release/no-target",
            f"there is no {target.served.kind.plural}/{target.name} in the namespace; say which with --to and --namespace",
        )
    return live


def _asked(objects: Objects, kind: Kind, name: str, sleep: Callable[[float], None]) -> dict[str, Any] | None:
    """An object as it is now, or none. An API server that restarts is waited for."""
    for attempt in range(ATTEMPTS):
        try:
            return objects.get(kind, name)
        except Unreachable:
            if attempt == ATTEMPTS - 1:
                raise
            sleep(EVERY)
    raise AssertionError


def template_of(live: dict[str, Any], target: Target) -> dict[str, Any]:
    """Its pod template."""
    found: Any = live
    for key in target.served.path:
        found = found[key]
    return dict(found)


def verdict(objects: Objects, target: Target, live: dict[str, Any], sleep: Callable[[float], None]) -> Outcome:
    """Everybody is served, nobody will be, or that is not known yet."""
    return _of_rollout(live) if target.served == KINDS["rollout"] else Outcome(serves=_is_served_by_kserve(objects, target, live, sleep))


def _of_rollout(live: dict[str, Any]) -> Outcome:
    status = live.get("status") or {}
    if str(status.get("observedGeneration")) != str(live["metadata"]["generation"]):
        return Outcome()
    if status.get("abort") or status.get("phase") == "Degraded":
        return Outcome(sent_back=f"its stages sent it back: {status.get('message') or 'no message'}")
    return Outcome(serves=status.get("phase") == "Healthy")


def _is_served_by_kserve(objects: Objects, target: Target, live: dict[str, Any], sleep: Callable[[float], None]) -> bool:
    """An InferenceService that is ready may be so for the version before."""
    version = points_at(template_of(live, target))
    if version is None or not is_ready(live):
        return False
    kind, name = made_of(live, target.name)
    made = _asked(objects, kind, name, sleep)
    return made is not None and serves(kind, made, version)
