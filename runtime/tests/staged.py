"""Objects with two versions, as controllers leave them, and a Prometheus that says what a test wants: what `mlops stage` is tried on."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any
from unittest.mock import patch

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from cases_drill import kubeconfig, merge
from cdk8s_mlops_runtime.problems import Conflict, Unreachable
from cdk8s_mlops_runtime.staging.settings import Settings
from cdk8s_mlops_runtime.staging.stager import ANNOTATION, Stager, State

KINDS = ["knative", "kserve", "istio", "gateway-api"]
WEIGHTS = [5, 25, 50, 100]
OLD, NEW = "fraud-0ld", "fraud-new"
IMAGE = "registry.example.com/fraud@sha256:aa"
ERRORS = 'errors{version="{{args.canary-hash}}"}'

_BACKENDS = {
    "stable": {"version": OLD, "service": f"{OLD}-requests", "role": "fraud", "port": 8080},
    "candidate": {"version": NEW, "service": f"{NEW}-requests", "role": "fraud-challenger", "port": 8080},
}
SHARES: dict[str, dict[str, Any]] = {
    "knative": {"in": "knative", "revision": NEW},
    "kserve": {"in": "kserve", "version": "v2", "image": IMAGE},
    "istio": {"in": "istio", "routes": ["primary"], **_BACKENDS},
    "gateway-api": {"in": "gateway-api", **_BACKENDS},
}
RESOURCES = {
    "knative": ("serving.knative.dev", "v1", "services"),
    "kserve": ("serving.kserve.io", "v1beta1", "inferenceservices"),
    "istio": ("networking.istio.io", "v1", "virtualservices"),
    "gateway-api": ("gateway.networking.k8s.io", "v1", "httproutes"),
}


def content_of(kind: str, **overrides: Any) -> dict[str, Any]:
    """Settings of short stages: measured at 330 s and then each minute of half an hour."""
    group, version, resource = RESOURCES[kind]
    routed: dict[str, Any] = {"ready": {"group": "serving.kserve.io", "version": "v1beta1", "resource": "inferenceservices", "name": NEW}}
    return {
        "subject": "v2-aaaa",
        "object": {"group": group, "version": version, "resource": resource, "name": "fraud", "namespace": "ml"},
        "shares": SHARES[kind],
        **(routed if kind in {"istio", "gateway-api"} else {}),
        "readyWithin": 900,
        "isFirst": False,
        "guardrails": {"error-ratio": {"query": ERRORS, "condition": "< 0.01"}},
        "stages": [
            {"weight": weight, "seconds": 1800, "firstMeasurement": 330 if weight == WEIGHTS[0] else 0, "guardrails": ["error-ratio"]}
            for weight in WEIGHTS
        ],
        "policy": {"interval": 60, "toleratedBreaches": 0, "onEmpty": "pause", "patience": 600, "unreachable": 120},
        "prometheus": {"url": "http://prometheus"},
        **overrides,
    }


def live_of(kind: str) -> dict[str, Any]:
    """The object right after the new version was applied, which is ready and gets nothing."""
    specs: dict[str, dict[str, Any]] = {
        "knative": {
            "template": {"metadata": {"name": NEW}},
            "traffic": [
                {"tag": "challenger", "percent": 0, "latestRevision": True},
                {"tag": "champion", "percent": 100, "revisionName": OLD, "latestRevision": False},
            ],
        },
        "kserve": {
            "predictor": {"canaryTrafficPercent": 0, "labels": {"cdk8s-mlops.io/model-version": "v2"}, "containers": [{"image": IMAGE}]}
        },
        "istio": {
            "http": [
                {"name": "health", "route": [{"destination": {"host": "fraud"}}]},
                {
                    "name": "primary",
                    "route": [
                        {"destination": {"host": "fraud", "port": {"number": 8080}}, "weight": 100},
                        {"destination": {"host": "fraud-challenger", "port": {"number": 8080}}, "weight": 0},
                    ],
                },
            ]
        },
        "gateway-api": {
            "rules": [
                {"backendRefs": [{"name": "fraud", "port": 8080, "weight": 100}, {"name": "fraud-challenger", "port": 8080, "weight": 0}]},
                {"backendRefs": [{"name": "docs", "port": 80}]},
            ]
        },
    }
    statuses: dict[str, dict[str, Any]] = {
        "knative": {"latestCreatedRevisionName": NEW, "latestReadyRevisionName": NEW},
        "kserve": {"components": {"predictor": {"latestCreatedRevision": NEW, "latestReadyRevision": NEW, "latestRolledoutRevision": OLD}}},
    }
    return {"metadata": {"name": "fraud", "resourceVersion": "1"}, "spec": specs[kind], "status": statuses.get(kind, {})}


READY = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}


def share_of(kind: str, live: dict[str, Any]) -> int:
    """Requests that really reach the new version, in percent."""
    spec = live["spec"]
    if kind == "knative":
        assert sum(target["percent"] for target in spec["traffic"]) == 100
        return sum(target["percent"] for target in spec["traffic"] if target.get("revisionName", NEW) == NEW)
    if kind == "kserve":
        percent = spec["predictor"].get("canaryTrafficPercent")
        return 100 if percent is None else percent
    entries = spec["http"][1]["route"] if kind == "istio" else spec["rules"][0]["backendRefs"]
    shares = {entry["destination"]["host"] if kind == "istio" else entry["name"]: entry["weight"] for entry in entries}
    assert sum(shares.values()) == 100
    return sum(share for host, share in shares.items() if host in {f"{NEW}-requests", "fraud-challenger"})


class Object:
    """One object of an API server, and what its controller makes of it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.live = live_of(kind)
        self.shares: list[int] = []
        #: Called before a patch; may raise.
        self.before: Callable[[dict[str, Any]], None] = lambda _: None
        #: Called before an answer is given; may raise.
        self.answer: Callable[[], None] = lambda: None

    def get(self) -> dict[str, Any]:
        self.answer()
        return deepcopy(self.live)

    def patch(self, body: dict[str, Any], manager: str | None = None) -> None:
        assert manager in {None, "mlops-stage"}
        self.before(body)
        if body["metadata"].pop("resourceVersion", self.version) != self.version:
            raise Conflict("cluster/changed-meanwhile", "it was changed by somebody else meanwhile")
        merge(self.live, body)
        self.touch()
        self.shares.append(self.share)

    def touch(self) -> None:
        """What a controller does after a change."""
        self.live["metadata"]["resourceVersion"] = str(int(self.version) + 1)
        if self.kind == "kserve":
            predictor = self.live["status"]["components"]["predictor"]
            predictor["latestRolledoutRevision"] = predictor["latestCreatedRevision"] if self.share == 100 else OLD

    @property
    def version(self) -> str:
        return str(self.live["metadata"]["resourceVersion"])

    @property
    def share(self) -> int:
        return share_of(self.kind, self.live)

    @property
    def state(self) -> State | None:
        return State.of(self.live)

    def edit(self, change: Callable[[dict[str, Any]], None]) -> None:
        """What somebody else does to it."""
        change(self.live)
        self.touch()


class FakePrometheus:
    """Answers by what a test says of the moment."""

    def __init__(self) -> None:
        self.queries: list[str] = []
        self.says: Callable[[], list[float]] = lambda: [0.001]

    def ask(self, query: str) -> list[float]:
        self.queries.append(query)
        return self.says()


class Bench:
    """Runs of the stepper, whose waits take no time."""

    def __init__(self, kind: str, **overrides: Any) -> None:
        self.object, self.now, self.runs = Object(kind), 0.0, 0
        self.ready = Object(kind)
        self.ready.live = deepcopy(READY)
        self.prometheus = FakePrometheus()
        self.content = content_of(kind, **overrides)
        self.said: list[str] = []
        #: Called at each wait; may raise.
        self.at: Callable[[], None] = lambda: None
        #: Share that the new version had, by the time since the beginning.
        self.seen: list[tuple[float, int]] = []

    def stager(self, folder: Path) -> Stager:
        """One more run."""
        self.runs += 1
        file = folder / "settings.json"
        file.write_text(json.dumps(self.content))
        settings = Settings.read(file, None)
        object.__setattr__(settings, "prometheus", self.prometheus)
        return Stager(
            settings=settings,
            target=self.object,
            ready=None if settings.ready is None else self.ready,
            run_id=f"run-{self.runs}",
            clock=lambda: self.now,
            wall=lambda: self.now,
            wait=self.wait,
            pause=self.pass_time,
            say=self.said.append,
        )

    def wait(self, seconds: float) -> None:
        self.at()
        self.pass_time(seconds)

    def pass_time(self, seconds: float) -> None:
        self.now += max(seconds, 0.001)
        self.seen.append((self.now, self.object.share))


class Cluster:
    """An API server of one object and one InferenceService, and a Prometheus, both over HTTP."""

    def __init__(self, kind: str) -> None:
        self.object = Object(kind)
        group, version, resource = RESOURCES[kind]
        self.path = f"/apis/{group}/{version}/namespaces/ml/{resource}/fraud"
        self.ready_path = f"/apis/serving.kserve.io/v1beta1/namespaces/ml/inferenceservices/{NEW}"
        self.says: Callable[[], Response] = lambda: vector([0.001])
        self.asked: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path == "/prometheus/api/v1/query":
            self.asked.append({"method": request.method, "query": request.values["query"], "headers": dict(request.headers)})
            return self.says()
        if request.path == self.ready_path and self.object.kind in {"istio", "gateway-api"}:
            return json_of(READY)
        if request.path != self.path:
            return json_of({"message": "not found"}, 404)
        if request.method == "PATCH":
            try:
                self.object.patch(json.loads(request.get_data()), request.args.get("fieldManager"))
            except (Conflict, Unreachable) as problem:
                return json_of({"message": str(problem)}, 409 if isinstance(problem, Conflict) else 503)
        return json_of(self.object.get())

    @contextmanager
    def serve(self, folder: Path, **overrides: Any) -> Iterator[Path]:
        """The file of the settings, while both servers answer."""
        server = make_server("127.0.0.1", 0, self, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        (folder / "kubeconfig").write_text(kubeconfig(server.server_port))
        content = content_of(self.object.kind, prometheus={"url": f"http://127.0.0.1:{server.server_port}/prometheus"})
        file = folder / "settings.json"
        file.write_text(json.dumps({**content, **overrides}))
        try:
            with patch.dict(os.environ, {"KUBECONFIG": str(folder / "kubeconfig")}):
                yield file
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def json_of(content: Any, status: int = 200) -> Response:
    return Response(json.dumps(content), status=status, content_type="application/json")


def vector(values: list[float]) -> Response:
    """What Prometheus says."""
    result = [{"metric": {}, "value": [0, str(value)]} for value in values]
    return json_of({"status": "success", "data": {"resultType": "vector", "result": result}})


def quick(seconds: float = 0.2) -> dict[str, Any]:
    """Stages of a fraction of a second, measured twice."""
    return {
        "stages": [{"weight": weight, "seconds": seconds, "firstMeasurement": 0, "guardrails": ["error-ratio"]} for weight in WEIGHTS],
        "policy": {"interval": seconds, "toleratedBreaches": 0, "onEmpty": "pause", "patience": 1, "unreachable": 1},
        "readyWithin": 2,
    }


__all__ = ["ANNOTATION", "Bench", "Cluster", "Object"]
