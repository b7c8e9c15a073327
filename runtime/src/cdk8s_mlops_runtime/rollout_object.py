"""One Rollout of Argo Rollouts, and the record of its drills, as the API server has them."""

from __future__ import annotations

import json
from typing import Any, Protocol

from .cluster_object import TIMEOUT, ClusterObject, Place, asking, load_cluster

GROUP = ("argoproj.io", "v1alpha1", "rollouts")


class RolloutObject(Protocol):
    """What a drill does with a cluster."""

    def get(self) -> dict[str, Any]:
        """The Rollout as it is now."""

    def patch(self, body: dict[str, Any]) -> None:
        """A JSON merge patch; refused where the Rollout is no longer the one that `resourceVersion` names."""

    def record(self, entry: dict[str, Any]) -> None:
        """Writes down how a drill ended."""


class KubernetesRollout(ClusterObject):
    """Through the API server that the pod, or the kubeconfig, names."""

    def __init__(self, name: str, namespace: str, record: str) -> None:
        from kubernetes import client  # noqa: PLC0415 - half a second that no other command should pay

        load_cluster()
        super().__init__(Place(*GROUP, namespace, name), "the rollout")
        self._namespace, self._record = namespace, record
        self._core = client.CoreV1Api()

    def record(self, entry: dict[str, Any]) -> None:
        """Keeps the last twenty in a ConfigMap, the newest last."""
        limit = {"_request_timeout": TIMEOUT}
        with asking(f"the record '{self._record}'", "written"):
            kept = (self._core.read_namespaced_config_map(self._record, self._namespace, **limit).data or {}).get("drills", "")
            lines = [*kept.splitlines(), json.dumps(entry, sort_keys=True)][-20:]
            self._core.patch_namespaced_config_map(self._record, self._namespace, {"data": {"drills": "\n".join(lines) + "\n"}}, **limit)
