"""Who may move a model: one at a time, and a dead holder keeps nobody waiting for ever."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from kubernetes.client.rest import ApiException
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError

from cases_drill import kubeconfig
from cdk8s_mlops_runtime import lock as lock_module
from cdk8s_mlops_runtime.lock import FileLock, LeaseLock, lock_of
from cdk8s_mlops_runtime.problems import Problem

NO_ANSWER = MaxRetryError(HTTPConnectionPool("api"), "/", ConnectTimeoutError())


class Leases:
    """Leases with what counts of an API server: a name is made once, and a replacement names the version that was read."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[int, dict[str, Any]]] = {}
        self.guard = threading.Lock()
        self.refuse: int | None = None
        #: What the server says instead of an answer, one thing after the other.
        self.faults: Iterator[Exception] = iter(())
        #: What was asked, and how long an answer was waited for.
        self.asked: list[tuple[str, float | None]] = []

    def read_namespaced_lease(self, name: str, namespace: str, _request_timeout: float | None = None) -> Any:
        self.asked.append(("read", _request_timeout))
        for fault in self.faults:
            raise fault
        if self.refuse:
            raise ApiException(status=self.refuse, reason="Forbidden")
        if name not in self.held:
            raise ApiException(status=404)
        version, spec = self.held[name]
        renewed = datetime.fromisoformat(spec["renewTime"]) if spec["renewTime"] else None
        return SimpleNamespace(
            metadata=SimpleNamespace(resource_version=str(version)),
            spec=SimpleNamespace(
                holder_identity=spec["holderIdentity"],
                renew_time=renewed,
                acquire_time=renewed,
                lease_duration_seconds=spec["leaseDurationSeconds"],
            ),
        )

    def create_namespaced_lease(self, namespace: str, body: dict[str, Any], _request_timeout: float | None = None) -> None:
        self.asked.append(("create", _request_timeout))
        with self.guard:
            if body["metadata"]["name"] in self.held:
                raise ApiException(status=409)
            self.held[body["metadata"]["name"]] = (1, body["spec"])

    def replace_namespaced_lease(self, name: str, namespace: str, body: dict[str, Any], _request_timeout: float | None = None) -> None:
        self.asked.append(("replace", _request_timeout))
        with self.guard:
            version, _ = self.held[name]
            if body["metadata"]["resourceVersion"] != str(version):
                raise ApiException(status=409)
            self.held[name] = (version + 1, body["spec"])


def age(leases: Leases, seconds: int) -> None:
    """The holder of the Lease has not been heard of for so long."""
    version, spec = leases.held["mlops-fraud"]
    leases.held["mlops-fraud"] = (version, {**spec, "renewTime": (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()})


@pytest.mark.parametrize("kind", ["lease", "file"])
def test_one_holds_it_and_the_others_wait(kind: str, tmp_path: Path) -> None:
    leases = Leases()
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        lock = LeaseLock("mlops", leases) if kind == "lease" else FileLock(tmp_path)
        with lock.held("fraud"):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.01)
            lock.require("fraud")
            inside.remove(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1] * 8


def test_a_lease_is_given_back(tmp_path: Path) -> None:
    leases = Leases()

    with LeaseLock("mlops", leases).held("fraud"):
        assert leases.held["mlops-fraud"][1]["holderIdentity"] != ""

    assert leases.held["mlops-fraud"][1]["holderIdentity"] == ""


def test_a_holder_that_is_dead_is_followed_after_twice_the_time_of_its_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_module, "PATIENCE", 0.0)
    leases = Leases()
    assert LeaseLock("mlops", leases)._take("mlops-fraud")

    age(leases, 50)
    with pytest.raises(Problem, match="lock/held"), LeaseLock("mlops", leases).held("fraud"):
        pass
    age(leases, 61)

    with LeaseLock("mlops", leases).held("fraud"):
        pass


def test_who_could_not_renew_in_time_stops_before_the_next_write(monkeypatch: pytest.MonkeyPatch) -> None:
    lock = LeaseLock("mlops", Leases())

    with lock.held("fraud"):
        lock._until = time.monotonic() - 1
        with pytest.raises(Problem, match="lock/lost"):
            lock.require("fraud")


def test_a_lease_is_renewed_while_it_is_held_and_not_after_somebody_took_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_module, "LEASE_SECONDS", 0.15)
    leases = Leases()
    lock = LeaseLock("mlops", leases)

    with lock.held("fraud"):
        time.sleep(0.5)
        lock.require("fraud")
        version, spec = leases.held["mlops-fraud"]
        leases.held["mlops-fraud"] = (version + 1, {**spec, "holderIdentity": "somebody else"})
        time.sleep(0.3)
        with pytest.raises(Problem, match="lock/lost"):
            lock.require("fraud")
        leases.refuse = 500

    assert leases.held["mlops-fraud"][1]["holderIdentity"] == "somebody else"


def test_a_cluster_has_leases_and_a_laptop_has_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    assert isinstance(lock_of("http://mlflow"), FileLock)

    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    (tmp_path / "namespace").write_text("fraud\n")
    monkeypatch.setattr(lock_module, "NAMESPACE_FILE", tmp_path / "namespace")
    in_cluster = lock_of("http://mlflow")

    assert isinstance(in_cluster, LeaseLock)
    assert in_cluster.namespace == "fraud"


@pytest.mark.parametrize(
    "fault",
    [NO_ANSWER, ApiException(status=503, reason="Service Unavailable"), ApiException(status=429, reason="Too Many Requests")],
    ids=["silence", "a start", "too many requests"],
)
def test_an_api_server_that_does_not_answer_is_waited_for(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_module, "PAUSE_SECONDS", 0)
    leases = Leases()
    leases.faults = iter([fault, fault])

    with LeaseLock("mlops", leases).held("fraud"):
        assert [verb for verb, _ in leases.asked] == ["read", "read", "read", "create"]


def test_every_request_ends() -> None:
    leases = Leases()

    for _ in range(2):
        with LeaseLock("mlops", leases).held("fraud"):
            pass

    assert set(leases.asked) == {("read", 10.0), ("create", 10.0), ("replace", 10.0)}


def test_a_server_that_takes_a_request_and_never_answers_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(lock_module, "PATIENCE", 0.0)
    monkeypatch.setattr(lock_module, "TIMEOUT", 0.1)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))

    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        (tmp_path / "kubeconfig").write_text(kubeconfig(mute.getsockname()[1]))
        with pytest.raises(Problem, match=r"ReadTimeoutError.*lock/no-answer") as told, LeaseLock("mlops").held("fraud"):
            pass

    assert told.value.exit_code == 5


def test_without_a_cluster_there_is_no_lease(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "nothing"))

    with pytest.raises(Problem, match="cluster/nowhere"), LeaseLock("mlops").held("fraud"):
        pass
