"""Drills that do not begin, or fail. What a cluster answers is answered by a server of HTTP."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any
from unittest.mock import patch

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from cases import ErrorCase, World
from cdk8s_mlops_runtime import drill as drills

HEALTHY: dict[str, Any] = {
    "metadata": {"generation": 1, "resourceVersion": "7"},
    "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "server"}, {"name": "mesh"}]}}},
    "status": {"observedGeneration": "1", "phase": "Healthy"},
}
BUSY = {**HEALTHY, "status": {"observedGeneration": "1", "phase": "Paused", "message": "CanaryPauseStep"}}


class Cluster:
    """An API server of one Rollout and one ConfigMap, which applies merge patches to both."""

    def __init__(self, rollout: dict[str, Any], *, conflicts: bool = False) -> None:
        self.rollout: dict[str, Any] = json.loads(json.dumps(rollout))
        self.config_map: dict[str, Any] = {"data": {}}
        self.conflicts = conflicts

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        found = {
            "/apis/argoproj.io/v1alpha1/namespaces/ml/rollouts/fraud": self.rollout,
            "/api/v1/namespaces/ml/configmaps/record": self.config_map,
        }.get(request.path)
        status = 200
        if found is None:
            found, status = {"message": "forbidden"}, 403
        elif request.method == "PATCH" and self.conflicts:
            found, status = {"message": "the object has been modified"}, 409
        elif request.method == "PATCH":
            merge(found, json.loads(request.get_data()))
        return Response(json.dumps(found), status=status, content_type="application/json")(environ, start_response)

    def drill(self, world: World, *args: str, rollout: str = "fraud") -> object:
        """Runs `mlops drill` against it, whose waits take no time."""
        server = make_server("127.0.0.1", 0, self)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        file = world.folder / "kubeconfig"
        file.write_text(kubeconfig(server.server_port))
        try:
            with patch.dict(os.environ, {"KUBECONFIG": str(file)}), patch.object(drills, "EVERY", 0.01):
                return world.run("drill", rollout, "--namespace=ml", "--fault=FAULT=errors", "--objective=1", "--record=record", *args)
        finally:
            server.shutdown()
            server.server_close()


def merge(into: dict[str, Any], patch_: dict[str, Any]) -> None:
    """RFC 7396."""
    for key, value in patch_.items():
        if value is None:
            into.pop(key, None)
        elif isinstance(value, dict):
            merge(into.setdefault(key, {}), value)
        else:
            into[key] = value


def kubeconfig(port: int) -> str:
    """A kubeconfig without secrets."""
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
            "users": [{"name": "u", "user": {}}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        }
    )


def gone(world: World) -> object:
    file = world.folder / "kubeconfig"
    file.write_text(kubeconfig(1))
    return with_kubeconfig(str(file))(world)


def with_kubeconfig(file: str) -> Callable[[World], object]:
    def provoke(world: World) -> object:
        with patch.dict(os.environ, {"KUBECONFIG": file}):
            return world.run("drill", "fraud", "--namespace=ml", "--fault=A=b", "--objective=1", "--record=record")

    return provoke


CASES = [
    ErrorCase(
        "drill/malformed-fault",
        "a fault without a value",
        lambda world: Cluster(HEALTHY).drill(world, "--fault=FAULT"),
        "'--fault' must look like NAME=VALUE, got 'FAULT'",
    ),
    ErrorCase(
        "drill/no-container",
        "a container that is not there",
        lambda world: Cluster(HEALTHY).drill(world, "--container=model"),
        "the rollout has no container 'model'; it has server, mesh",
    ),
    ErrorCase(
        "drill/rollout-busy",
        "a rollout on its way",
        lambda world: Cluster(BUSY).drill(world),
        "the rollout is Paused (CanaryPauseStep); a drill needs one that is healthy and at rest",
        exit_code=3,
    ),
    ErrorCase(
        "drill/failed",
        "a rollout that lets everything pass",
        lambda world: Cluster({**HEALTHY, "metadata": {**HEALTHY["metadata"]}}).drill(world),
        "the drill of 'fraud' failed: the failing version passed every stage: no guardrail sees this fault",
        exit_code=1,
    ),
    ErrorCase(
        "cluster/changed-meanwhile",
        "an object that others never stop changing",
        lambda world: Cluster(HEALTHY, conflicts=True).drill(world),
        "the rollout 'fraud' was changed by somebody else meanwhile; try again",
        exit_code=3,
    ),
    ErrorCase(
        "cluster/refused",
        "a rollout that it may not read",
        lambda world: Cluster(HEALTHY).drill(world, rollout="other"),
        "the rollout 'other' cannot be read: the API server says 403 FORBIDDEN",
        exit_code=5,
    ),
    ErrorCase(
        "cluster/no-answer",
        "an API server that is gone",
        gone,
        "the API server does not answer; try again",
        exit_code=5,
    ),
    ErrorCase(
        "cluster/nowhere",
        "neither a pod nor a kubeconfig",
        with_kubeconfig("/nowhere"),
        "neither this pod nor a kubeconfig says where the cluster is; set KUBECONFIG",
        exit_code=5,
    ),
]
