"""Servers that the tests talk to: each is the real program, or says where it is not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import boto3
import pytest
from click.testing import CliRunner, Result
from werkzeug.serving import make_server

from cdk8s_mlops_runtime.cli import mlops

Environ = dict[str, Any]


@dataclass
class S3Server:
    """
    moto, which honours `If-Match` and `If-None-Match`, with what it lacks: requests come one after the other, so that a condition and its
    write are one step as they are in S3, and keys can be hidden as S3 hides them from who may not list.
    """

    url: str = ""
    hide_missing: bool = False
    break_after: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wrap(self, app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
        """The app that is served."""

        def serve(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            answer: dict[str, Any] = {}

            def keep(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
                answer.update(status=status, headers=headers)

            with self.lock:
                body = b"".join(app(environ, keep))
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
    for name, value in {
        "AWS_ENDPOINT_URL_S3": s3_server.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    yield s3_server
    s3_server.hide_missing = False
    s3_server.break_after.clear()


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
