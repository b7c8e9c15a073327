"""What a cluster is told when a model has drifted: an event of the CronJob that found it, for `kubectl describe` and whatever collects events."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from cdk8s_mlops_runtime.cluster_objects import Kind
from cdk8s_mlops_runtime.problems import InputProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

CRON_JOBS = Kind("batch", "v1", "cronjobs")
EVENTS = Kind("events.k8s.io", "v1", "events")
#: The API server takes 1024 bytes of words, and 128 of a name.
_NOTE_BYTES = 1024
_INSTANCE = 128
_WORST = 5


class Objects(Protocol):
    """What an event asks of a cluster."""

    namespace: str

    def get(self, kind: Kind, name: str) -> dict[str, Any] | None: ...
    def create(self, kind: Kind, body: dict[str, Any]) -> None: ...


def tell(objects: Objects, cron_job: str, report: Mapping[str, Any]) -> None:
    """One event of the CronJob, with the worst features."""
    live = objects.get(CRON_JOBS, cron_job)
    if live is None:
        raise InputProblem("event/no-cron-job", f"there is no cronjobs/{cron_job} in namespace '{objects.namespace}'; say which with --on")
    objects.create(
        EVENTS,
        {
            "apiVersion": "events.k8s.io/v1",
            "kind": "Event",
            "metadata": {"name": f"{cron_job[:200]}.{uuid4().hex[:16]}", "namespace": objects.namespace},
            "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "type": "Warning",
            "reason": "DriftDetected",
            "action": "Compare",
            "reportingController": "cdk8s-mlops.io/drift",
            "reportingInstance": (os.environ.get("HOSTNAME") or socket.gethostname())[:_INSTANCE],
            "regarding": {
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "name": cron_job,
                "namespace": objects.namespace,
                "uid": live["metadata"]["uid"],
            },
            "note": note(report),
        },
    )


def note(report: Mapping[str, Any]) -> str:
    """The share, the worst features, and where the page is, in as many words as an event takes."""
    drifted = sorted((feature for feature in report["features"] if feature["drifted"]), key=_badness, reverse=True)
    worst = ", ".join(_word(feature) for feature in drifted[:_WORST])
    more = f" and {len(drifted) - _WORST} more" if len(drifted) > _WORST else ""
    page = f"; see {report['page']}" if "page" in report else ""
    head = f"{report['model']}: {len(drifted)} of {len(report['features'])} {report['check']} drifted in {report['samples']} samples: "
    room = _NOTE_BYTES - len(f"{head}{more}{page}".encode())
    return head + _cut(worst, room) + more + page


def _badness(feature: Mapping[str, Any]) -> float:
    """How many times further than allowed; what cannot be measured any more is the worst."""
    score, threshold = feature["score"], feature["threshold"]
    if score is None or feature["lostValues"]:
        return float("inf")
    above, below = (threshold, score) if str(feature["driftsIf"]).startswith("score <") else (score, threshold)
    return float(above) / float(below) if below else float("inf")


def _word(feature: Mapping[str, Any]) -> str:
    if feature["lostValues"] or feature["score"] is None:
        return f"{feature['feature']} (missing {feature['missingShareNow']:.1%})"
    return f"{feature['feature']} ({feature['method']} {feature['score']:.3g}, threshold {feature['threshold']:g})"


def _cut(text: str, room: int) -> str:
    """As much of a text as there is room for, in bytes."""
    if len(text.encode()) <= room:
        return text
    return text.encode()[: max(0, room - len("…".encode()))].decode(errors="ignore") + "…"
