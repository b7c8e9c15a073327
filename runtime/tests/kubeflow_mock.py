"""
A mock of the API of Kubeflow Pipelines, as its description of v2beta1 tells it: experiments and runs of one namespace, pages, tokens.

It is a mock: no pipeline runs here, and the real server, which no package index has, is not asked. Kubeflow's own client (2.17.0) was let speak to it
once: it makes experiments and runs with the same bodies as we do.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

EXPERIMENT = {"display_name", "description", "namespace"}
RUN = {"experiment_id", "display_name", "description", "pipeline_spec", "pipeline_version_reference", "runtime_config", "service_account"}
RUNTIME_CONFIG = {"parameters", "pipeline_root"}


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """An answer that is none of success."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class KubeflowMock:
    """What the server has and heard."""

    token: str = "for pipelines"
    namespace: str = "ml"
    experiments: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    #: What was sent, as it came: method, path, body.
    heard: list[tuple[str, str, Any]] = field(default_factory=list)
    #: Status and text of every answer, in place of a true one.
    always: tuple[int, str] | None = None
    page: int = 2
    url: str = ""

    def answer(self, method: str, address: str, token: str, body: Any) -> Any:
        """One request."""
        parts = urlsplit(address)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.heard.append((method, parts.path, body))
        if self.always is not None:
            raise Refused(*self.always)
        if token != f"Bearer {self.token}":
            raise Refused(401, '{"error":"Request header error: there is no user identity header.","code":16}')
        handlers: dict[str, Callable[[], Any]] = {
            "GET /apis/v2beta1/experiments": lambda: self._list_experiments(query),
            "POST /apis/v2beta1/experiments": lambda: self._create_experiment(body),
            "GET /apis/v2beta1/runs": lambda: self._list_runs(query),
            "POST /apis/v2beta1/runs": lambda: self._create_run(body),
        }
        handler = handlers.get(f"{method} {parts.path}")
        if handler is None:
            raise Refused(404, '{"code":5,"message":"Not Found"}')
        return handler()

    def end(self, state: str = "SUCCEEDED") -> None:
        """All runs come to an end."""
        for run in self.runs:
            run["state"] = state

    def _list_experiments(self, query: dict[str, str]) -> Any:
        self._require_namespace(query.get("namespace"))
        [predicate] = json.loads(query["filter"])["predicates"]
        found = [one for one in self.experiments if one[predicate["key"]] == predicate["stringValue"]]
        return {"experiments": found, "total_size": len(found)} if found else {}

    def _create_experiment(self, body: Any) -> Any:
        known(body, EXPERIMENT)
        self._require_namespace(body.get("namespace"))
        made = {**body, "experiment_id": f"experiment-{len(self.experiments)}", "storage_state": "AVAILABLE"}
        self.experiments.append(made)
        return made

    def _list_runs(self, query: dict[str, str]) -> Any:
        first = int(query.get("page_token", "0"))
        found = [one for one in reversed(self.runs) if one["experiment_id"] == query["experiment_id"]]
        more = {"next_page_token": str(first + self.page)} if len(found) > first + self.page else {}
        return {"runs": found[first : first + self.page], "total_size": len(found), **more}

    def _create_run(self, body: Any) -> Any:
        known(body, RUN)
        known(body["runtime_config"], RUNTIME_CONFIG)
        if not body.get("display_name"):
            raise Refused(400, '{"error":"The run name is empty","code":3}')
        if ("pipeline_spec" in body) == ("pipeline_version_reference" in body):
            raise Refused(400, '{"error":"A run needs one source of its pipeline","code":3}')
        if body.get("experiment_id") not in {one["experiment_id"] for one in self.experiments}:
            raise Refused(404, '{"error":"Experiment not found","code":5}')
        made = {**body, "run_id": f"run-{len(self.runs)}", "state": "PENDING", "storage_state": "AVAILABLE"}
        self.runs.append(made)
        return made

    def _require_namespace(self, namespace: str | None) -> None:
        if namespace != self.namespace:
            raise Refused(403, f'{{"error":"User is not authorized in namespace {namespace}","code":7}}')


def known(body: Any, fields: set[str]) -> None:
    """Refuse what the description does not know."""
    unknown = set(body) - fields
    if unknown:
        raise Refused(400, f'{{"error":"unknown field {min(unknown)}","code":3}}')


@contextmanager
def serving(mock: KubeflowMock) -> Iterator[KubeflowMock]:
    """The mock on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def log_message(self, *_: Any) -> None:
            pass

        def _answer(self, body: Any) -> None:
            token = self.headers.get("Authorization", "")
            try:
                status, text = 200, json.dumps(mock.answer(self.command, self.path, token, body))
            except Refused as refused:
                status, text = refused.status, str(refused)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    mock.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield mock
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
