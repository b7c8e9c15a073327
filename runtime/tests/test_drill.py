"""A drill against a controller that behaves as Argo Rollouts does, as far as a drill sees it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from cdk8s_mlops_runtime.drill import ANNOTATION, Drill, Fault, Outcome
from cdk8s_mlops_runtime.problems import Conflict, InputProblem, Unreachable

FAULT = Fault("server", "FAULT", "errors")


class Controller:
    """A Rollout whose bad version is aborted after a while; time passes when the drill sleeps."""

    def __init__(
        self, *, aborts_after: float | None = 60, restores_after: float = 70, promotes_after: float | None = None, router: bool = True
    ) -> None:
        self.now = 0.0
        self.changed_at = 0.0
        self.aborts_after, self.restores_after, self.promotes_after, self.router = aborts_after, restores_after, promotes_after, router
        self.entries: list[dict[str, Any]] = []
        self.conflicts = 0
        self.live: dict[str, Any] = {
            "metadata": {"generation": 1, "resourceVersion": "1", "annotations": {}},
            "spec": {
                "replicas": 2,
                "template": {"spec": {"containers": [{"name": "server", "env": [{"name": "A", "value": "1"}]}, {"name": "mesh"}]}},
            },
            "status": {},
        }
        self.good = copy.deepcopy(self.live["spec"])

    def get(self) -> dict[str, Any]:
        bad = self.live["spec"] != self.good
        elapsed = self.now - self.changed_at
        aborted = bad and self.aborts_after is not None and elapsed >= self.aborts_after
        restored = aborted and elapsed >= self.restores_after
        promoted = bad and self.promotes_after is not None and elapsed >= self.promotes_after
        phase = "Degraded" if aborted else "Progressing" if bad and not promoted else "Healthy"
        canary = 0 if restored or not bad else 5
        self.live["status"] = {
            "observedGeneration": str(self.live["metadata"]["generation"]),
            "phase": phase,
            "abort": aborted,
            "message": "metric error-ratio assessed Failed" if aborted else "",
            "updatedReplicas": 1 if canary else 0,
            "availableReplicas": 2,
            **({"canary": {"weights": {"canary": {"weight": canary}}}} if self.router else {}),
        }
        return copy.deepcopy(self.live)

    def patch(self, body: dict[str, Any]) -> None:
        if self.conflicts > 0 or body["metadata"]["resourceVersion"] != self.live["metadata"]["resourceVersion"]:
            self.conflicts -= 1
            raise Conflict("cluster/changed-meanwhile", "was changed by somebody else meanwhile")
        annotation = body["metadata"]["annotations"][ANNOTATION]
        if annotation is None:
            self.live["metadata"]["annotations"].pop(ANNOTATION, None)
        else:
            self.live["metadata"]["annotations"][ANNOTATION] = annotation
        self.live["spec"]["template"]["spec"]["containers"] = body["spec"]["template"]["spec"]["containers"]
        self.live["metadata"]["generation"] += 1
        self.live["metadata"]["resourceVersion"] = str(self.live["metadata"]["generation"])
        self.changed_at = self.now

    def record(self, entry: dict[str, Any]) -> None:
        self.entries.append(entry)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def drill(self, fault: Fault = FAULT, objective: float = 300) -> Drill:
        return Drill(self, fault, objective, lambda: self.now, self.sleep, lambda _: None, started="2026-01-01T00:00:00+00:00")


@pytest.mark.parametrize("router", [True, False])
def test_a_bad_version_that_is_sent_back_in_time_passes_and_nothing_of_it_is_left(router: bool) -> None:
    controller = Controller(router=router)

    outcome = controller.drill().run()

    assert outcome == Outcome(True, "metric error-ratio assessed Failed", 60, 70)
    assert controller.live["spec"] == controller.good
    assert controller.live["metadata"]["annotations"] == {}
    assert controller.entries == [
        {
            "started": "2026-01-01T00:00:00+00:00",
            "passed": True,
            "why": "metric error-ratio assessed Failed",
            "abortedAfterSeconds": 60,
            "restoredAfterSeconds": 70,
            "objectiveSeconds": 300,
        }
    ]


@pytest.mark.parametrize(
    ("controller", "why"),
    [
        (Controller(aborts_after=None), "nothing aborted the failing version within 300 s"),
        (Controller(restores_after=1000), "it was aborted, but the earlier version did not answer all requests within 300 s"),
        (Controller(aborts_after=None, promotes_after=100), "the failing version passed every stage: no guardrail sees this fault"),
    ],
)
def test_whatever_else_happens_fails_is_written_down_and_taken_back(controller: Controller, why: str) -> None:
    outcome = controller.drill().run()

    assert (outcome.passed, outcome.why) == (False, why)
    assert [entry["passed"] for entry in controller.entries] == [False]
    assert controller.live["spec"] == controller.good


def test_a_version_that_somebody_takes_back_was_not_judged() -> None:
    controller = Controller()
    drill = controller.drill()

    def revert(seconds: float) -> None:
        controller.now += seconds
        controller.live["spec"] = copy.deepcopy(controller.good)

    drill.sleep = revert

    assert drill.run().why == "somebody took the failing version back before it was judged; let GitOps leave the variable alone"


def test_a_variable_that_was_there_is_put_back_in_its_place() -> None:
    controller = Controller()
    controller.live["spec"]["template"]["spec"]["containers"][0]["env"].append({"name": "B", "value": "2"})
    controller.good = copy.deepcopy(controller.live["spec"])
    seen: list[Any] = []
    patch = controller.patch

    def see(body: dict[str, Any]) -> None:
        seen.append(body["spec"]["template"]["spec"]["containers"][0]["env"])
        patch(body)

    controller.patch = see  # type: ignore[method-assign]

    assert controller.drill(Fault("server", "A", "broken")).run().passed
    assert seen == [
        [{"name": "A", "value": "broken"}, {"name": "B", "value": "2"}],
        [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
    ]


def test_the_fault_of_a_drill_that_was_killed_is_taken_back_by_the_next() -> None:
    controller = Controller()
    controller.drill()._inject()
    assert controller.live["spec"] != controller.good

    assert controller.drill().run().passed
    assert controller.live["spec"] == controller.good


def test_a_drill_that_is_stopped_takes_its_fault_back() -> None:
    controller = Controller()
    drill = controller.drill()

    def stop(_: float) -> None:
        raise SystemExit(143)

    drill.sleep = stop

    with pytest.raises(SystemExit):
        drill.run()
    assert controller.live["spec"] == controller.good


def test_a_controller_that_writes_meanwhile_is_no_reason_to_stop() -> None:
    controller = Controller()
    controller.conflicts = 5

    assert controller.drill().run().passed


def test_an_api_server_that_restarts_is_waited_for() -> None:
    controller = Controller()
    drill = controller.drill()
    get, away = controller.get, iter([False, False, False, False, True, True, True])

    def sometimes() -> dict[str, Any]:
        if next(away, False):
            raise Unreachable("cluster/no-answer", "the API server does not answer")
        return get()

    controller.get = sometimes  # type: ignore[method-assign]

    assert drill.run().passed


def test_somebody_who_never_stops_writing_is() -> None:
    controller = Controller()
    controller.conflicts = 1000

    with pytest.raises(Conflict):
        controller.drill().run()


def test_a_rollout_that_is_busy_is_left_alone() -> None:
    controller = Controller(aborts_after=None)
    controller.live["spec"]["template"]["spec"]["containers"][0]["env"] = []

    with pytest.raises(Conflict, match="the rollout is Progressing"):
        controller.drill(objective=10).run()
    assert controller.entries == []


def test_a_container_that_is_not_there_is_named() -> None:
    with pytest.raises(InputProblem, match="it has server, mesh"):
        Controller().drill(Fault("model", "FAULT", "errors")).run()


def test_what_was_before_is_kept_for_whoever_runs_next() -> None:
    controller = Controller()
    controller.drill(Fault("server", "A", "broken"))._inject()

    assert json.loads(controller.live["metadata"]["annotations"][ANNOTATION]) == {
        "container": "server",
        "name": "A",
        "entry": {"name": "A", "value": "1"},
        "started": "2026-01-01T00:00:00+00:00",
    }
