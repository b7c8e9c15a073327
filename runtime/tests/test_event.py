"""An event of the CronJob says what has drifted, to whoever describes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from cdk8s_mlops_runtime.commands import event
from cdk8s_mlops_runtime.drift.event import CRON_JOBS, EVENTS, note, tell
from cdk8s_mlops_runtime.problems import Problem, Unreachable
from fake_cluster import FakeCluster
from test_drift import FEATURES, drift  # noqa: F401

Run = Callable[..., Result]


def feature(name: str, score: float | None = 0.3, *, threshold: float = 0.15, method: str = "psi", lost: bool = False) -> dict[str, Any]:
    return {
        "feature": name,
        "method": method,
        "score": score,
        "threshold": threshold,
        "driftsIf": f"score {'<' if method in {'ks', 'chisquare'} else '>'} threshold",
        "drifted": True,
        "missingShareNow": 0.4 if lost else 0.0,
        "lostValues": lost,
    }


def report(*features: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"model": "fraud", "check": "features", "verdict": "drift", "samples": 20000, "features": list(features), **more}


class Cluster(FakeCluster):
    """Has the CronJob, in a namespace."""

    namespace = "ml"

    def __init__(self) -> None:
        super().__init__()
        self.objects[CRON_JOBS.plural, "fraud-drift"] = {"metadata": {"name": "fraud-drift", "uid": "7c9e", "resourceVersion": "1"}}

    @property
    def events(self) -> list[dict[str, Any]]:
        return [one for (plural, _), one in self.objects.items() if plural == EVENTS.plural]


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    made = Cluster()
    monkeypatch.setattr(event, "Cluster", lambda _: made)
    monkeypatch.setenv("HOSTNAME", "fraud-drift-29112-x7k2p")
    return made


def test_the_worst_come_first_whatever_they_are_measured_by() -> None:
    features = [
        feature("amount", 0.3),
        feature("age", 0.001, method="ks", threshold=0.05),
        feature("country", 0.0, method="chisquare", threshold=0.05),
        feature("income", 0.1, lost=True),
        feature("balance", None),
        {**feature("night"), "drifted": False},
    ]

    assert note(report(*features, page="s3://reports/fraud/features/latest.html")) == (
        "fraud: 5 of 6 features drifted in 20000 samples: country (chisquare 0, threshold 0.05), income (missing 40.0%), "
        "balance (missing 0.0%), age (ks 0.001, threshold 0.05), amount (psi 0.3, threshold 0.15); see s3://reports/fraud/features/latest.html"
    )


def test_what_an_event_has_no_room_for_is_counted_or_cut() -> None:
    said = note(report(*[feature(f"{'ü' * 300}-{number}") for number in range(9)], page="s3://reports/latest.html"))

    assert len(said.encode()) <= 1024
    assert said.endswith("… and 4 more; see s3://reports/latest.html")


def test_an_event_is_of_the_cron_job(cluster: Cluster) -> None:
    tell(cluster, "fraud-drift", report(feature("amount")))

    [made] = cluster.events
    assert made["metadata"].pop("name").startswith("fraud-drift.")
    assert made.pop("eventTime").endswith("Z")
    assert made == {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"namespace": "ml", "resourceVersion": "1"},
        "type": "Warning",
        "reason": "DriftDetected",
        "action": "Compare",
        "reportingController": "cdk8s-mlops.io/drift",
        "reportingInstance": "fraud-drift-29112-x7k2p",
        "regarding": {"apiVersion": "batch/v1", "kind": "CronJob", "name": "fraud-drift", "namespace": "ml", "uid": "7c9e"},
        "note": "fraud: 1 of 1 features drifted in 20000 samples: amount (psi 0.3, threshold 0.15)",
    }


def test_each_check_that_found_drift_has_one_and_what_found_none_has_none(cluster: Cluster, run: Run, tmp_path: Path) -> None:
    for name, verdict in (("features", "drift"), ("answers", "no drift"), ("few", "waiting for samples")):
        (tmp_path / f"{name}.json").write_text(json.dumps(report(feature("amount"), check=name, verdict=verdict)))
    files = [f"--drift={tmp_path / name}.json" for name in ("features", "answers", "few")]

    lines = run("event", "fraud", *files, "--on=fraud-drift", "--namespace=ml").stdout.splitlines()

    assert lines == [
        "fraud: drift in features, written as an event of cronjobs/fraud-drift",
        "fraud: no drift in answers, and no event",
        "fraud: waiting for samples in few, and no event",
    ]
    assert len(cluster.events) == 1


def test_what_the_check_really_writes_is_read(cluster: Cluster, run: Run, drift: Callable[..., Result], tmp_path: Path) -> None:  # noqa: F811
    moved = {
        **{name: values[:2000] for name, values in FEATURES.items()},
        "age": FEATURES["age"][:2000] + 30,
        "amount": FEATURES["amount"][:2000] * 9,
    }
    drift(moved, "--json", tmp_path / "drift.json")

    run("event", "fraud", "--drift", tmp_path / "drift.json", "--on=fraud-drift", "--namespace=ml")

    [made] = cluster.events
    assert made["note"].startswith("fraud: 2 of 4 features drifted in 2000 samples: age (psi ")


@pytest.mark.parametrize("status", ["refused", "gone"])
def test_an_event_that_cannot_be_written_is_said_and_hides_nothing(
    status: str, cluster: Cluster, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Unreachable("cluster/refused", "events cannot be made: the API server says 403 Forbidden")

    if status == "refused":
        monkeypatch.setattr(cluster, "create", refuse)
    else:
        cluster.objects.clear()
    (tmp_path / "drift.json").write_text(json.dumps(report(feature("amount"))))

    result = run("event", "fraud", "--drift", tmp_path / "drift.json", "--on=fraud-drift", "--namespace=ml")

    assert result.exit_code == 0
    assert result.stderr.startswith("fraud: drift in features, and its event was not written: ")


def test_without_a_cron_job_there_is_nothing_to_write_about(cluster: Cluster) -> None:
    with pytest.raises(Problem, match="event/no-cron-job"):
        tell(cluster, "churn-drift", report(feature("amount")))
