"""Servers that the tests talk to: each is the real program, or says where it is not."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from click.testing import CliRunner, Result
from werkzeug.serving import make_server

from cdk8s_mlops_runtime.cli import mlops
from cdk8s_mlops_runtime.registry.open import open_registry
from cdk8s_mlops_runtime.registry.registry import Registry

Environ = dict[str, Any]
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass(frozen=True)
class Refusal:
    """A request that S3 refuses, once: its method, and a pattern for its path and query."""

    method: str
    address: str
    status: str = "409 Conflict"
    code: str = "ConditionalRequestConflict"


@dataclass
class S3Server:
    """
    moto, which honours `If-Match` and `If-None-Match`, with what it lacks: requests come one after the other, so that a condition and its
    write are one step as they are in S3; every bucket wants a checksum with an object, as those with Object Lock do; keys can be hidden as S3 hides
    them from who may not list.
    """

    url: str = ""
    hide_missing: bool = False
    break_after: list[int] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wrap(self, app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
        """The app that is served."""

        def serve(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            answer: dict[str, Any] = {}

            def keep(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
                answer.update(status=status, headers=headers)

            with self.lock:
                refused = self._refused(environ)
                body = b"".join(app(environ, keep)) if refused is None else _error(*refused, keep)
            if self.hide_missing and answer["status"].startswith("404") and b"NoSuchBucket" not in body:
                answer["status"] = "403 Forbidden"
                body = (
                    b""
                    if environ["REQUEST_METHOD"] == "HEAD"
                    else b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
                )
                answer["headers"] = [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))]
            start_response(answer["status"], answer["headers"])
            if self.break_after and environ["REQUEST_METHOD"] == "GET" and len(body) > self.break_after[0]:
                return [body[: self.break_after.pop(0)]]
            return [body]

        return serve

    def _refused(self, environ: Environ) -> tuple[str, str] | None:
        """Status and code, if the request does not get as far as moto."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        method, address = environ["REQUEST_METHOD"], f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
        for refusal in self.refusals:
            if refusal.method == method and re.search(refusal.address, address):
                self.refusals.remove(refusal)
                return refusal.status, refusal.code
        return _wrong_checksum(environ, body) if method == "PUT" and re.match("/[^/]+/[^?]", address) else None


def _wrong_checksum(environ: Environ, body: bytes) -> tuple[str, str] | None:
    given = environ.get("HTTP_CONTENT_MD5")
    if given is None:
        return None if any(name.startswith("HTTP_X_AMZ_CHECKSUM_") for name in environ) else ("400 Bad Request", "InvalidRequest")
    return None if given == base64.b64encode(hashlib.md5(body).digest()).decode() else ("400 Bad Request", "BadDigest")


def _error(status: str, code: str, start_response: Callable[..., Any]) -> bytes:
    body = f"<Error><Code>{code}</Code><Message>refused</Message></Error>".encode()
    start_response(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return body


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """One mock of S3 for all tests; each test has a bucket of its own."""
    from moto.server import DomainDispatcherApplication, create_backend_app

    state = S3Server()
    app = state.wrap(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    thread.join()


@pytest.fixture
def s3(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """The mock of S3, and the environment that the library gives to its containers."""
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL_S3": s3_server.url}.items():
        monkeypatch.setenv(name, value)
    yield s3_server
    s3_server.hide_missing = False
    s3_server.break_after.clear()
    s3_server.refusals.clear()


@pytest.fixture
def bucket(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a new registry."""
    name = f"registry-{uuid4().hex[:12]}"
    boto3.client("s3").create_bucket(Bucket=name)
    monkeypatch.setenv("MODEL_REGISTRY_URI", f"s3://{name}")
    return f"s3://{name}"


@pytest.fixture
def run() -> Callable[..., Result]:
    """Call `mlops` as a shell would, but in this process; problems are raised."""

    def call(*args: object) -> Result:
        result = CliRunner().invoke(mlops, [str(arg) for arg in args], catch_exceptions=False, standalone_mode=False)
        if result.exception is not None:
            raise result.exception
        return result

    return call


def keys(bucket: str) -> list[str]:
    """What is in a bucket, sorted."""
    found = boto3.client("s3").list_objects_v2(Bucket=bucket.removeprefix("s3://")).get("Contents", [])
    return sorted(entry["Key"] for entry in found)


@pytest.fixture(params=["s3", "mlflow"])
def kind(request: pytest.FixtureRequest) -> str:
    """Each test of a registry runs with both."""
    return str(request.param)


@pytest.fixture
def address(kind: str, request: pytest.FixtureRequest) -> str:
    """The address of a registry without any model, and the environment that names it."""
    return str(request.getfixturevalue("bucket" if kind == "s3" else "mlflow"))


@pytest.fixture
def registry(address: str) -> Registry:
    """The registry that `run` talks to."""
    return open_registry(address)


@pytest.fixture(scope="session")
def mlflow_server(s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server on SQLite, with its artifacts in the mock of S3, as the library runs it. `MLFLOW_TEST_URL` names one that runs already."""
    if "MLFLOW_TEST_URL" in os.environ:
        yield os.environ["MLFLOW_TEST_URL"]
        return
    folder = tmp_path_factory.mktemp("mlflow")
    memory = Path("/dev/shm")
    # each move is a dozen of transactions, and on a disk each of them is waited for
    database = Path(tempfile.mkdtemp(prefix="mlops-tests-", dir=memory if os.access(memory, os.W_OK) else folder))
    environment = {
        **os.environ,
        **CREDENTIALS,
        "MLFLOW_S3_ENDPOINT_URL": s3_server.url,
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        # by default a connection is opened for every request
        "MLFLOW_SQLALCHEMYSTORE_POOLCLASS": "QueuePool",
        "PYTHONPATH": "",
    }
    boto3.client(
        "s3", endpoint_url=s3_server.url, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
    ).create_bucket(Bucket="mlflow")
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{database}/mlflow.db", "--artifacts-destination", "s3://mlflow/mlflow"]
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 300
        while not answers(f"{url}/health"):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"MLflow did not start:\n{(folder / 'server.log').read_text()[-3000:]}")
            time.sleep(0.2)
        yield url
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        log.close()
        shutil.rmtree(database)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Whether a server is there."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def mlflow(mlflow_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a server without registered models, and the environment that the library gives to its containers."""
    from mlflow import MlflowClient

    for name, value in {
        "MLFLOW_TRACKING_URI": mlflow_server,
        "MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        "TMPDIR": str(tmp_path_factory.mktemp("tmp")),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("MODEL_REGISTRY_URI", raising=False)
    client = MlflowClient(mlflow_server, mlflow_server)
    for model in client.search_registered_models():
        client.delete_registered_model(model.name)
    return mlflow_server
