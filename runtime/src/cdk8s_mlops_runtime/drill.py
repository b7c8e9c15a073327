"""
A rollback that is practised: a version that fails on purpose has to be sent back by the guardrails, in time.

The fault is one environment variable of one container. What it was before stands in an annotation of the Rollout, so that whoever runs next takes the
fault back, should this run be killed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .problems import Conflict, InputProblem, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from .rollout_object import RolloutObject

ANNOTATION = "cdk8s-mlops.io/drill"
EVERY = 2.0
ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Fault:
    """What makes the server fail."""

    container: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a drill ended."""

    passed: bool
    why: str
    #: Seconds from the failing version's deployment until its canary was aborted; none where that did not happen.
    aborted_after: float | None = None
    #: Seconds until the earlier version answered all requests again.
    restored_after: float | None = None


@dataclass
class Drill:
    """One exercise."""

    rollout: RolloutObject
    fault: Fault
    objective: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    say: Callable[[str], None]
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def run(self) -> Outcome:
        """Deploys the fault, waits for the abort, takes the fault back whatever happened, and writes down how it went."""
        self.take_back()
        self._wait_until_settled("the rollout is healthy", self.objective)
        self._require_at_rest()
        began = self.clock()
        self._inject()
        try:
            outcome = self._observe(began)
        finally:
            self.take_back()
        self._wait_until_settled("the rollout is healthy again", self.objective)
        self.rollout.record(
            {
                "started": self.started,
                "passed": outcome.passed,
                "why": outcome.why,
                "abortedAfterSeconds": outcome.aborted_after,
                "restoredAfterSeconds": outcome.restored_after,
                "objectiveSeconds": self.objective,
            }
        )
        return outcome

    def take_back(self) -> bool:
        """Takes back the fault that is in the Rollout, of this run or of one that was killed."""
        if ANNOTATION not in (self.rollout.get()["metadata"].get("annotations") or {}):
            return False
        self._change(_without_fault)
        self.say("took the fault back")
        return True

    def _inject(self) -> None:
        self._change(self._with_fault)
        self.say(f"deployed a version with {self.fault.name}={self.fault.value}")

    def _change(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """The controller writes its status into the same object, so another look is taken when it was faster, or the API server restarts."""
        for _ in range(ATTEMPTS - 1):
            try:
                self.rollout.patch(change(self.rollout.get()))
            except (Conflict, Unreachable):
                self.sleep(EVERY / 4)
            else:
                return
        self.rollout.patch(change(self.rollout.get()))

    def _with_fault(self, live: dict[str, Any]) -> dict[str, Any]:
        containers = _containers(live)
        container = next((one for one in containers if one["name"] == self.fault.container), None)
        if container is None:
            names = ", ".join(one["name"] for one in containers)
            raise InputProblem("drill/no-container", f"the rollout has no container '{self.fault.container}'; it has {names}")
        variables = container.get("env") or []
        entry = next((one for one in variables if one["name"] == self.fault.name), None)
        container["env"] = _with_variable(variables, self.fault.name, {"name": self.fault.name, "value": self.fault.value})
        before = json.dumps(
            {"container": self.fault.container, "name": self.fault.name, "entry": entry, "started": self.started}, sort_keys=True
        )
        return _patch(live, containers, before)

    def _observe(self, began: float) -> Outcome:
        aborted: float | None = None
        while (elapsed := self.clock() - began) <= self.objective:
            live = self._look()
            if not self._is_there(live):
                return Outcome(False, "somebody took the failing version back before it was judged; let GitOps leave the variable alone")
            status = live.get("status") or {}
            if aborted is None and status.get("abort") and _observed(live):
                aborted = elapsed
                self.say(f"aborted after {elapsed:.0f} s: {status.get('message', '')}")
            if aborted is not None and _is_restored(live):
                return Outcome(True, status.get("message", ""), aborted, elapsed)
            if _observed(live) and status.get("phase") == "Healthy":
                return Outcome(False, "the failing version passed every stage: no guardrail sees this fault")
            self.sleep(EVERY)
        if aborted is None:
            return Outcome(False, f"nothing aborted the failing version within {self.objective:.0f} s")
        return Outcome(False, f"it was aborted, but the earlier version did not answer all requests within {self.objective:.0f} s", aborted)

    def _look(self) -> dict[str, Any]:
        """An API server that restarts is waited for."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self.rollout.get()
            except Unreachable:
                self.sleep(EVERY)
        return self.rollout.get()

    def _is_there(self, live: dict[str, Any]) -> bool:
        variables = [
            one for container in _containers(live) if container["name"] == self.fault.container for one in container.get("env") or []
        ]
        return {"name": self.fault.name, "value": self.fault.value} in variables

    def _require_at_rest(self) -> None:
        status = self.rollout.get().get("status") or {}
        if status.get("phase") != "Healthy":
            raise Conflict(
                "drill/rollout-busy",
                f"the rollout is {status.get('phase', 'not there yet')} ({status.get('message', '')}); a drill needs one that is healthy and at rest",
            )

    def _wait_until_settled(self, what: str, seconds: float) -> None:
        began = self.clock()
        while self.clock() - began <= seconds:
            live = self.rollout.get()
            if _observed(live) and live["status"].get("phase") in {"Healthy", "Paused"}:
                return
            self.sleep(EVERY)
        self.say(f"waited {seconds:.0f} s in vain until {what}")


def _without_fault(live: dict[str, Any]) -> dict[str, Any]:
    before = json.loads(live["metadata"]["annotations"][ANNOTATION])
    containers = _containers(live)
    for container in containers:
        if container["name"] == before["container"]:
            container["env"] = _with_variable(container.get("env") or [], before["name"], before["entry"])
    return _patch(live, containers, None)


def _containers(live: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(json.dumps(live["spec"]["template"]["spec"]["containers"]))
    return found


def _with_variable(variables: list[dict[str, Any]], name: str, entry: dict[str, Any] | None) -> list[dict[str, Any]]:
    """In its place where it was, at the end where it is new: an order that changes would be a version of its own."""
    names = [one["name"] for one in variables]
    if entry is None:
        return [one for one in variables if one["name"] != name]
    return [entry if one["name"] == name else one for one in variables] if name in names else [*variables, entry]


def _patch(live: dict[str, Any], containers: list[dict[str, Any]], annotation: str | None) -> dict[str, Any]:
    return {
        "metadata": {"resourceVersion": live["metadata"]["resourceVersion"], "annotations": {ANNOTATION: annotation}},
        "spec": {"template": {"spec": {"containers": containers}}},
    }


def _observed(live: dict[str, Any]) -> bool:
    return (live.get("status") or {}).get("observedGeneration") == str(live["metadata"]["generation"])


def _is_restored(live: dict[str, Any]) -> bool:
    """The router sends nothing to the canary; without one, none of its pods is left and all of the others are available."""
    status = live["status"]
    weights = (status.get("canary") or {}).get("weights")
    if weights is not None:
        return bool(weights["canary"]["weight"] == 0)
    return bool(status.get("updatedReplicas", 0) == 0 and status.get("availableReplicas", 0) >= live["spec"].get("replicas", 1))
