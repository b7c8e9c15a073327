"""Objects of a cluster, as the API server has them."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from .cluster_object import TIMEOUT, asking, load_cluster
from .lock import NAMESPACE_FILE
from .problems import InputProblem


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
        self._refused = client.ApiException

    def get(self, kind: Kind, name: str) -> dict[str, Any] | None:
        """An object, or none."""
        with asking(f"{kind.plural}/{name}", "read"):
            try:
                found: dict[str, Any] = self._objects.get_namespaced_custom_object(
                    kind.group, kind.version, self.namespace, kind.plural, name, _request_timeout=TIMEOUT
                )
            except self._refused as error:
                if error.status == HTTPStatus.NOT_FOUND:
                    return None
                raise
        return found

    def having(self, kind: Kind, labels: str) -> list[dict[str, Any]]:
        """Objects with labels."""
        with asking(kind.plural, "listed"):
            found: list[dict[str, Any]] = self._objects.list_namespaced_custom_object(
                kind.group, kind.version, self.namespace, kind.plural, label_selector=labels, _request_timeout=TIMEOUT
            )["items"]
        return found

    def create(self, kind: Kind, body: dict[str, Any]) -> None:
        """Make an object. `Conflict` where it is there already."""
        with asking(kind.plural, "made"):
            self._objects.create_namespaced_custom_object(
                kind.group, kind.version, self.namespace, kind.plural, body, _request_timeout=TIMEOUT
            )

    def replace(self, kind: Kind, body: dict[str, Any]) -> None:
        """Replace an object that was read. `Conflict` where somebody else was faster."""
        name = body["metadata"]["name"]
        with asking(f"{kind.plural}/{name}", "changed"):
            self._objects.replace_namespaced_custom_object(
                kind.group, kind.version, self.namespace, kind.plural, name, body, _request_timeout=TIMEOUT
            )

    def patch(self, kind: Kind, name: str, body: dict[str, Any]) -> None:
        """A JSON merge patch. `Conflict` where the object is no longer the one that `resourceVersion` names."""
        with asking(f"{kind.plural}/{name}", "changed"):
            self._objects.patch_namespaced_custom_object(
                kind.group, kind.version, self.namespace, kind.plural, name, body, _request_timeout=TIMEOUT
            )
