"""Starts of trainings and releases that do not happen. What a cluster answers is answered by a server of HTTP."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from cases import ErrorCase, World
from cases_artifacts import register
from cases_drill import kubeconfig
from cdk8s_mlops_runtime import cluster_objects, releasing
from cdk8s_mlops_runtime.drift.event import tell
from cdk8s_mlops_runtime.pointing import pointed
from cdk8s_mlops_runtime.registry.version import ModelVersion
from cdk8s_mlops_runtime.release import DataSnapshot, Lineage
from cdk8s_mlops_runtime.served import Target
from fake_cluster import FakeCluster
from test_releasing import CANDIDATE, template
from test_retrain import settings

DRIFT = {"model": "fraud", "verdict": "drift", "driftedFeatures": ["amount"]}


class Server:
    """An API server that answers one status to everything, but for what it is given by path."""

    def __init__(self, status: int, found: dict[str, Any] | None = None) -> None:
        self.status, self.found = status, found or {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        known = self.found.get(f"{request.method} {request.path}")
        status = self.status if known is None else 200
        return Response(json.dumps(known or {"message": "no"}), status=status, content_type="application/json")(environ, start_response)

    def runs(self, world: World, *args: object) -> object:
        server = make_server("127.0.0.1", 0, self)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        file = world.folder / "kubeconfig"
        file.write_text(kubeconfig(server.server_port))
        try:
            with patch.dict(os.environ, {"KUBECONFIG": str(file)}):
                return world.run(*args)
        finally:
            server.shutdown()
            server.server_close()


def retrain(world: World, drift: Any = DRIFT, chosen: Any = None, *, namespace: bool = True) -> list[object]:
    report, file = world.folder / "drift.json", world.folder / "retrain.json"
    report.write_text(drift if isinstance(drift, str) else json.dumps(drift))
    file.write_text(chosen if isinstance(chosen, str) else json.dumps(chosen or settings()))
    return ["retrain", "fraud", "--drift", report, "--settings", file, *(["--namespace=ml"] if namespace else [])]


def history(text: str) -> dict[str, Any]:
    lease = {"metadata": {"name": "fraud-retrain", "resourceVersion": "1", "annotations": {"cdk8s-mlops.io/retrainings": text}}}
    return {"GET /apis/coordination.k8s.io/v1/namespaces/ml/leases/fraud-retrain": lease}


def without_parameter() -> dict[str, Any]:
    changed = settings()
    changed["trigger"]["reasonParameter"] = "why"
    return changed


WRITTEN = history('[{"at": "2026-04-01T03:15:00Z", "name": "fraud-retrain-1", "made": false}]')
NO_RUNS: dict[str, Any] = {"GET /apis/argoproj.io/v1alpha1/namespaces/ml/workflows": {"items": []}}


def nowhere(world: World) -> object:
    with patch.dict(os.environ, {"KUBECONFIG": str(world.folder / "nothing")}):
        return world.run(*retrain(world))


def unanswered(world: World) -> object:
    file = world.folder / "kubeconfig"
    file.write_text(kubeconfig(1))
    with patch.dict(os.environ, {"KUBECONFIG": str(file)}):
        return world.run(*retrain(world))


def outside(world: World) -> object:
    with patch.object(cluster_objects, "NAMESPACE_FILE", Path("/nowhere")):
        return world.run(*retrain(world, namespace=False))


def challenger(world: World) -> None:
    register(world, version="8")
    world.run("promote", "fraud", "--version", "8", "--canary", "--without-gate", "a test", "--by", "ada", "--without-record")


def release(world: World, server: Server) -> object:
    challenger(world)
    return server.runs(world, "release", "fraud", "--version=8", "--to=rollout/fraud", "--namespace=ml", "--within=5")


def crowded(world: World) -> object:
    with patch.object(releasing, "EVERY", 0.05):
        return release(world, Server(409, rollout("7", "Healthy")))


def rollout(version: str, phase: str) -> dict[str, Any]:
    live = {
        "metadata": {"generation": 1, "resourceVersion": "1"},
        "spec": {"template": template(version)},
        "status": {"observedGeneration": "1", "phase": phase},
    }
    return {"GET /apis/argoproj.io/v1alpha1/namespaces/ml/rollouts/fraud": live}


def sent_back(world: World) -> object:
    challenger(world)
    from cdk8s_mlops_runtime.registry.open import open_registry

    found = rollout("8", "Degraded")
    live = found["GET /apis/argoproj.io/v1alpha1/namespaces/ml/rollouts/fraud"]
    live["spec"]["template"] = pointed(template("7"), open_registry(world.bucket).find("fraud", "8"))
    return Server(404, found).runs(world, "release", "fraud", "--version=8", "--to=rollout/fraud", "--namespace=ml", "--within=5")


def unjudged(world: World) -> object:
    register(world, version="8")
    return world.run("release", "fraud", "--version=8", "--to=rollout/fraud", "--namespace=ml")


class NoObjects(FakeCluster):
    """An empty namespace."""

    namespace = "ml"


def tell_event(world: World, report: str) -> object:
    (world.folder / "drift.json").write_text(report)
    return world.run("event", "fraud", "--drift", world.folder / "drift.json", "--on=fraud-drift", "--namespace=ml")


BAKED = {
    "image": f"server@sha256:{'a' * 64}",
    "env": [{"name": "MODEL_SHA256", "value": "7" * 64}, {"name": "FEATURE_SCHEMA_SHA256", "value": "d" * 64}],
}
OTHER_FEATURES = ModelVersion(
    "fraud",
    "8",
    "8" * 64,
    replace(CANDIDATE.lineage, image_digest=f"sha256:{'b' * 64}", feature_schema_sha256="e" * 64),
)

CASES = [
    ErrorCase(
        "retrain/malformed-settings",
        "settings that the library did not write",
        lambda world: world.run(*retrain(world, chosen='{"enabled": true}')),
        "'retrain.json' holds no settings that the library wrote (KeyError('trigger')); give its file with --settings",
    ),
    ErrorCase(
        "retrain/malformed-settings",
        "a trigger that is none",
        lambda world: world.run(*retrain(world, chosen=settings(trigger={**settings()["trigger"], "resource": 1}))),
        "'retrain.json' holds no settings that the library wrote (TypeError(\"'resource' is no text\")); give its file with --settings",
    ),
    ErrorCase(
        "retrain/malformed-report",
        "a report of something else",
        lambda world: world.run(*retrain(world, drift="{}")),
        "'drift.json' is no JSON report of 'mlops drift' (KeyError('model')); give the file that it wrote with --json",
    ),
    ErrorCase(
        "retrain/other-model",
        "the drift of another model",
        lambda world: world.run(*retrain(world, drift={**DRIFT, "model": "churn"})),
        "the report 'drift.json' is about 'churn', not 'fraud'; give the report of that model",
    ),
    ErrorCase(
        "retrain/no-parameter",
        "a training that cannot be told why",
        lambda world: Server(201, {**WRITTEN, **NO_RUNS}).runs(world, *retrain(world, chosen=without_parameter())),
        "what starts a training of 'fraud' has no parameter 'why'; synthesize the manifests again",
    ),
    ErrorCase(
        "retrain/not-made",
        "a namespace that takes no training",
        lambda world: Server(409, {**WRITTEN, **NO_RUNS}).runs(world, *retrain(world)),
        "the API server did not take the training 'fraud-retrain-1' of 'fraud', and none of that name is there; look at the quotas of this namespace, the next check makes it",
        3,
    ),
    ErrorCase(
        "retrain/malformed-history",
        "a history that somebody else wrote",
        lambda world: Server(404, history("[1]")).runs(world, *retrain(world)),
        "the annotation 'cdk8s-mlops.io/retrainings' of the Lease 'fraud-retrain' is no history that we wrote "
        "(TypeError(\"'int' object is not subscriptable\")); delete the Lease",
        4,
    ),
    ErrorCase("cluster/no-namespace", "no pod and no namespace", outside, "this is no pod, so say with --namespace where the objects are"),
    ErrorCase("cluster/nowhere", "no cluster", nowhere, "neither this pod nor a kubeconfig says where the cluster is; set KUBECONFIG", 5),
    ErrorCase("cluster/no-answer", "an API server that is not there", unanswered, "the API server does not answer; try again", 5),
    ErrorCase(
        "cluster/refused",
        "an account without rights",
        lambda world: Server(403).runs(world, *retrain(world)),
        "leases/fraud-retrain cannot be read: the API server says 403 FORBIDDEN",
        5,
    ),
    ErrorCase(
        "cluster/changed-meanwhile",
        "an object that others change all the time",
        crowded,
        "rollouts/fraud was changed by somebody else meanwhile; try again",
        3,
    ),
    ErrorCase(
        "release/malformed-target",
        "what cannot be released to",
        lambda _: Target.parse("deployment/fraud"),
        "'--to' must be rollout/<name> or inferenceservice/<name>, got 'deployment/fraud'",
    ),
    ErrorCase(
        "release/no-target",
        "what is not there",
        lambda world: release(world, Server(404)),
        "there is no rollouts/fraud in the namespace; say which with --to and --namespace",
    ),
    ErrorCase(
        "release/not-judged",
        "a candidate that nobody judged",
        unjudged,
        "version '8' of 'fraud' is staged, and only what passed its gate is tried on users; make it the challenger with 'mlops promote --canary'",
        3,
    ),
    ErrorCase(
        "release/sent-back",
        "what its stages send back",
        sent_back,
        "version '8' of 'fraud' does not serve: its stages sent it back: no message",
        1,
    ),
    ErrorCase(
        "release/nothing-to-point",
        "a server that loads nothing of ours",
        lambda _: pointed({"spec": {"containers": [{"name": "server"}]}}, CANDIDATE),
        "nothing in the pod template loads 'fraud' or holds it baked in; serve it with ModelSource.loadedFrom(), or bake the version into an image",
    ),
    ErrorCase(
        "release/no-schema",
        "a version whose features nobody knows, where they are compared",
        lambda _: pointed({"spec": {"initContainers": [{"args": [f"--feature-schema-sha256={'e' * 64}"]}]}}, CANDIDATE),
        "version '8' of 'fraud' names no feature schema, and what serves it compares it; register it with --feature-schema",
    ),
    ErrorCase(
        "release/other-schema",
        "an image with a version that was trained with other features than are served",
        lambda _: pointed({"spec": {"containers": [BAKED]}}, OTHER_FEATURES),
        "version '8' of 'fraud' was trained with another feature schema (eeeeeeeeeeee…) than the one that is served (dddddddddddd…); serve that one first",
    ),
    ErrorCase(
        "release/unsigned",
        "a version that nobody signed, where a signature is asked for",
        lambda _: pointed({"spec": {"initContainers": [{"args": ["--signature=c2lnbmVk"]}]}}, CANDIDATE),
        "version '8' of 'fraud' has no signature, and what serves it asks for one; sign the artifact, and register it with --signature",
    ),
    ErrorCase(
        "release/unknown-address",
        "an address that is not of a registry of ours",
        lambda _: pointed(template("7", "gs://models/{}"), CANDIDATE),
        "'gs://models/7' is no address of a version of 'fraud' in a registry of ours, so it cannot be pointed at another; load it from one",
    ),
    ErrorCase(
        "hash/malformed",
        "an architecture by name",
        lambda _: Lineage("4b825dc6", DataSnapshot("git", "x", "4b825dc6"), "ada", architecture_sha256="trees"),
        "the hash of the architecture must be 64 lower-case hex digits, got 'trees'; take the output of 'sha256sum'",
    ),
    ErrorCase(
        "event/malformed-report",
        "an event of what is no report",
        lambda world: tell_event(world, "{}"),
        "'drift.json' is no JSON report of 'mlops drift' (KeyError('model')); give the file that it wrote with --json",
    ),
    ErrorCase(
        "event/other-model",
        "an event about another model",
        lambda world: tell_event(world, json.dumps({**DRIFT, "model": "churn", "check": "features", "samples": 1, "features": []})),
        "the report 'drift.json' is about 'churn', not 'fraud'; give the report of that model",
    ),
    ErrorCase(
        "event/no-cron-job",
        "an event of nothing",
        lambda _: tell(NoObjects(), "fraud-drift", {}),
        "there is no cronjobs/fraud-drift in namespace 'ml'; say which with --on",
    ),
]
