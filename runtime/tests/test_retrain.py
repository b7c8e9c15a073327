"""Drift starts trainings: one at a time, not too often, and each once, whoever dies meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from cdk8s_mlops_runtime.problems import Problem
from cdk8s_mlops_runtime.retraining import HISTORY, LEASES, Retraining, RetrainSettings
from fake_cluster import FakeCluster, Killed

NOW = datetime(2026, 4, 1, 3, 15, tzinfo=UTC)
WORKFLOWS = "workflows"


def settings(**change: Any) -> dict[str, Any]:
    """As the library writes them."""
    return {
        "enabled": True,
        "evidence": "since 2026-04-01: accuracy fell by 4 points",
        "coolDownSeconds": 86400,
        "maximumPerWeek": 2,
        "lease": "fraud-retrain",
        "trigger": {
            "apiVersion": "argoproj.io/v1alpha1",
            "resource": WORKFLOWS,
            "manifest": {
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "Workflow",
                "metadata": {"generateName": "fraud-retrain-", "labels": {"cdk8s-mlops.io/model": "fraud"}},
                "spec": {
                    "workflowTemplateRef": {"name": "fraud-training"},
                    "arguments": {"parameters": [{"name": "drifted-features", "value": ""}, {"name": "reason", "value": ""}]},
                },
            },
            "driftedFeaturesParameter": "drifted-features",
            "reasonParameter": "reason",
        },
        **change,
    }


def retraining(cluster: FakeCluster, now: datetime = NOW, **change: Any) -> Retraining:
    return Retraining("fraud", RetrainSettings.parse(json.dumps(settings(**change)), "retrain.json"), cluster, now)


def history(cluster: FakeCluster) -> Any:
    lease = cluster.get(LEASES, "fraud-retrain")
    return json.loads((lease or {})["metadata"]["annotations"][HISTORY])


def finish(cluster: FakeCluster) -> None:
    for (plural, _), one in cluster.objects.items():
        if plural == WORKFLOWS:
            one["status"] = {"phase": "Succeeded"}


def test_a_training_is_told_which_features_drifted_and_why_that_matters() -> None:
    cluster = FakeCluster()

    told = retraining(cluster).start(["amount", "country"])

    [name] = cluster.named(WORKFLOWS)
    made = cluster.objects[WORKFLOWS, name]
    reason = "drift of amount, country (since 2026-04-01: accuracy fell by 4 points)"
    assert told == f"fraud is trained by '{name}': {reason}"
    assert made["spec"]["arguments"]["parameters"] == [
        {"name": "drifted-features", "value": '["amount", "country"]'},
        {"name": "reason", "value": reason},
    ]
    assert (name[:14], len(name), "generateName" in made["metadata"]) == ("fraud-retrain-", 22, False)
    assert history(cluster) == [{"at": "2026-04-01T03:15:00Z", "name": name, "made": True}]


def test_a_job_gets_its_parameters_in_its_environment() -> None:
    cluster = FakeCluster()
    trigger = settings()["trigger"]
    trigger.update(apiVersion="batch/v1", resource="jobs")
    environment = [{"name": "drifted-features", "value": ""}, {"name": "reason", "value": ""}, {"name": "reason", "valueFrom": {}}]
    trigger["manifest"] = {"metadata": {"generateName": "fraud-"}, "spec": {"template": {"spec": {"containers": [{"env": environment}]}}}}

    retraining(cluster, trigger=trigger).start(["amount"])

    [name] = cluster.named("jobs")
    filled = cluster.objects["jobs", name]["spec"]["template"]["spec"]["containers"][0]["env"]
    assert [one.get("value") for one in filled] == ['["amount"]', "drift of amount (since 2026-04-01: accuracy fell by 4 points)", None]
    cluster.objects["jobs", name]["status"] = {"conditions": [{"type": "Complete", "status": "True"}]}
    assert "began at" in retraining(cluster, NOW + timedelta(hours=1), trigger=trigger).start(["amount"])


def test_while_one_is_under_way_no_other_begins() -> None:
    cluster = FakeCluster()
    retraining(cluster).start(["amount"])
    [name] = cluster.named(WORKFLOWS)

    assert retraining(cluster, NOW + timedelta(days=2)).start(["amount"]) == f"fraud has drifted and is not trained: '{name}' is under way"


def test_after_one_there_is_a_pause() -> None:
    cluster = FakeCluster()
    retraining(cluster).start(["amount"])
    finish(cluster)

    assert retraining(cluster, NOW + timedelta(hours=23)).start(["amount"]) == (
        "fraud has drifted and is not trained: the last training began at 2026-04-01T03:15:00Z, and the next may begin 1 day, 0:00:00 later"
    )
    assert "is trained by" in retraining(cluster, NOW + timedelta(hours=24)).start(["amount"])


def test_a_week_has_no_more_than_its_maximum() -> None:
    cluster = FakeCluster()
    for day in (0, 2):
        assert "is trained by" in retraining(cluster, NOW + timedelta(days=day)).start(["amount"])
        finish(cluster)

    assert retraining(cluster, NOW + timedelta(days=4)).start(["amount"]) == (
        "fraud has drifted and is not trained: 2 trainings began in seven days, and that is the most; find out why they do not help"
    )
    assert "is trained by" in retraining(cluster, NOW + timedelta(days=7)).start(["amount"])
    finish(cluster)
    retraining(cluster, NOW + timedelta(days=60)).start(["amount"])
    assert len(history(cluster)) == 1


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("write", [1, 2, 3])
def test_who_dies_at_any_write_leaves_one_training_to_be_made_once(write: int, late: bool) -> None:
    cluster = FakeCluster()
    cluster.dies_at, cluster.late = write, late

    with pytest.raises(Killed):
        retraining(cluster).start(["amount"])
    cluster.dies_at = None
    retraining(cluster, NOW + timedelta(hours=1)).start(["amount"])
    retraining(cluster, NOW + timedelta(hours=2)).start(["amount"])

    assert len(cluster.named(WORKFLOWS)) == 1
    assert [(one["name"], one["made"]) for one in history(cluster)] == [(cluster.named(WORKFLOWS)[0], True)]


def test_a_training_that_a_quota_does_not_let_in_is_made_by_the_next_check() -> None:
    cluster = FakeCluster()
    cluster.full = {WORKFLOWS}

    for _ in range(2):
        with pytest.raises(Problem) as told:
            retraining(cluster).start(["amount"])
        assert (told.value.problem_id, told.value.exit_code) == ("retrain/not-made", 3)
    [intended] = history(cluster)
    cluster.full = set()
    retraining(cluster, NOW + timedelta(hours=1)).start(["amount"])

    assert intended["made"] is False
    assert cluster.named(WORKFLOWS) == [intended["name"]]
    assert [(one["name"], one["made"]) for one in history(cluster)] == [(intended["name"], True)]


def test_a_lease_that_a_quota_does_not_let_in_is_not_taken_for_somebody_elses() -> None:
    cluster = FakeCluster()
    cluster.full = {LEASES.plural}

    with pytest.raises(Problem, match="cluster/changed-meanwhile"):
        retraining(cluster).start(["amount"])

    assert cluster.objects == {}


@pytest.mark.parametrize("lease_is_there", [False, True])
def test_of_two_that_start_at_once_one_does(lease_is_there: bool) -> None:
    cluster = FakeCluster()
    if lease_is_there:
        retraining(cluster, NOW - timedelta(days=3)).start(["amount"])
        finish(cluster)
    before = len(cluster.named(WORKFLOWS))
    cluster.intruder = lambda: retraining(cluster).start(["amount"])

    told = retraining(cluster).start(["amount"])

    assert told == "fraud has drifted and is not trained: somebody else starts a training at this moment"
    assert len(cluster.named(WORKFLOWS)) == before + 1


@pytest.mark.parametrize(
    ("report", "enabled", "told"),
    [
        ({"verdict": "no drift", "driftedFeatures": ["amount"]}, True, "fraud has not drifted, and nothing is trained\n"),
        ({"verdict": "waiting for samples", "driftedFeatures": []}, True, "fraud has not drifted, and nothing is trained\n"),
        (
            {"verdict": "drift", "driftedFeatures": ["amount"]},
            False,
            "fraud has drifted (amount) and is not trained: nobody gave evidence yet that drift hurts it; tell its owner\n",
        ),
    ],
)
def test_without_drift_or_evidence_no_cluster_is_asked(
    report: dict[str, Any], enabled: bool, told: str, run: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "drift.json").write_text(json.dumps({"model": "fraud", **report}))
    (tmp_path / "settings.json").write_text(json.dumps(settings(enabled=enabled)))

    result = run("retrain", "fraud", "--drift", tmp_path / "drift.json", "--settings", tmp_path / "settings.json")

    assert result.output == told
