"""One object as the API server has it: what a program may read and change whose rights end at that object."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from urllib3.exceptions import HTTPError

from .problems import Conflict, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object is."""

    group: str
    version: str
    plural: str
    namespace: str
    name: str


def load_cluster() -> None:
    """The API server that the kubeconfig, or the pod, names."""
    from kubernetes import config  # noqa: PLC0415 - half a second that no other command should pay

    try:
        # asked for by name, as the client looks at the variable only when it is imported
        given = os.environ.get("KUBECONFIG")
        config.load_kube_config(given) if given else config.load_config()
    except config.ConfigException as error:
        raise Unreachable("cluster/nowhere", "neither this pod nor a kubeconfig says where the cluster is; set KUBECONFIG") from error


class ClusterObject:
    """Read as it is now, changed only where it is still what was read."""

    def __init__(self, place: Place, called: str) -> None:
        from kubernetes import client  # noqa: PLC0415 - half a second that no other command should pay

        self._place, self._called = place, f"{called} '{place.name}'"
        self._objects = client.CustomObjectsApi()

    def get(self) -> dict[str, Any]:
        """The object as it is now."""
        at = self._place
        with asking(self._called, "read"):
            found: dict[str, Any] = self._objects.get_namespaced_custom_object(
                at.group, at.version, at.namespace, at.plural, at.name, _request_timeout=TIMEOUT
            )
        return found

    def patch(self, body: dict[str, Any], manager: str | None = None) -> None:
        """A JSON merge patch; refused where the object is no longer the one that `resourceVersion` names."""
        at = self._place
        owner = {} if manager is None else {"field_manager": manager}
        with asking(self._called, "changed"):
            self._objects.patch_namespaced_custom_object(
                at.group, at.version, at.namespace, at.plural, at.name, body, _request_timeout=TIMEOUT, **owner
            )


@contextmanager
def asking(called: str, what: str) -> Iterator[None]:
    """Say what an error of the API server means while something is asked of it."""
    from kubernetes import client  # noqa: PLC0415 - half a second that no other command should pay

    try:
        yield
    except (client.ApiException, HTTPError) as error:
        raise told(error, called, what) from error


def told(error: Any, called: str, what: str) -> Exception:
    """What an answer of the API server means for whoever asked."""
    if not hasattr(error, "status"):
        return Unreachable("cluster/no-answer", "the API server does not answer; try again")
    if error.status == HTTPStatus.CONFLICT:
        return Conflict("cluster/changed-meanwhile", f"{called} was changed by somebody else meanwhile; try again")
    return Unreachable("cluster/refused", f"{called} cannot be {what}: the API server says {error.status} {error.reason}")
