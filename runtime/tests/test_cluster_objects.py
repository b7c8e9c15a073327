"""The commands that ask a cluster, against an API server of HTTP that keeps what it is given."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from cases_drill import kubeconfig
from test_retrain import settings

Run = Callable[..., Result]
WORKFLOWS = "/apis/argoproj.io/v1alpha1/namespaces/ml/workflows"
LEASE = "/apis/coordination.k8s.io/v1/namespaces/ml/leases/fraud-retrain"


class ApiServer:
    """Objects by their path."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.version = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, body = self._answer(Request(environ))
        return Response(json.dumps(body), status=status, content_type="application/json")(environ, start_response)

    def _answer(self, request: Request) -> tuple[int, dict[str, Any]]:
        if request.method == "GET" and request.path == WORKFLOWS:
            return 200, {"items": [one for path, one in self.objects.items() if path.startswith(f"{WORKFLOWS}/")]}
        if request.method == "GET":
            found = self.objects.get(request.path)
            return (404, {"message": "not found"}) if found is None else (200, found)
        body = json.loads(request.get_data())
        path = request.path if request.method == "PUT" else f"{request.path}/{body['metadata']['name']}"
        known = self.objects.get(path)
        if known and (request.method == "POST" or known["metadata"]["resourceVersion"] != body["metadata"].get("resourceVersion")):
            return 409, {"message": "conflict"}
        self.version += 1
        self.objects[path] = {**body, "metadata": {**body["metadata"], "resourceVersion": str(self.version)}}
        return 200, self.objects[path]


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiServer]:
    """A server that KUBECONFIG names."""
    app = ApiServer()
    server = make_server("127.0.0.1", 0, app)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "kubeconfig").write_text(kubeconfig(server.server_port))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    yield app
    server.shutdown()
    server.server_close()


def test_drift_starts_one_training_and_the_next_check_finds_it(api: ApiServer, run: Run, tmp_path: Path) -> None:
    (tmp_path / "drift.json").write_text(json.dumps({"model": "fraud", "verdict": "drift", "driftedFeatures": ["amount"]}))
    (tmp_path / "settings.json").write_text(json.dumps(settings()))
    command = ("retrain", "fraud", "--drift", tmp_path / "drift.json", "--settings", tmp_path / "settings.json", "--namespace", "ml")

    first, second = run(*command).output, run(*command).output

    [workflow] = [path for path in api.objects if path.startswith(WORKFLOWS)]
    name = workflow.rpartition("/")[2]
    assert first == f"fraud is trained by '{name}': drift of amount (since 2026-04-01: accuracy fell by 4 points)\n"
    assert second == f"fraud has drifted and is not trained: '{name}' is under way\n"
    assert [one["name"] for one in json.loads(api.objects[LEASE]["metadata"]["annotations"]["cdk8s-mlops.io/retrainings"])] == [name]
