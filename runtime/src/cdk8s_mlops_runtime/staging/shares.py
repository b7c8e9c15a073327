"""
Where the shares of two versions stand in an object, and how they are changed: one class for each kind of object.

Each tells two versions apart by the value of one label of their series, and names the new one by itself, never as "the latest": a third version that
comes meanwhile gets nothing of what was meant for the second.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Protocol

WHOLE = 100
MODEL_VERSION = "cdk8s-mlops.io/model-version"


@dataclass(frozen=True, slots=True)
class Position:
    """What an object says about the two versions."""

    #: Whether the object describes the version that is staged, and no other.
    is_ours: bool
    #: Whether the new version can answer.
    is_ready: bool
    #: Share of the new version, in percent.
    weight: int
    #: Name of the new version in the label that tells versions apart.
    candidate: str | None
    #: Name of the version that serves; none where there is no other.
    stable: str | None


class Shares(Protocol):
    """What a kind of object knows about shares."""

    def look(self, live: dict[str, Any], ready: dict[str, Any] | None) -> Position:
        """What the object says; `ready` is the object that says whether the new version can answer, where it is another one."""

    def change(self, live: dict[str, Any], stable: str | None, candidate: str, weight: int, *, is_done: bool) -> dict[str, Any]:
        """The `spec` of a merge patch that gives the new version its share."""


@dataclass(frozen=True, slots=True)
class KnativeShares:
    """`spec.traffic` of a Service of Knative, whose revision is named in its manifest."""

    revision: str

    def look(self, live: dict[str, Any], ready: dict[str, Any] | None) -> Position:  # noqa: ARG002
        spec, status = live["spec"], live.get("status") or {}
        traffic = spec.get("traffic") or []
        others = [target for target in traffic if target.get("revisionName") not in {None, self.revision} and target.get("percent")]
        weight = sum(target.get("percent") or 0 for target in traffic if target.get("revisionName", self.revision) == self.revision)
        return Position(
            is_ours=spec["template"]["metadata"].get("name") == self.revision,
            is_ready=status.get("latestCreatedRevisionName") == status.get("latestReadyRevisionName") == self.revision,
            weight=weight if traffic else WHOLE,
            candidate=self.revision,
            stable=max(others, key=lambda target: int(target["percent"]))["revisionName"] if others else None,
        )

    def change(self, live: dict[str, Any], stable: str | None, candidate: str, weight: int, *, is_done: bool) -> dict[str, Any]:  # noqa: ARG002
        tags = ("champion", "previous") if is_done else ("challenger", "champion")
        targets = [(tags[0], candidate, weight), *([] if stable is None else [(tags[1], stable, WHOLE - weight)])]
        return {
            "traffic": [
                {"tag": tag, "revisionName": revision, "latestRevision": False, "percent": percent} for tag, revision, percent in targets
            ]
        }


@dataclass(frozen=True, slots=True)
class KserveShares:
    """
    `canaryTrafficPercent` of an InferenceService in the mode Knative. KServe names the revisions: the one that has all requests is the one that
    was rolled out last.
    """

    version: str
    image: str

    def look(self, live: dict[str, Any], ready: dict[str, Any] | None) -> Position:  # noqa: ARG002
        predictor = live["spec"]["predictor"]
        component = ((live.get("status") or {}).get("components") or {}).get("predictor") or {}
        created, stable = component.get("latestCreatedRevision"), component.get("latestRolledoutRevision")
        images = [container.get("image") for container in predictor.get("containers") or []]
        weight = predictor.get("canaryTrafficPercent")
        return Position(
            is_ours=(predictor.get("labels") or {}).get(MODEL_VERSION) == self.version and self.image in images,
            is_ready=created is not None and created == component.get("latestReadyRevision"),
            weight=WHOLE if weight is None else int(weight),
            candidate=created,
            stable=None if created == stable else stable,
        )

    def change(self, live: dict[str, Any], stable: str | None, candidate: str, weight: int, *, is_done: bool) -> dict[str, Any]:  # noqa: ARG002
        return {"predictor": {"canaryTrafficPercent": weight}}


@dataclass(frozen=True, slots=True)
class Backend:
    """A version behind a Service of its own."""

    #: Name of the version in the label that tells versions apart.
    version: str
    service: str
    #: Service that stands for the role of the version in the manifest, whichever version that is.
    role: str
    port: int


@dataclass(frozen=True, slots=True)
class _RoutedShares:
    """A route to two Services. Whether the new version can answer, its InferenceService says."""

    stable: Backend
    candidate: Backend

    def look(self, live: dict[str, Any], ready: dict[str, Any] | None) -> Position:
        conditions = ((ready or {}).get("status") or {}).get("conditions") or []
        weights = [
            int(self._weight_of(entry))
            for entry in self._entries(live)
            if self._host_of(entry) in {self.candidate.service, self.candidate.role}
        ]
        return Position(
            is_ours=True,
            is_ready=any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions),
            weight=max(weights, default=0),
            candidate=self.candidate.version,
            stable=self.stable.version,
        )

    def _entries(self, live: dict[str, Any]) -> list[dict[str, Any]]:
        raise NotImplementedError

    def _host_of(self, entry: dict[str, Any]) -> str:
        raise NotImplementedError

    @staticmethod
    def _weight_of(entry: dict[str, Any]) -> int:
        return int(entry.get("weight") or 0)


@dataclass(frozen=True, slots=True)
class IstioShares(_RoutedShares):
    """Weights of the http routes of a VirtualService."""

    routes: tuple[str, ...] = ()

    def _entries(self, live: dict[str, Any]) -> list[dict[str, Any]]:
        return [entry for route in live["spec"].get("http") or [] if self._is_ours(route) for entry in route.get("route") or []]

    def _host_of(self, entry: dict[str, Any]) -> str:
        return str(entry["destination"]["host"]).partition(".")[0]

    def _is_ours(self, route: dict[str, Any]) -> bool:
        return not self.routes or route.get("name") in self.routes

    def change(self, live: dict[str, Any], stable: str | None, candidate: str, weight: int, *, is_done: bool) -> dict[str, Any]:  # noqa: ARG002
        routes = deepcopy(live["spec"].get("http") or [])
        for route in filter(self._is_ours, routes):
            route["route"] = [
                {"destination": {"host": one.service, "port": {"number": one.port}}, "weight": share}
                for one, share in ((self.stable, WHOLE - weight), (self.candidate, weight))
            ]
        return {"http": routes}


@dataclass(frozen=True, slots=True)
class GatewayShares(_RoutedShares):
    """Weights of the rules of an HTTPRoute that lead to the two versions."""

    def _entries(self, live: dict[str, Any]) -> list[dict[str, Any]]:
        return [entry for rule in live["spec"].get("rules") or [] for entry in rule.get("backendRefs") or []]

    def _host_of(self, entry: dict[str, Any]) -> str:
        return str(entry["name"])

    def change(self, live: dict[str, Any], stable: str | None, candidate: str, weight: int, *, is_done: bool) -> dict[str, Any]:  # noqa: ARG002
        rules = deepcopy(live["spec"].get("rules") or [])
        for rule in rules:
            if len(rule.get("backendRefs") or []) > 1:
                rule["backendRefs"] = [
                    {"group": "", "kind": "Service", "name": one.service, "port": one.port, "weight": share}
                    for one, share in ((self.stable, WHOLE - weight), (self.candidate, weight))
                ]
        return {"rules": rules}
