"""Stages that do not begin, or end badly."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from cases import ErrorCase, World
from cdk8s_mlops_runtime.commands import stage
from staged import NEW, Cluster, content_of, quick, vector


def file_of(world: World, content: object) -> str:
    file = world.folder / "settings.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(file)


def settings(**overrides: Any) -> Callable[[World], object]:
    return lambda world: world.run("stage", "--settings", file_of(world, {**content_of("knative"), **overrides}))


def staging(change: Callable[[Cluster], None], kind: str = "knative", times: int = 1, **overrides: Any) -> Callable[[World], object]:
    def provoke(world: World) -> object:
        cluster = Cluster(kind)
        change(cluster)
        with cluster.serve(world.folder, **{**quick(), **overrides}) as file, patch.object(stage, "EVERY", 0.01):
            for _ in range(times - 1):
                try:
                    world.run("stage", "--settings", file)
                except Exception as first:  # noqa: BLE001 - the last one counts
                    print(first)  # noqa: T201
            return world.run("stage", "--settings", file)

    return provoke


def bad(cluster: Cluster) -> None:
    cluster.says = lambda: vector([0.5])


def not_ready(cluster: Cluster) -> None:
    cluster.object.live["status"] = {}


def unpinned(cluster: Cluster) -> None:
    cluster.object.live["spec"]["traffic"] = [{"percent": 100, "latestRevision": True}]


def other_version(cluster: Cluster) -> None:
    cluster.object.live["spec"]["template"]["metadata"]["name"] = "fraud-third"


def changed(cluster: Cluster) -> None:
    def says() -> Any:
        if cluster.object.share == 5:
            cluster.object.edit(lambda live: live["spec"].update(traffic=[{"percent": 100, "revisionName": NEW}]))
        return vector([0.001])

    cluster.says = says


def other_run(cluster: Cluster) -> None:
    def says() -> Any:
        annotations = cluster.object.live["metadata"]["annotations"]
        annotations.update({name: json.dumps({**json.loads(text), "run": "pod-2"}) for name, text in annotations.items()})
        return vector([0.001])

    cluster.says = says


CASES = [
    ErrorCase(
        "stage/no-settings",
        "a file that is not there",
        lambda world: world.run("stage", "--settings", world.folder / "nothing.json"),
        "'/folder/nothing.json' cannot be read (No such file or directory)",
    ),
    ErrorCase(
        "stage/malformed-settings",
        "a file that is no JSON",
        lambda world: world.run("stage", "--settings", file_of(world, "{")),
        "'/folder/settings.json' must hold the settings of a staged rollout "
        "(Expecting property name enclosed in double quotes: line 1 column 2 (char 1))",
    ),
    ErrorCase(
        "stage/malformed-settings",
        "a field that is missing",
        lambda world: world.run("stage", "--settings", file_of(world, {"guardrails": {}})),
        "'/folder/settings.json' must hold the settings of a staged rollout, but has no 'object'",
    ),
    ErrorCase(
        "stage/malformed-settings",
        "shares in an object that nobody knows",
        settings(shares={"in": "deployment"}),
        "'/folder/settings.json' must hold the settings of a staged rollout "
        "(shares stand in knative, kserve, istio or gateway-api, not in deployment)",
    ),
    ErrorCase(
        "stage/malformed-settings",
        "a policy that nobody knows",
        settings(policy={"interval": 60, "toleratedBreaches": 0, "onEmpty": "wait", "patience": 0, "unreachable": 0}),
        "'/folder/settings.json' must hold the settings of a staged rollout "
        "(no data means pause, fail or pass, and an interval is above zero, got wait and 60)",
    ),
    ErrorCase(
        "stage/asks-no-prometheus",
        "a guardrail that runs a job",
        settings(guardrails={"golden-set": {"provider": {"job": {}}}}),
        "guardrail 'golden-set' must have a 'query' that Prometheus is asked; a stage runs no jobs and calls nobody else",
    ),
    ErrorCase(
        "stage/malformed-condition",
        "a condition of a web service",
        settings(guardrails={"error-ratio": {"query": "up", "condition": "== true"}}),
        "'condition' of 'error-ratio' must be a comparison such as '< 0.1', got '== true'",
    ),
    ErrorCase(
        "stage/weights-must-rise",
        "weights that do not end with all",
        settings(stages=[{"weight": weight, "seconds": 60, "firstMeasurement": 0, "guardrails": ["error-ratio"]} for weight in (5, 50)]),
        "'stages' must have weights that rise from 1 to 100, got 5, 50",
    ),
    ErrorCase(
        "stage/unjudged-stage",
        "a stage without guardrails",
        settings(stages=[{"weight": 100, "seconds": 60, "firstMeasurement": 0, "guardrails": []}]),
        "the stage of 100 % must be judged by a guardrail before it ends",
    ),
    ErrorCase(
        "stage/no-namespace",
        "an object that could be anywhere",
        settings(object={"group": "g", "version": "v1", "resource": "services", "name": "fraud"}),
        "'fraud' must have a namespace; say --namespace",
    ),
    ErrorCase(
        "stage/no-secret",
        "a secret header whose variable is not set",
        settings(prometheus={"url": "http://p", "secretHeaders": {"Authorization": "NOT_SET"}}),
        "the header 'Authorization' is read from the variable 'NOT_SET', which is not set; mount its secret",
    ),
    ErrorCase(
        "stage/sent-back",
        "a version that breaches",
        staging(bad),
        "'fraud-new' was sent back at 5 %, and 'fraud-0ld' has all requests: guardrail 'error-ratio': 0.5 is not < 0.01",
        exit_code=1,
    ),
    ErrorCase(
        "stage/sent-back-before",
        "a version that breached before",
        staging(bad, times=2),
        "'fraud-new' was sent back: guardrail 'error-ratio': 0.5 is not < 0.01; hand in another version, or say --again",
        exit_code=1,
    ),
    ErrorCase(
        "stage/never-ready",
        "a version that does not start",
        staging(not_ready, readyWithin=0.1),
        "'v2-aaaa' could not answer within 0 s, and got no request; look at its pods",
        exit_code=1,
    ),
    ErrorCase(
        "stage/no-version-before",
        "requests that go to whatever is the latest",
        staging(unpinned),
        "'v2-aaaa' has all requests before anybody judged it, since they go to whatever is the latest; "
        "name the version that serves in the manifest, and apply it again",
        exit_code=3,
    ),
    ErrorCase(
        "stage/other-version",
        "an object that describes another version",
        staging(other_version, readyWithin=0.1),
        "the object describes another version than 'v2-aaaa', which is no longer staged",
        exit_code=3,
    ),
    ErrorCase(
        "stage/other-run",
        "another run that took over",
        staging(other_run),
        "'pod-2' stages 'v2-aaaa' now, so this run ends and changes nothing",
        exit_code=3,
    ),
    ErrorCase(
        "stage/changed-meanwhile",
        "somebody who moves the shares, too",
        staging(changed),
        "somebody else changed the share of 'fraud-new' to 100 %, so it went back; let nobody else write it, or start again with --again",
        exit_code=3,
    ),
]
