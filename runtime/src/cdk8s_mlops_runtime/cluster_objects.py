"""Objects of a cluster, as the API server has them."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from urllib3.exceptions import HTTPError

from .cluster_object import TIMEOUT, load_cluster, told
from .problems import InputProblem

NAMESPACE_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind, as the API server addresses it."""

    group: str
    version: str
    plural: str

    @classmethod
    def of(cls, api_version: str, plural: str) -> Kind:
        """From `<group>/<version>`."""
        group, _, version = api_version.rpartition("/")
        return cls(group, version, plural)


def namespace_of(given: str | None) -> str:
    """The namespace that was given, or that of this pod."""
    if given:
        return given
    try:
        return NAMESPACE_FILE.read_text(encoding="utf-8").strip()
    except OSError:
        raise InputProblem("cluster/no-namespace", "this is no pod, so say with --namespace where the objects are") from None


class Cluster:
    """Objects of one namespace, through the API server that the pod, or the kubeconfig, names."""

    def __init__(self, namespace: str) -> None:
        from kubernetes import client  # noqa: PLC0415 - half a second that no other command should pay

        load_cluster()
        self.namespace = namespace
        self._objects = client.CustomObjectsApi()
        self._errors = (client.ApiException, HTTPError)

    def get(self, kind: Kind, name: str) -> dict[str, Any] | None:
        """An object, or none."""
        try:
            found: dict[str, Any] = self._objects.get_namespaced_custom_object(kind.group, kind.version, self.namespace, kind.plural, name)
        except self._errors as error:
            if getattr(error, "status", None) == HTTPStatus.NOT_FOUND:
                return None
            raise told(error, f"{kind.plural}/{name}", "read") from error
        return found

    def having(self, kind: Kind, labels: str) -> list[dict[str, Any]]:
        """Objects with labels."""
        try:
            found: list[dict[str, Any]] = self._objects.list_namespaced_custom_object(
                kind.group, kind.version, self.namespace, kind.plural, label_selector=labels, _request_timeout=TIMEOUT
            )["items"]
        except self._errors as error:
            raise told(error, kind.plural, "listed") from error
        return found

    def create(self, kind: Kind, body: dict[str, Any]) -> None:
        """Make an object. `Conflict` where it is there already."""
        try:
            self._objects.create_namespaced_custom_object(
                kind.group, kind.version, self.namespace, kind.plural, body, _request_timeout=TIMEOUT
            )
        except self._errors as error:
            raise told(error, kind.plural, "made") from error

    def replace(self, kind: Kind, body: dict[str, Any]) -> None:
        """Replace an object that was read. `Conflict` where somebody else was faster."""
        name = body["metadata"]["name"]
        try:
            self._objects.replace_namespaced_custom_object(
                kind.group, kind.version, self.namespace, kind.plural, name, body, _request_timeout=TIMEOUT
            )
        except self._errors as error:
            raise told(error, f"{kind.plural}/{name}", "changed") from error

    def patch(self, kind: Kind, name: str, body: dict[str, Any]) -> None:
        """A JSON merge patch. `Conflict` where the object is no longer the one that `resourceVersion` names."""
        try:
            self._objects.patch_namespaced_custom_object(
                kind.group, kind.version, self.namespace, kind.plural, name, body, _request_timeout=TIMEOUT
            )
        except self._errors as error:
            raise told(error, f"{kind.plural}/{name}", "changed") from error
