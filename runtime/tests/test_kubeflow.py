"""Drift starts runs of Kubeflow Pipelines as it starts workflows: one at a time, not too often, and each once. The server is a mock."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from cdk8s_mlops_runtime.kubeflow import KubeflowRuns, PipelineServer
from cdk8s_mlops_runtime.retraining import HISTORY, LEASES, Retraining, RetrainSettings
from fake_cluster import FakeCluster, Killed
from kubeflow_mock import KubeflowMock, serving
from test_retrain import settings

NOW = datetime(2026, 4, 1, 3, 15, tzinfo=UTC)
SPEC = {"pipeline_spec": {"pipelineInfo": {"name": "fraud-training"}}, "platform_spec": {"platforms": {}}}
REASON = "drift of amount, country (since 2026-04-01: accuracy fell by 4 points)"
# a program that ends as ours would if it was faulty
BREAKS_DOWN = """
from cdk8s_mlops_runtime import cli

def break_down(**_):
    raise RuntimeError("a fault")

cli.mlops.main = break_down
cli.main()
"""


def kubeflow_settings(url: str, **change: Any) -> dict[str, Any]:
    """As the library writes them."""
    return settings(
        trigger={
            "apiVersion": "pipelines.kubeflow.org/v2beta1",
            "resource": "runs",
            "manifest": {
                "pipeline_spec": SPEC,
                "runtime_config": {"parameters": {"drifted_features": "[]", "reason": ""}},
                "service_account": "fraud-pipeline",
            },
            "driftedFeaturesParameter": "drifted_features",
            "reasonParameter": "reason",
            "server": {"url": url, "audience": "pipelines.kubeflow.org", "namespace": "ml", "experiment": "fraud-training"},
        },
        **change,
    )


@pytest.fixture
def kubeflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KubeflowMock]:
    (tmp_path / "token").write_text("for pipelines\n")
    monkeypatch.setenv("KF_PIPELINES_SA_TOKEN_PATH", str(tmp_path / "token"))
    with serving(KubeflowMock()) as mock:
        yield mock


def retraining(kubeflow: KubeflowMock, cluster: FakeCluster, now: datetime = NOW, **change: Any) -> Retraining:
    text = json.dumps(kubeflow_settings(kubeflow.url, **change))
    return Retraining("fraud", RetrainSettings.parse(text, "retrain.json"), cluster, now)


def history(cluster: FakeCluster) -> Any:
    lease = cluster.get(LEASES, "fraud-retrain")
    return json.loads((lease or {})["metadata"]["annotations"][HISTORY])


def test_a_run_brings_its_pipeline_along_and_is_told_which_features_drifted(kubeflow: KubeflowMock) -> None:
    told = retraining(kubeflow, FakeCluster()).start(["amount", "country"])

    [run] = kubeflow.runs
    assert told == f"fraud is trained by '{run['display_name']}': {REASON}"
    assert run == {
        "experiment_id": "experiment-0",
        "display_name": run["display_name"],
        "pipeline_spec": SPEC,
        "runtime_config": {"parameters": {"drifted_features": '["amount", "country"]', "reason": REASON}},
        "service_account": "fraud-pipeline",
        "run_id": "run-0",
        "state": "PENDING",
        "storage_state": "AVAILABLE",
    }
    assert (run["display_name"][:14], len(run["display_name"])) == ("fraud-retrain-", 22)
    assert [(one["display_name"], one["namespace"]) for one in kubeflow.experiments] == [("fraud-training", "ml")]


def test_its_experiment_is_made_once(kubeflow: KubeflowMock) -> None:
    server = PipelineServer(kubeflow.url, "ml", "fraud-training")
    for name in ("a", "b", "c"):
        KubeflowRuns(server, {"pipeline_spec": SPEC, "runtime_config": {"parameters": {}}}).make(name, {})

    assert len(kubeflow.experiments) == 1
    assert [run["display_name"] for run in kubeflow.runs] == ["a", "b", "c"]


def test_a_run_of_that_name_is_not_made_again_though_it_stands_on_another_page(kubeflow: KubeflowMock) -> None:
    runs = KubeflowRuns(PipelineServer(kubeflow.url, "ml", "fraud-training"), {"pipeline_spec": SPEC, "runtime_config": {"parameters": {}}})
    for name in ("a", "b", "c", "d", "e", "a"):
        runs.make(name, {})

    assert [run["display_name"] for run in kubeflow.runs] == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("state", ["PENDING", "RUNNING", "CANCELING", "PAUSED", None])
def test_while_one_is_under_way_no_other_begins(kubeflow: KubeflowMock, state: str | None) -> None:
    cluster = FakeCluster()
    retraining(kubeflow, cluster).start(["amount"])
    kubeflow.runs[0]["state"] = state
    name = kubeflow.runs[0]["display_name"]

    told = retraining(kubeflow, cluster, NOW + timedelta(days=2)).start(["amount"])

    assert told == f"fraud has drifted and is not trained: '{name}' is under way"


def test_a_run_that_a_person_started_is_under_way_too(kubeflow: KubeflowMock) -> None:
    KubeflowRuns(PipelineServer(kubeflow.url, "ml", "fraud-training"), {"pipeline_spec": SPEC, "runtime_config": {"parameters": {}}}).make(
        "ada tries it", {}
    )

    assert retraining(kubeflow, FakeCluster()).start(["amount"]) == ("fraud has drifted and is not trained: 'ada tries it' is under way")


@pytest.mark.parametrize("state", ["SUCCEEDED", "FAILED", "CANCELED", "SKIPPED"])
def test_after_one_there_is_a_pause_and_a_week_has_its_maximum(kubeflow: KubeflowMock, state: str) -> None:
    cluster = FakeCluster()
    retraining(kubeflow, cluster).start(["amount"])
    kubeflow.end(state)

    paused = retraining(kubeflow, cluster, NOW + timedelta(hours=23)).start(["amount"])
    second = retraining(kubeflow, cluster, NOW + timedelta(hours=24)).start(["amount"])
    kubeflow.end(state)
    third = retraining(kubeflow, cluster, NOW + timedelta(hours=48)).start(["amount"])

    assert "the next may begin 1 day, 0:00:00 later" in paused
    assert "is trained by" in second
    assert "2 trainings began in seven days" in third
    assert len(kubeflow.runs) == 2


class Mortal(KubeflowRuns):
    """Dies when it makes a run, before or after it is made."""

    late = False

    def make(self, name: str, parameters: Any) -> None:
        if self.late:
            super().make(name, parameters)
        raise Killed


@pytest.mark.parametrize("late", [False, True])
def test_who_dies_while_a_run_is_made_leaves_one_run(kubeflow: KubeflowMock, late: bool) -> None:
    cluster = FakeCluster()
    dying = retraining(kubeflow, cluster)
    dying.trainings = Mortal(PipelineServer(kubeflow.url, "ml", "fraud-training"), kubeflow_settings(kubeflow.url)["trigger"]["manifest"])
    dying.trainings.late = late

    with pytest.raises(Killed):
        dying.start(["amount"])
    retraining(kubeflow, cluster, NOW + timedelta(hours=1)).start(["amount"])
    retraining(kubeflow, cluster, NOW + timedelta(hours=2)).start(["amount"])

    [run] = kubeflow.runs
    assert [(one["name"], one["made"]) for one in history(cluster)] == [(run["display_name"], True)]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("write", [1, 2])
def test_who_dies_at_any_write_of_the_lease_leaves_one_run(kubeflow: KubeflowMock, write: int, late: bool) -> None:
    cluster = FakeCluster()
    cluster.dies_at, cluster.late = write, late

    with pytest.raises(Killed):
        retraining(kubeflow, cluster).start(["amount"])
    cluster.dies_at = None
    retraining(kubeflow, cluster, NOW + timedelta(hours=1)).start(["amount"])
    retraining(kubeflow, cluster, NOW + timedelta(hours=2)).start(["amount"])

    assert [one["made"] for one in history(cluster)] == [True]
    assert len(kubeflow.runs) == 1


def test_of_two_that_finish_what_a_third_began_one_does(kubeflow: KubeflowMock) -> None:
    cluster = FakeCluster()
    cluster.dies_at, cluster.late = 1, True
    with pytest.raises(Killed):
        retraining(kubeflow, cluster).start(["amount"])
    cluster.dies_at = None
    cluster.intruder = lambda: retraining(kubeflow, cluster).start(["amount"])

    told = retraining(kubeflow, cluster).start(["amount"])

    assert told == "fraud has drifted and is not trained: somebody else starts a training at this moment"
    assert len(kubeflow.runs) == 1


@pytest.mark.parametrize(("code", "verdict"), [(0, "passed"), (1, "failed")])
def test_a_verdict_is_written_down_good_or_bad(code: int, verdict: str, run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("verdict", "--file", tmp_path / "verdict", "--", "sh", "-c", f"exit {code}")

    assert (result.exit_code, (tmp_path / "verdict").read_text()) == (0, verdict)


@pytest.mark.parametrize(("script", "code"), [("exit 5", 5), ("exit 2", 2), ("kill -KILL $$", 137), ("kill -TERM $PPID; sleep 30", 143)])
def test_what_is_no_verdict_is_passed_on(script: str, code: int, run: Callable[..., Result], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run("verdict", "--file", tmp_path / "verdict", "--", "sh", "-c", script)

    assert (ended.value.code, (tmp_path / "verdict").exists()) == (code, False)


def test_a_command_that_breaks_down_gives_no_verdict(run: Callable[..., Result], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run("verdict", "--file", tmp_path / "verdict", "--", sys.executable, "-c", BREAKS_DOWN)

    assert (ended.value.code, (tmp_path / "verdict").exists()) == (70, False)


def test_who_is_told_to_end_while_the_program_starts_tells_it(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = subprocess.Popen
    missed: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: missed.append(number))

    def told_meanwhile(program: tuple[str, ...]) -> subprocess.Popen[bytes]:
        child = start(program)
        os.kill(os.getpid(), signal.SIGTERM)
        return child

    monkeypatch.setattr(subprocess, "Popen", told_meanwhile)
    try:
        with pytest.raises(SystemExit) as ended:
            run("verdict", "--file", tmp_path / "verdict", "--", "sleep", "5")
    finally:
        signal.signal(signal.SIGTERM, before)

    assert (ended.value.code, missed) == (143, [])
