"""MLflow and locks that do not answer as hoped. What a real server says is in `test_mlflow.py`; these are its words, said again."""

from __future__ import annotations

import fcntl
import itertools
import json
import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import requests
from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import NoCredentialsError
from mlflow.exceptions import MlflowException, RestException

from cases import ErrorCase, World
from cdk8s_mlops_runtime import lock as lock_module
from cdk8s_mlops_runtime.lock import FileLock, LeaseLock
from cdk8s_mlops_runtime.packing import pack
from cdk8s_mlops_runtime.registry.ledger import Ledger
from cdk8s_mlops_runtime.registry.mlflow import LEDGER, RECORD, SHA256, MlflowRegistry
from cdk8s_mlops_runtime.registry.version import ModelVersion
from cdk8s_mlops_runtime.release import DataSnapshot, Lineage
from test_lock import NO_ANSWER, Leases

LINEAGE = Lineage("4b825dc6", DataSnapshot("lakefs", "lakefs://fraud-data", "5d6e7f8a"), "nightly")
URL = "http://mlflow.mlops.svc:5000"


def server(world: World, **answers: Any) -> MlflowRegistry:
    """A registry whose server answers so."""
    registry = MlflowRegistry(URL, FileLock(world.folder))
    registry.__dict__["client"] = SimpleNamespace(**{name: (lambda *_, answer=answer, **__: answer) for name, answer in answers.items()})
    return registry


def failing(error: Exception) -> Callable[[World], object]:
    def fail(*_: object) -> object:
        raise error

    def provoke(world: World) -> object:
        registry = server(world)
        registry.client.get_registered_model = fail
        return registry.read("fraud")

    return provoke


def forbidden_files() -> requests.HTTPError:
    answer = requests.Response()
    answer.status_code = 403
    return requests.HTTPError("the answer of a proxy", response=answer)


def missing(world: World) -> object:
    def fail(*_: object) -> object:
        raise RestException({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no"})

    registry = server(world)
    registry.client.get_model_version = fail
    return registry.find("fraud", "7")


def version(**tags: str) -> Callable[[World], object]:
    def provoke(world: World) -> object:
        return server(world, get_model_version=SimpleNamespace(version="7", tags=tags)).find("fraud", "7")

    return provoke


def alias_moved(world: World) -> object:
    tags = {LEDGER: Ledger("fraud", sequence=3, aliases={"champion": "7"}).to_bytes().decode()}
    return server(world, get_registered_model=SimpleNamespace(tags=tags, aliases={"champion": 8})).read("fraud")


def own_packing(world: World) -> object:
    import tarfile

    (world.folder / "weights.bin").write_text("weights")
    with tarfile.open(world.folder / "own.tar", "w") as tar:
        tar.add(world.folder / "weights.bin", "weights.bin")
    return server(world)._upload("run", world.folder / "own.tar", "0" * 64)


def files_changed(world: World) -> object:
    registry = server(world)
    (world.folder / "changed").write_text("changed")
    with patch.object(registry, "fetch", lambda _, archive: pack(world.folder / "changed", archive)):
        registry.secure(ModelVersion("fraud", "7", "a" * 64, LINEAGE))
    return None


def files_gone(world: World) -> object:
    registry = server(world, get_model_version_download_uri="mlflow-artifacts:/1/5f1d8c/artifacts/model")
    with patch("mlflow.artifacts.list_artifacts", return_value=[]):
        registry.fetch(ModelVersion("fraud", "7", "a" * 64, LINEAGE), world.folder / "model.tar")
    return None


def file_held(world: World) -> object:
    handle = os.open(world.folder / "fraud.lock", os.O_CREAT | os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with patch.object(lock_module, "PATIENCE", 0.0), FileLock(world.folder).held("fraud"):
            return None
    finally:
        os.close(handle)


def lease_held(_: World) -> object:
    leases = Leases()
    LeaseLock("mlops", leases)._take("mlops-fraud")
    with patch.object(lock_module, "PATIENCE", 0.0), LeaseLock("mlops", leases).held("fraud"):
        return None


def lease_lost(_: World) -> object:
    lock = LeaseLock("mlops", Leases())
    return lock.require("fraud")  # type: ignore[func-returns-value]


def lease_forbidden(_: World) -> object:
    leases = Leases()
    leases.refuse = 403
    with LeaseLock("mlops", leases).held("fraud"):
        return None


def lease_unanswered(_: World) -> object:
    leases = Leases()
    leases.faults = itertools.repeat(NO_ANSWER)
    with patch.object(lock_module, "PATIENCE", 0.0), LeaseLock("mlops", leases).held("fraud"):
        return None


RECORDED = ModelVersion("fraud", "0", "a" * 64, LINEAGE)

CASES = [
    ErrorCase(
        "register/mlflow-counts",
        "a version of one's own in MLflow",
        lambda world: server(world).register("fraud", "7", world.folder, LINEAGE),
        "MLflow counts versions by itself, so leave out --version, got '7'",
    ),
    ErrorCase(
        "register/own-packing",
        "an archive of other making",
        own_packing,
        "'own.tar' was not packed by 'mlops register', and MLflow keeps files, not archives; give the folder instead of the archive",
    ),
    ErrorCase(
        "registry/mlflow-version",
        "a version that is no number",
        lambda world: server(world).find("fraud", "v7"),
        "versions in MLflow are whole numbers, got 'v7' of 'fraud'; take the number that 'mlops register' said",
    ),
    ErrorCase(
        "registry/mlflow-missing",
        "a version that is not there",
        missing,
        f"'fraud/7' is not in MLflow at '{URL}'; register it with 'mlops register', or look for a slip",
        3,
    ),
    ErrorCase(
        "registry/mlflow-forbidden",
        "a server that does not know its name",
        failing(RestException({"error_code": "403", "message": "Invalid Host header - possible DNS rebinding attack detected"})),
        f"MLflow at '{URL}' does not let us in (403: Invalid Host header - possible DNS rebinding attack detected); "
        "check the credentials, and '--allowed-hosts' of the server for the name that we use",
        5,
    ),
    ErrorCase(
        "registry/mlflow-unreachable",
        "a server that is not there",
        failing(MlflowException("API request failed with exception: connection refused")),
        f"MLflow at '{URL}' cannot be used: API request failed with exception: connection refused; check address, egress and DNS",
        5,
    ),
    ErrorCase(
        "registry/mlflow-forbidden",
        "a server that does not show its files",
        failing(forbidden_files()),
        f"MLflow at '{URL}' does not let us in (the answer of a proxy); "
        "check the credentials, and '--allowed-hosts' of the server for the name that we use",
        5,
    ),
    *(
        ErrorCase(
            "registry/mlflow-unreachable",
            when,
            failing(error),
            f"MLflow at '{URL}' cannot be used: {said}; check address, egress and DNS",
            5,
        )
        for when, error, said in (
            ("a connection that breaks", requests.ConnectionError("connection reset by peer"), "connection reset by peer"),
            ("a page that is no JSON", json.JSONDecodeError("Expecting value", "<html>", 0), "Expecting value: line 1 column 1 (char 0)"),
            ("a bucket that takes nothing", S3UploadFailedError("Failed to upload model.tar"), "Failed to upload model.tar"),
            ("a bucket without credentials", NoCredentialsError(), "Unable to locate credentials"),
        )
    ),
    ErrorCase(
        "registry/not-ours",
        "a version that somebody else registered",
        version(),
        "version '7' of 'fraud' was not registered by 'mlops register', so its hash and lineage are not known; register it",
        3,
    ),
    ErrorCase(
        "registry/other-record",
        "a record about another artifact",
        version(**{RECORD: json.dumps(RECORDED.to_json()), SHA256: "b" * 64}),
        f"'{URL}, fraud/7, tag 'cdk8s-mlops.io/version'' is about another model or artifact; set the tag back to what it was",
        4,
    ),
    ErrorCase(
        "registry/alias-moved",
        "an alias that was moved by other means",
        alias_moved,
        "'fraud@champion' stands for 8 in MLflow, and for 7 since move 3: somebody moved it by other means; set it back, then use 'mlops promote' or 'mlops rollback'",
        4,
    ),
    ErrorCase(
        "registry/files-changed",
        "files that were changed",
        files_changed,
        "the files of version '7' of 'fraud' have the hash 5ebce950204eda95684db86e130fe82b6b1633c6e6dc040ff239483956b9daca, registered was "
        + "a" * 64
        + "; register the model again",
        4,
    ),
    ErrorCase(
        "registry/files-gone",
        "files that are gone",
        files_gone,
        "'mlflow-artifacts:/1/5f1d8c/artifacts/model', where version '7' of 'fraud' should be, is not in the storage of MLflow any more; "
        "restore it, or register the model again",
        4,
    ),
    ErrorCase(
        "lock/busy",
        "a lock that another process holds",
        file_held,
        "somebody has been moving 'fraud' for 0 s on this machine; wait, or end that process",
        3,
    ),
    ErrorCase(
        "lock/held",
        "a Lease that another pod holds",
        lease_held,
        "the Lease 'mlops/mlops-fraud' has been held by others for 0 s; find out who moves 'fraud': kubectl get lease mlops-fraud",
        3,
    ),
    ErrorCase(
        "lock/lost",
        "a Lease that ran out",
        lease_lost,
        "the Lease 'mlops-fraud' could not be renewed in time and may be somebody else's; run the command again, it goes on from there",
        3,
    ),
    ErrorCase(
        "lock/no-answer",
        "an API server that does not answer",
        lease_unanswered,
        "the API server has not said for 0 s whether the Lease 'mlops/mlops-fraud' is free (ConnectTimeoutError); try again, or check egress to it",
        5,
    ),
    ErrorCase(
        "lock/forbidden",
        "a role without leases",
        lease_forbidden,
        "the Lease 'mlops/mlops-fraud' is not for us to hold (403 Forbidden); allow get, create and update of leases in this namespace",
        5,
    ),
]
