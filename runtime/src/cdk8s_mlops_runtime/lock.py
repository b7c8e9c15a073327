"""Who may move a model where the registry has no conditional writes: one at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from urllib3.exceptions import HTTPError

from .cluster_object import TIMEOUT, load_cluster
from .problems import Conflict, Problem, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

PATIENCE = 120.0
PAUSE_SECONDS = 0.2
LEASE_SECONDS = 30
NAMESPACE_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


class _Silence(Exception):  # noqa: N818 - not a mistake of anybody
    """The API server does not answer, or only that it cannot."""


class Lock(Protocol):
    """One holder per model."""

    def held(self, model: str) -> AbstractContextManager[None]:
        """Wait for the lock, and hold it."""
        ...

    def require(self, model: str) -> None:
        """Nobody took the lock away. Called before every write."""
        ...


def lock_of(registry: str) -> Lock:
    """A Lease in a cluster, a file elsewhere."""
    namespace = os.environ.get("MLOPS_LEASE_NAMESPACE")
    if namespace is None and os.environ.get("KUBERNETES_SERVICE_HOST") and NAMESPACE_FILE.exists():
        namespace = NAMESPACE_FILE.read_text(encoding="utf-8").strip()
    if namespace:
        return LeaseLock(namespace)
    folder = Path(tempfile.gettempdir()) / f"mlops-{os.getuid()}"
    return FileLock(folder / hashlib.sha256(registry.encode()).hexdigest()[:16])


class FileLock:
    """For a laptop and a single machine: the kernel gives it back when a process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def held(self, model: str) -> Iterator[None]:
        """Wait for the lock, and hold it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.folder / f"{model}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            self._wait(handle, model)
            yield
        finally:
            os.close(handle)

    @staticmethod
    def _wait(handle: int, model: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Conflict(
                        "lock/busy", f"somebody has been moving '{model}' for {PATIENCE:.0f} s on this machine; wait, or end that process"
                    ) from None
                time.sleep(0.05)
            else:
                return

    def require(self, model: str) -> None:
        """The kernel does not take it away."""


class LeaseLock:
    """A Lease of Kubernetes per model, renewed while it is held; the server's resourceVersion decides who gets it."""

    def __init__(self, namespace: str, api: Any = None) -> None:
        self.namespace = namespace
        self.holder = f"{os.environ.get('HOSTNAME', 'mlops')}-{uuid4().hex[:8]}"
        self._given = api
        self._until = 0.0

    @property
    def api(self) -> Any:
        """The API of Leases, of the cluster that this runs in or that KUBECONFIG names."""
        if self._given is None:
            from kubernetes import client  # noqa: PLC0415

            load_cluster()
            self._given = client.CoordinationV1Api()
        return self._given

    @contextmanager
    def held(self, model: str) -> Iterator[None]:
        """Wait until nobody holds the Lease, or its holder is dead; renew it in the background; give it back."""
        name = f"mlops-{model}"
        self._acquire(name, model)
        done = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(name, done), daemon=True)
        renewing.start()
        try:
            yield
        finally:
            done.set()
            renewing.join()
            self._release(name)

    def require(self, model: str) -> None:
        """The Lease was renewed in time, so nobody else can have it."""
        if time.monotonic() >= self._until:
            raise Conflict(
                "lock/lost",
                f"the Lease 'mlops-{model}' could not be renewed in time and may be somebody else's; run the command again, it goes on from there",
            )

    def _acquire(self, name: str, model: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while (why_not := self._why_not(name, model)) is not None:
            if time.monotonic() > deadline:
                raise why_not
            time.sleep(PAUSE_SECONDS)

    def _why_not(self, name: str, model: str) -> Problem | None:
        """Try to take the Lease. Nothing if it is ours now; otherwise what has to be told if it stays so."""
        try:
            if self._take(name):
                return None
        except _Silence as silence:
            return Unreachable(
                "lock/no-answer",
                f"the API server has not said for {PATIENCE:.0f} s whether the Lease '{self.namespace}/{name}' is free ({silence}); try again, or check egress to it",
            )
        return Conflict(
            "lock/held",
            f"the Lease '{self.namespace}/{name}' has been held by others for {PATIENCE:.0f} s; find out who moves '{model}': kubectl get lease {name}",
        )

    def _take(self, name: str) -> bool:
        from kubernetes.client.rest import ApiException  # noqa: PLC0415

        began = time.monotonic()
        try:
            lease = self._read(name)
            if lease is None:
                self.api.create_namespaced_lease(self.namespace, self._lease(name, None), _request_timeout=TIMEOUT)
            elif self._is_free(lease):
                self._replace(name, lease)
            else:
                return False
        except ApiException as error:
            if error.status == HTTPStatus.CONFLICT:
                return False
            if _says_nothing(error.status):
                raise _Silence(" ".join(f"{error.status} {error.reason}".split())) from error
            raise Unreachable(
                "lock/forbidden",
                f"the Lease '{self.namespace}/{name}' is not for us to hold ({error.status} {error.reason}); allow get, create and update of leases in this namespace",
            ) from error
        except HTTPError as error:
            raise _Silence(type(getattr(error, "reason", None) or error).__name__) from error
        self._until = began + LEASE_SECONDS
        return True

    def _read(self, name: str) -> Any:
        from kubernetes.client.rest import ApiException  # noqa: PLC0415

        try:
            return self.api.read_namespaced_lease(name, self.namespace, _request_timeout=TIMEOUT)
        except ApiException as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def _replace(self, name: str, lease: Any, holder: str | None = None) -> None:
        body = self._lease(name, lease.metadata.resource_version, holder)
        self.api.replace_namespaced_lease(name, self.namespace, body, _request_timeout=TIMEOUT)

    def _is_free(self, lease: Any) -> bool:
        spec = lease.spec
        if not spec.holder_identity or spec.holder_identity == self.holder:
            return True
        renewed = spec.renew_time or spec.acquire_time
        # twice: clocks differ
        return renewed is None or datetime.now(UTC) > renewed + timedelta(seconds=2 * (spec.lease_duration_seconds or LEASE_SECONDS))

    def _lease(self, name: str, resource_version: str | None, holder: str | None = None) -> Any:
        time_now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": name, **({"resourceVersion": resource_version} if resource_version else {})},
            "spec": {
                "holderIdentity": self.holder if holder is None else holder,
                "leaseDurationSeconds": LEASE_SECONDS,
                "acquireTime": time_now,
                "renewTime": time_now,
            },
        }

    def _renew(self, name: str, done: threading.Event) -> None:
        while not done.wait(LEASE_SECONDS / 3):
            try:
                lease = self._read(name)
                if lease is not None and lease.spec.holder_identity == self.holder:
                    self._take(name)
            except Exception:  # noqa: BLE001, S112 - who holds it notices by the time that runs out
                continue

    def _release(self, name: str) -> None:
        try:
            lease = self._read(name)
            if lease is not None and lease.spec.holder_identity == self.holder:
                self._replace(name, lease, "")
        except Exception:  # noqa: BLE001, S110 - it runs out by itself
            pass


def _says_nothing(status: int) -> bool:
    """An API server that is started anew, or has too much to do, knows nothing about rights; without TLS there is no status at all."""
    return status in {0, HTTPStatus.TOO_MANY_REQUESTS} or status >= HTTPStatus.INTERNAL_SERVER_ERROR
