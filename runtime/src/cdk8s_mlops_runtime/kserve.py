"""
What KServe made of an InferenceService, and whether that serves everybody.

The InferenceService itself cannot say it: KServe copies `observedGeneration` from the object that it made, and 0.15 and 0.20 keep `Ready` while the pods of a
Deployment are replaced. The object that it made counts its own changes, and its pod template names the version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .cluster_objects import Kind
from .pointing import points_at

if TYPE_CHECKING:
    from collections.abc import Mapping

DEPLOYMENTS = Kind("apps", "v1", "deployments")
KNATIVE_SERVICES = Kind("serving.knative.dev", "v1", "services")
_WHOLE = 100


def made_of(service: Mapping[str, Any], name: str) -> tuple[Kind, str]:
    """The object that runs the predictor. Only in the mode Knative, KServe tells of revisions; what it calls its modes depends on its version."""
    predictor = ((service.get("status") or {}).get("components") or {}).get("predictor") or {}
    return KNATIVE_SERVICES if predictor.get("latestCreatedRevision") else DEPLOYMENTS, f"{name}-predictor"


def is_ready(live: Mapping[str, Any]) -> bool:
    """Whether an object calls itself ready."""
    conditions = (live.get("status") or {}).get("conditions") or []
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)


def serves(kind: Kind, made: Mapping[str, Any], artifact_sha256: str) -> bool:
    """Whether it serves everybody with a version, and its own controller has seen that it should."""
    spec, status = made["spec"], made.get("status") or {}
    if points_at(spec["template"]) != artifact_sha256 or status.get("observedGeneration") != made["metadata"]["generation"]:
        return False
    return _is_rolled_out(spec, status) if kind == DEPLOYMENTS else is_ready(made) and _has_all_requests(status)


def _is_rolled_out(spec: Mapping[str, Any], status: Mapping[str, Any]) -> bool:
    """Every pod is of the new version and available; none at all serves nobody."""
    wanted = spec.get("replicas", 1)
    counts = {status.get(name) or 0 for name in ("replicas", "updatedReplicas", "availableReplicas")}
    return wanted > 0 and counts == {wanted}


def _has_all_requests(status: Mapping[str, Any]) -> bool:
    """A Service that is ready tells of the revision of this generation, and of the shares that are in force."""
    revision = status.get("latestReadyRevisionName")
    share = sum(target.get("percent") or 0 for target in status.get("traffic") or [] if target.get("revisionName") == revision)
    return revision is not None and revision == status.get("latestCreatedRevisionName") and share == _WHOLE
