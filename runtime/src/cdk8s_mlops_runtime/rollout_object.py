"""One Rollout of Argo Rollouts, and the record of its drills, as the API server has them."""

from __future__ import annotations

import json
import os
from http import HTTPStatus
from typing import Any, Protocol

from urllib3.exceptions import HTTPError

from .problems import Conflict, Unreachable

GROUP = ("argoproj.io", "v1alpha1")


class RolloutObject(Protocol):
    """What a drill does with a cluster."""

    def get(self) -> dict[str, Any]:
        """The Rollout as it is now."""

    def patch(self, body: dict[str, Any]) -> None:
        """A JSON merge patch; refused where the Rollout is no longer the one that `resourceVersion` names."""

    def record(self, entry: dict[str, Any]) -> None:
        """Writes down how a drill ended."""


class KubernetesRollout:
    """Through the API server that the pod, or the kubeconfig, names."""

    def __init__(self, name: str, namespace: str, record: str) -> None:
        from kubernetes import client, config  # noqa: PLC0415 - half a second that no other command should pay

        try:
            # asked for by name, as the client looks at the variable only when it is imported
            given = os.environ.get("KUBECONFIG")
            config.load_kube_config(given) if given else config.load_config()
        except config.ConfigException as error:
            raise Unreachable("drill/no-cluster", "neither this pod nor a kubeconfig says where the cluster is; set KUBECONFIG") from error
        self._name, self._namespace, self._record = name, namespace, record
        self._objects = client.CustomObjectsApi()
        self._core = client.CoreV1Api()
        self._errors = (client.ApiException, HTTPError)

    def get(self) -> dict[str, Any]:
        """The Rollout as it is now."""
        try:
            found: dict[str, Any] = self._objects.get_namespaced_custom_object(*GROUP, self._namespace, "rollouts", self._name)
        except self._errors as error:
            raise self._told(error, "read") from error
        return found

    def patch(self, body: dict[str, Any]) -> None:
        """A JSON merge patch; refused where the Rollout is no longer the one that `resourceVersion` names."""
        try:
            self._objects.patch_namespaced_custom_object(*GROUP, self._namespace, "rollouts", self._name, body)
        except self._errors as error:
            raise self._told(error, "changed") from error

    def record(self, entry: dict[str, Any]) -> None:
        """Keeps the last twenty in a ConfigMap, the newest last."""
        try:
            kept = (self._core.read_namespaced_config_map(self._record, self._namespace).data or {}).get("drills", "")
            lines = [*kept.splitlines(), json.dumps(entry, sort_keys=True)][-20:]
            self._core.patch_namespaced_config_map(self._record, self._namespace, {"data": {"drills": "\n".join(lines) + "\n"}})
        except self._errors as error:
            raise self._told(error, "recorded") from error

    def _told(self, error: Any, what: str) -> Exception:
        if not hasattr(error, "status"):
            return Unreachable("drill/no-answer", "the API server does not answer; try again")
        if error.status == HTTPStatus.CONFLICT:
            return Conflict("drill/changed-meanwhile", f"the rollout '{self._name}' was changed by somebody else meanwhile; try again")
        return Unreachable(
            "drill/api-server", f"the rollout '{self._name}' cannot be {what}: the API server says {error.status} {error.reason}"
        )
