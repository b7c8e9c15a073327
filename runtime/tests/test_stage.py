"""The stepper on each kind of object: what good, bad, silent and absent numbers lead to, and what others do meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cdk8s_mlops_runtime.problems import Conflict, Unreachable, Verdict
from cdk8s_mlops_runtime.staging.prometheus import Away
from cdk8s_mlops_runtime.staging.stager import ANNOTATION, Stopped
from staged import ERRORS, KINDS, NEW, OLD, WEIGHTS, Bench

every_kind = pytest.mark.parametrize("kind", KINDS)
every_stage = pytest.mark.parametrize("weight", WEIGHTS)


def pass_all(bench: Bench, folder: Path) -> str:
    return bench.stager(folder).run()


def when(bench: Bench, weight: int, then: Callable[[], None]) -> None:
    """Something happens once, when the new version has a share."""
    done: list[int] = []

    def look() -> None:
        state = bench.object.state
        if state is not None and state.phase == "moving" and bench.object.share == weight and not done:
            done.append(weight)
            then()

    bench.at = look


@every_kind
def test_a_good_version_takes_over_stage_by_stage(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind)

    assert pass_all(bench, tmp_path) == f"'{NEW}' has all requests"
    assert bench.object.shares == [5, 25, 50, 100, 100]
    assert bench.now == pytest.approx(4 * 1800, abs=1)
    state = bench.object.state
    assert state is not None
    assert (state.phase, state.subject, state.stable, state.candidate, state.weight) == ("done", "v2-aaaa", OLD, NEW, 100)


def test_it_is_measured_as_often_as_an_analysis_measures(tmp_path: Path) -> None:
    bench = Bench("knative")

    pass_all(bench, tmp_path)

    # (1800 - 330) / 60 + 1 in the first stage, 1800 / 60 + 1 in the others
    assert len(bench.prometheus.queries) == 25 + 3 * 31
    assert set(bench.prometheus.queries) == {ERRORS.replace("{{args.canary-hash}}", NEW)}


@every_kind
@every_stage
def test_a_breach_at_any_stage_sends_it_back_at_once(kind: str, weight: int, tmp_path: Path) -> None:
    bench = Bench(kind)
    when(bench, weight, lambda: setattr(bench.prometheus, "says", lambda: [0.5]))

    with pytest.raises(
        Verdict, match=rf"'{NEW}' was sent back at {weight} %, and '{OLD}' has all requests: guardrail 'error-ratio': 0.5 is not < 0.01"
    ):
        pass_all(bench, tmp_path)

    assert bench.object.shares == [*WEIGHTS[: WEIGHTS.index(weight) + 1], 0]
    assert bench.object.state is not None
    assert (bench.object.state.phase, bench.object.state.weight) == ("sent-back", 0)


@every_kind
def test_what_was_sent_back_is_left_alone_until_somebody_says_again(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind)
    bench.prometheus.says = lambda: [0.5]
    with pytest.raises(Verdict):
        pass_all(bench, tmp_path)
    bench.prometheus.says = lambda: [0.001]

    with pytest.raises(
        Verdict, match=r"was sent back: guardrail 'error-ratio': 0.5 is not < 0.01; hand in another version, or say --again"
    ):
        pass_all(bench, tmp_path)
    assert bench.object.share == 0

    assert bench.stager(tmp_path).run(again=True) == f"'{NEW}' has all requests"


@every_kind
@every_stage
def test_a_run_that_is_stopped_takes_all_back_and_the_next_begins_again(kind: str, weight: int, tmp_path: Path) -> None:
    bench = Bench(kind)

    def stop() -> None:
        raise Stopped

    when(bench, weight, stop)
    with pytest.raises(Stopped):
        pass_all(bench, tmp_path)
    assert bench.object.share == 0
    assert bench.object.state is not None
    assert bench.object.state.phase == "stopped"

    bench.at = lambda: None
    assert pass_all(bench, tmp_path) == f"'{NEW}' has all requests"
    assert bench.object.shares[-5:] == [5, 25, 50, 100, 100]


@every_kind
@every_stage
@pytest.mark.parametrize("value", [0.001, 0.5])
def test_a_run_that_is_killed_is_continued_and_the_version_judged_at_once(kind: str, weight: int, value: float, tmp_path: Path) -> None:
    bench = Bench(kind)

    def kill() -> None:
        raise KeyboardInterrupt

    when(bench, weight, kill)
    with pytest.raises(KeyboardInterrupt):
        pass_all(bench, tmp_path)
    assert bench.object.share == weight

    bench.at, bench.now, bench.prometheus.says = (lambda: None), bench.now + 600, lambda: [value]
    began = bench.now
    if value < 0.01:
        assert pass_all(bench, tmp_path) == f"'{NEW}' has all requests"
        assert bench.object.shares == [*WEIGHTS[: WEIGHTS.index(weight) + 1], *WEIGHTS[WEIGHTS.index(weight) :], 100]
    else:
        with pytest.raises(Verdict):
            pass_all(bench, tmp_path)
        assert bench.object.share == 0
        assert bench.now == began


@pytest.mark.parametrize(
    ("policy", "passes", "why"),
    [
        ({"onEmpty": "pass", "patience": 0}, True, ""),
        ({"onEmpty": "fail", "patience": 0}, False, "there is no data"),
        ({"onEmpty": "pause", "patience": 600}, False, "no data for longer than 600 s"),
    ],
)
@pytest.mark.parametrize("values", [[], [float("nan")]])
def test_no_data_means_what_the_policy_says(policy: dict[str, Any], passes: bool, why: str, values: list[float], tmp_path: Path) -> None:
    bench = Bench("knative")
    bench.content["policy"] |= policy
    bench.prometheus.says = lambda: values

    if passes:
        assert pass_all(bench, tmp_path) == f"'{NEW}' has all requests"
    else:
        with pytest.raises(Verdict, match=why):
            pass_all(bench, tmp_path)
        assert bench.object.shares == [5, 0]


def test_the_patience_for_missing_data_is_counted_in_measurements(tmp_path: Path) -> None:
    bench = Bench("knative")
    bench.prometheus.says = list

    with pytest.raises(Verdict):
        pass_all(bench, tmp_path)

    # ten are tolerated, as by Argo Rollouts: the eleventh is one too many
    assert bench.now == 330 + 10 * 60


def test_data_that_comes_within_the_patience_is_judged(tmp_path: Path) -> None:
    bench = Bench("knative")
    answers: Iterator[list[float]] = iter([[] for _ in range(10)])
    bench.prometheus.says = lambda: next(answers, [0.001])

    assert pass_all(bench, tmp_path) == f"'{NEW}' has all requests"


def test_breaches_that_are_tolerated_are_counted_anew_in_each_stage(tmp_path: Path) -> None:
    bench = Bench("knative")
    bench.content["policy"]["toleratedBreaches"] = 2
    bad: set[int] = set()

    def says() -> list[float]:
        number = len(bench.prometheus.queries)
        return [0.5 if number in {1, 2, 30, 31} | bad else 0.001]

    bench.prometheus.says = says
    assert pass_all(bench, tmp_path) == f"'{NEW}' has all requests"

    other = Bench("knative")
    other.content["policy"]["toleratedBreaches"] = 2
    other.prometheus.says = lambda: [0.5]
    with pytest.raises(Verdict):
        pass_all(other, tmp_path)
    assert other.now == 330 + 2 * 60


def test_a_guardrail_that_is_asked_seldom_is_asked_once_a_stage_when_there_is_something_to_see(tmp_path: Path) -> None:
    bench = Bench("knative")
    bench.content["guardrails"] = {"agreement": {"query": ERRORS, "condition": "< 0.01", "measurements": 1, "firstMeasurement": 330}}
    for one in bench.content["stages"]:
        one["guardrails"] = ["agreement"]
    times: list[float] = []

    def says() -> list[float]:
        times.append(bench.now % 1800)
        return [0.001] if len(times) < 3 else []

    bench.prometheus.says = says
    with pytest.raises(Verdict, match="no data"):
        pass_all(bench, tmp_path)

    # whatever the patience, there is no second question that could tell more
    assert [round(time) for time in times] == [330, 360, 360]


def test_one_bad_series_among_good_ones_is_a_breach(tmp_path: Path) -> None:
    bench = Bench("knative")
    bench.prometheus.says = lambda: [0.001, float("nan"), 0.5]

    with pytest.raises(Verdict, match=r"0\.5 is not"):
        pass_all(bench, tmp_path)


def test_prometheus_may_be_away_as_long_as_the_policy_says(tmp_path: Path) -> None:
    bench = Bench("knative")
    gone_until = [330.0 + 110]

    def says() -> list[float]:
        if bench.now < gone_until[0]:
            raise Away("no answer")
        return [0.001]

    bench.prometheus.says = says
    assert pass_all(bench, tmp_path) == f"'{NEW}' has all requests"

    other = Bench("knative")
    gone_until[0] = 1e9
    bench, other.prometheus.says = other, says
    with pytest.raises(Verdict, match="Prometheus could not be asked for 120 s: no answer"):
        pass_all(other, tmp_path)
    assert (other.now, other.object.share) == (450, 0)


@pytest.mark.parametrize("kind", ["istio", "gateway-api", "knative", "kserve"])
def test_a_version_that_is_never_ready_gets_nothing(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind)
    bench.ready.live = {}
    status = bench.object.live["status"]
    status.get("components", {}).get("predictor", {}).update(latestReadyRevision=OLD)
    status.update(latestReadyRevisionName=OLD)

    with pytest.raises(Verdict, match="'v2-aaaa' could not answer within 900 s, and got no request; look at its pods"):
        pass_all(bench, tmp_path)
    assert bench.object.shares == []


def test_kserve_may_be_late_with_the_name_of_the_revision(tmp_path: Path) -> None:
    bench = Bench("kserve")
    predictor = bench.object.live["status"]["components"]["predictor"]
    predictor.update(latestCreatedRevision=OLD, latestReadyRevision=OLD)

    def tell() -> None:
        if bench.now >= 60:
            predictor.update(latestCreatedRevision=NEW, latestReadyRevision=NEW)

    bench.at = tell
    assert pass_all(bench, tmp_path) == f"'{NEW}' has all requests"


@pytest.mark.parametrize("kind", ["knative", "kserve"])
def test_the_first_version_keeps_all_requests_under_its_own_name(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, isFirst=True)
    if kind == "knative":
        bench.object.live["spec"]["traffic"] = [{"tag": "champion", "percent": 100, "latestRevision": True}]
    else:
        bench.object.live["status"]["components"]["predictor"]["latestRolledoutRevision"] = NEW

    assert pass_all(bench, tmp_path) == "there is no version before, so there is nothing to stage"
    assert bench.object.share == 100
    assert bench.prometheus.queries == []
    if kind == "knative":
        assert bench.object.live["spec"]["traffic"] == [{"tag": "champion", "revisionName": NEW, "latestRevision": False, "percent": 100}]


def test_requests_that_go_to_whatever_is_the_latest_cannot_be_staged(tmp_path: Path) -> None:
    bench = Bench("knative")
    bench.object.live["spec"]["traffic"] = [{"percent": 100, "latestRevision": True}]

    with pytest.raises(Conflict, match="'v2-aaaa' has all requests before anybody judged it"):
        pass_all(bench, tmp_path)
    assert bench.object.shares == []


@every_kind
def test_a_version_that_arrived_is_left_alone(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind)
    pass_all(bench, tmp_path)
    writes = len(bench.object.shares)

    assert pass_all(bench, tmp_path) == f"'{NEW}' got all requests before, so there is nothing to stage"
    assert len(bench.object.shares) == writes


def set_share(bench: Bench, weight: int) -> Callable[[], None]:
    def change(live: dict[str, Any]) -> None:
        if bench.object.kind == "kserve":
            live["spec"]["predictor"]["canaryTrafficPercent"] = weight
        else:
            first, second = {
                "knative": lambda: live["spec"]["traffic"][::-1],
                "istio": lambda: live["spec"]["http"][1]["route"],
                "gateway-api": lambda: live["spec"]["rules"][0]["backendRefs"],
            }[bench.object.kind]()
            key = "percent" if bench.object.kind == "knative" else "weight"
            first[key], second[key] = 100 - weight, weight

    return lambda: bench.object.edit(change)


@every_kind
@pytest.mark.parametrize("weight", [0, 100])
def test_a_share_that_somebody_else_changes_goes_back(kind: str, weight: int, tmp_path: Path) -> None:
    bench = Bench(kind)
    when(bench, 25, set_share(bench, weight))

    with pytest.raises(Conflict, match=f"somebody else changed the share of '{NEW}' to {weight} %, so it went back"):
        pass_all(bench, tmp_path)
    assert bench.object.share == 0
    with pytest.raises(Verdict, match=f"somebody else changed its share to {weight} %"):
        pass_all(bench, tmp_path)


@pytest.mark.parametrize("kind", ["knative", "kserve"])
@every_stage
def test_another_version_that_comes_meanwhile_gets_nothing_and_ends_the_run(kind: str, weight: int, tmp_path: Path) -> None:
    bench = Bench(kind)

    def come(live: dict[str, Any]) -> None:
        if kind == "knative":
            live["spec"]["template"]["metadata"]["name"] = "fraud-third"
        else:
            live["spec"]["predictor"]["labels"]["cdk8s-mlops.io/model-version"] = "v3"

    when(bench, weight, lambda: bench.object.edit(come))
    with pytest.raises(Conflict, match="the object describes another version than 'v2-aaaa', which is no longer staged"):
        pass_all(bench, tmp_path)

    assert bench.object.share == 0
    with pytest.raises(Conflict, match="the object describes another version"):
        pass_all(bench, tmp_path)


def test_a_revision_that_kserve_makes_of_the_same_version_was_not_judged(tmp_path: Path) -> None:
    bench = Bench("kserve")

    def come(live: dict[str, Any]) -> None:
        live["status"]["components"]["predictor"].update(latestCreatedRevision="fraud-third")

    when(bench, 25, lambda: bench.object.edit(come))
    with pytest.raises(Conflict, match="the object describes another version"):
        pass_all(bench, tmp_path)
    assert bench.object.share == 0


@every_kind
def test_of_two_runs_the_newer_one_decides(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind)
    newer = bench.stager(tmp_path)

    def take_over() -> None:
        bench.at = lambda: None
        assert newer.run() == f"'{NEW}' has all requests"

    older = bench.stager(tmp_path)
    when(bench, 25, take_over)

    with pytest.raises(Conflict, match="'run-1' stages 'v2-aaaa' now, so this run ends and changes nothing"):
        older.run()
    assert bench.object.share == 100


@every_kind
@every_stage
def test_an_api_server_that_is_away_changes_nothing_but_a_breach_waits_for_it(kind: str, weight: int, tmp_path: Path) -> None:
    bench = Bench(kind)
    away_until = [0.0]

    def answer() -> None:
        if bench.now < away_until[0]:
            raise Unreachable("cluster/no-answer", "the API server does not answer; try again")

    def break_down() -> None:
        away_until[0] = bench.now + 1000
        bench.prometheus.says = lambda: [0.5]

    bench.object.answer = answer
    when(bench, weight, break_down)

    with pytest.raises(Verdict):
        pass_all(bench, tmp_path)
    assert bench.object.share == 0
    assert bench.now >= away_until[0]


def test_an_api_server_that_is_away_for_a_while_is_waited_for(tmp_path: Path) -> None:
    bench = Bench("istio")

    def answer() -> None:
        if 100 < bench.now % 1800 < 400:
            raise Unreachable("cluster/no-answer", "the API server does not answer; try again")

    bench.object.answer = answer
    assert pass_all(bench, tmp_path) == f"'{NEW}' has all requests"


def test_an_api_server_that_stays_away_is_told(tmp_path: Path) -> None:
    bench = Bench("istio")

    def answer() -> None:
        raise Unreachable("cluster/no-answer", "the API server does not answer; try again")

    bench.object.answer = answer
    with pytest.raises(Unreachable):
        pass_all(bench, tmp_path)


@every_kind
def test_a_controller_that_writes_meanwhile_is_no_reason_to_stop(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind)
    writes = []

    def before(_: dict[str, Any]) -> None:
        writes.append(1)
        if len(writes) % 2:
            bench.object.edit(lambda live: live.update(seen=len(writes)))

    bench.object.before = before
    assert pass_all(bench, tmp_path) == f"'{NEW}' has all requests"
    assert bench.object.shares == [5, 25, 50, 100, 100]


def test_what_else_a_route_says_stays(tmp_path: Path) -> None:
    istio, gateway = Bench("istio"), Bench("gateway-api")

    pass_all(istio, tmp_path)
    pass_all(gateway, tmp_path)

    assert istio.object.live["spec"]["http"] == [
        {"name": "health", "route": [{"destination": {"host": "fraud"}}]},
        {
            "name": "primary",
            "route": [
                {"destination": {"host": f"{OLD}-requests", "port": {"number": 8080}}, "weight": 0},
                {"destination": {"host": f"{NEW}-requests", "port": {"number": 8080}}, "weight": 100},
            ],
        },
    ]
    assert gateway.object.live["spec"]["rules"] == [
        {
            "backendRefs": [
                {"group": "", "kind": "Service", "name": f"{OLD}-requests", "port": 8080, "weight": 0},
                {"group": "", "kind": "Service", "name": f"{NEW}-requests", "port": 8080, "weight": 100},
            ]
        },
        {"backendRefs": [{"name": "docs", "port": 80}]},
    ]


def test_the_annotation_is_written_together_with_the_share(tmp_path: Path) -> None:
    bench = Bench("kserve")
    bodies: list[dict[str, Any]] = []
    bench.object.before = lambda body: bodies.append({**body})

    pass_all(bench, tmp_path)

    assert all(set(body) == {"metadata", "spec"} and ANNOTATION in body["metadata"]["annotations"] for body in bodies)


def test_an_annotation_in_other_words_is_no_state(tmp_path: Path) -> None:
    bench = Bench("kserve")
    bench.object.live["metadata"]["annotations"] = {ANNOTATION: "by hand"}

    assert pass_all(bench, tmp_path) == f"'{NEW}' has all requests"


@every_kind
def test_shares_that_were_changed_while_nobody_ran_are_no_stage_to_go_on_from(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind)

    def kill() -> None:
        raise KeyboardInterrupt

    when(bench, 25, kill)
    with pytest.raises(KeyboardInterrupt):
        pass_all(bench, tmp_path)
    set_share(bench, 0)()
    bench.at = lambda: None

    assert pass_all(bench, tmp_path) == f"'{NEW}' has all requests"
    assert bench.object.shares == [5, 25, 5, 25, 50, 100, 100]
