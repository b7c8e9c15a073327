"""A release points an object at a version and waits for its stages; what is sent back is taken back."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from cdk8s_mlops_runtime.cluster_objects import Kind
from cdk8s_mlops_runtime.kserve import DEPLOYMENTS, KNATIVE_SERVICES
from cdk8s_mlops_runtime.pointing import pointed, points_at
from cdk8s_mlops_runtime.problems import Conflict, Unreachable
from cdk8s_mlops_runtime.registry.version import ModelVersion
from cdk8s_mlops_runtime.release import DataSnapshot, Lineage
from cdk8s_mlops_runtime.releasing import Release
from cdk8s_mlops_runtime.served import Target

LINEAGE = Lineage("4b825dc6", DataSnapshot("lakefs", "lakefs://fraud-data", "5d6e7f8a"), "fraud-retrain-1")
CHAMPION = ModelVersion("fraud", "7", "7" * 64, LINEAGE)
CANDIDATE = ModelVersion("fraud", "8", "8" * 64, LINEAGE, approved_by="ada")


def template(version: str, uri: str = "s3://registry/production/fraud/{}/model.tar") -> dict[str, Any]:
    """As the library renders it."""
    return {
        "metadata": {
            "labels": {"app.kubernetes.io/version": version, "cdk8s-mlops.io/model-version": version, "cdk8s.io/metadata.addr": "c8"},
            "annotations": {"cdk8s-mlops.io/artifact-sha256": version * 64},
        },
        "spec": {
            "initContainers": [{"name": "model-loader", "args": [f"--model-uri={uri.format(version)}", f"--sha256={version * 64}", "--output=/models/current"]}],
            "containers": [
                {"name": "server", "image": f"server@sha256:{'a' * 64}", "args": ["serve"],
                 "env": [{"name": "MODEL_VERSION", "value": version}, {"name": "MODEL_SHA256", "value": version * 64}, {"name": "OTHER", "value": "1"}]}
            ],
        },
    }  # fmt: skip


class Controller:
    """A Rollout whose phase is said in advance; time passes when the release sleeps."""

    def __init__(self, *phases: str) -> None:
        self.now = 0.0
        self.phases = list(phases)
        self.conflicts = 0
        self.silent = 0
        self.patches: list[str | None] = []
        self.live: dict[str, Any] = {
            "metadata": {"generation": 1, "resourceVersion": "1"},
            "spec": {"template": template("7")},
            "status": {},
        }

    def get(self, kind: Kind, name: str) -> dict[str, Any] | None:
        if self.silent > 0:
            self.silent -= 1
            raise Unreachable("cluster/no-answer", "the API server does not answer; try again")
        served = points_at(self.live["spec"])
        phase = self.phases[0] if served == CANDIDATE.artifact_sha256 and self.phases else "Healthy"
        self.live["status"] = {
            "observedGeneration": str(self.live["metadata"]["generation"]),
            "phase": phase,
            "message": "error-ratio failed",
        }
        return copy.deepcopy(self.live)

    def patch(self, kind: Kind, name: str, body: dict[str, Any]) -> None:
        if self.conflicts > 0:
            self.conflicts -= 1
            raise Conflict("cluster/changed-meanwhile", "somebody else was faster")
        assert body["metadata"]["resourceVersion"] == self.live["metadata"]["resourceVersion"]
        self.live["spec"]["template"] = body["spec"]["template"]
        self.live["metadata"]["generation"] += 1
        self.live["metadata"]["resourceVersion"] += "1"
        self.patches.append(points_at(body))

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if len(self.phases) > 1:
            self.phases.pop(0)

    def release(self, champion: ModelVersion | None = CHAMPION, within: float = 60) -> str | None:
        return Release(self, Target.parse("rollout/fraud"), CANDIDATE, champion, within, lambda: self.now, self.sleep, lambda _: None).run()


def test_a_version_that_passes_its_stages_serves_everybody() -> None:
    controller = Controller("Progressing", "Paused", "Healthy")

    assert controller.release() is None
    assert controller.live["spec"]["template"] == {
        **template("8"),
        "metadata": {**template("8")["metadata"]},
    }


@pytest.mark.parametrize(
    ("phases", "why"),
    [
        (("Progressing", "Degraded"), "its stages sent it back: error-ratio failed"),
        (("Progressing",), "its stages did not end within 60 s"),
    ],
)
def test_a_version_that_does_not_is_taken_back(phases: tuple[str, ...], why: str) -> None:
    controller = Controller(*phases)

    assert controller.release() == why
    assert controller.patches == ["8" * 64, "7" * 64]
    assert controller.live["spec"]["template"] == template("7")


def test_where_nothing_serves_yet_nothing_is_taken_back() -> None:
    controller = Controller("Degraded")

    assert controller.release(champion=None) == "its stages sent it back: error-ratio failed"
    assert controller.patches == ["8" * 64]


def test_who_comes_again_goes_on_waiting() -> None:
    controller = Controller("Progressing", "Healthy")
    controller.live["spec"]["template"] = template("8")

    assert controller.release() is None
    assert controller.patches == []


def test_a_controller_that_is_faster_and_an_api_server_that_restarts_are_waited_for() -> None:
    controller = Controller("Progressing", "Healthy")
    controller.conflicts, controller.silent = 3, 4

    assert controller.release() is None
    controller.live["spec"]["template"] = template("7")
    controller.silent = 99
    with pytest.raises(Unreachable):
        controller.release()
    controller.silent, controller.conflicts = 0, 99
    with pytest.raises(Conflict):
        controller.release()


def test_another_who_points_it_elsewhere_wins() -> None:
    controller = Controller("Progressing")
    slept = controller.sleep

    def sleep(seconds: float) -> None:
        slept(seconds)
        controller.live["spec"]["template"] = template("9")

    controller.sleep = sleep  # type: ignore[method-assign]

    assert controller.release() == "somebody pointed it at another version meanwhile"
    # a rollback has rejected the champion of the beginning, for instance
    assert controller.live["spec"]["template"] == template("9")
    assert controller.patches == ["8" * 64]


class Kserve:
    """An InferenceService and what KServe makes of it, which is said in advance; time passes when the release sleeps."""

    def __init__(self, kind: Kind, *made: dict[str, Any], generation: int = 4, observed: int = 4) -> None:
        self.now = 0.0
        self.kind = kind
        self.made: list[dict[str, Any] | None] = list(made)
        self.patches: list[str | None] = []
        revisions = {"latestCreatedRevision": "fraud-predictor-00003"} if kind == KNATIVE_SERVICES else {}
        self.live: dict[str, Any] = {
            "metadata": {"generation": generation, "resourceVersion": "1"},
            "spec": {"predictor": predictor("7")},
            "status": {
                "observedGeneration": observed,
                "components": {"predictor": revisions},
                "conditions": [{"type": "PredictorReady", "status": "True"}, {"type": "Ready", "status": "True"}],
            },
        }

    def get(self, kind: Kind, name: str) -> dict[str, Any] | None:
        if kind.plural == "inferenceservices":
            assert name == "fraud"
            return copy.deepcopy(self.live)
        assert (kind, name) == (self.kind, "fraud-predictor")
        return copy.deepcopy(self.made[0])

    def patch(self, kind: Kind, name: str, body: dict[str, Any]) -> None:
        self.live["spec"]["predictor"] = body["spec"]["predictor"]
        self.live["metadata"]["generation"] += 1
        self.patches.append(points_at(body))

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if len(self.made) > 1:
            self.made.pop(0)

    def release(self) -> str | None:
        return Release(
            self, Target.parse("inferenceservice/fraud"), CANDIDATE, CHAMPION, 60, lambda: self.now, self.sleep, lambda _: None
        ).run()


def predictor(version: str) -> dict[str, Any]:
    return {"model": {"storageUri": f"s3://registry/production/fraud/{version}/", "env": [{"name": "MODEL_SHA256", "value": version * 64}]}}


def deployment(version: str, **status: int) -> dict[str, Any]:
    """As Kubernetes tells of it when it is rolled out."""
    return {
        "metadata": {"generation": 7},
        "spec": {"replicas": 3, "selector": {}, "template": template(version)},
        "status": {"observedGeneration": 7, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3} | status,
    }


def knative_service(version: str, ready: str = "True", traffic: dict[str, int] | None = None, **status: Any) -> dict[str, Any]:
    """As Knative tells of it when its latest revision has all requests."""
    revision = f"fraud-predictor-0000{version}"
    shares = {revision: 100} if traffic is None else traffic
    return {
        "metadata": {"generation": 6},
        "spec": {"template": template(version)},
        "status": {
            "observedGeneration": 6,
            "conditions": [{"type": "RoutesReady", "status": "True"}, {"type": "Ready", "status": ready}],
            "latestCreatedRevisionName": revision,
            "latestReadyRevisionName": revision,
            "traffic": [{"revisionName": name, "percent": percent} for name, percent in shares.items()]
            + [{"revisionName": revision, "tag": "latest"}],
        }
        | status,
    }


MADE: dict[str, tuple[Kind, Callable[[str], dict[str, Any]]]] = {
    "Standard": (DEPLOYMENTS, deployment),
    "Knative": (KNATIVE_SERVICES, knative_service),
}


@pytest.mark.parametrize("mode", list(MADE))
def test_an_inference_service_is_released_when_what_kserve_made_of_it_serves_whatever_number_kserve_copied(mode: str) -> None:
    kind, made = MADE[mode]
    kserve = Kserve(kind, made("7"), made("8"), generation=4, observed=9)

    assert kserve.release() is None
    assert (kserve.live["metadata"]["generation"], kserve.live["status"]["observedGeneration"]) == (5, 9)
    assert kserve.live["spec"]["predictor"]["model"]["storageUri"] == "s3://registry/production/fraud/8/"
    assert kserve.now == 5


@pytest.mark.parametrize("mode", list(MADE))
def test_an_inference_service_that_is_ready_with_the_version_before_is_not_released(mode: str) -> None:
    kind, made = MADE[mode]
    kserve = Kserve(kind, made("7"), generation=4, observed=5)

    assert kserve.release() == "its stages did not end within 60 s"
    assert kserve.patches == ["8" * 64, "7" * 64]


@pytest.mark.parametrize("mode", list(MADE))
def test_who_comes_again_does_not_take_the_version_before_for_the_new_one(mode: str) -> None:
    kind, made = MADE[mode]
    kserve = Kserve(kind, made("7"), made("7"), made("8"), observed=4)
    kserve.live["spec"]["predictor"] = predictor("8")

    assert kserve.release() is None
    assert (kserve.patches, kserve.now) == ([], 10)


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        (DEPLOYMENTS, None),
        (DEPLOYMENTS, deployment("8", observedGeneration=6)),
        (DEPLOYMENTS, deployment("8", replicas=4)),
        (DEPLOYMENTS, deployment("8", updatedReplicas=2)),
        (DEPLOYMENTS, deployment("8", availableReplicas=2)),
        (DEPLOYMENTS, deployment("8") | {"spec": {"replicas": 0, "template": template("8")}, "status": {"observedGeneration": 7}}),
        (KNATIVE_SERVICES, None),
        (KNATIVE_SERVICES, knative_service("8") | {"status": {}}),
        (KNATIVE_SERVICES, knative_service("8", observedGeneration=5)),
        (KNATIVE_SERVICES, knative_service("8", ready="Unknown")),
        (KNATIVE_SERVICES, knative_service("8", latestReadyRevisionName="fraud-predictor-00007")),
        (KNATIVE_SERVICES, knative_service("8", traffic={"fraud-predictor-00007": 90, "fraud-predictor-00008": 10})),
    ],
    ids=[
        *("no Deployment", "one that was not seen", "old pods", "old pods instead of new ones", "pods that do not answer", "no pods"),
        *("no Service", "one that says nothing", "one that was not seen", "not ready", "a revision that does not start", "a share"),
    ],
)
def test_an_inference_service_is_waited_for_while_not_everybody_is_served(kind: Kind, made: dict[str, Any] | None) -> None:
    kserve = Kserve(kind)
    kserve.made = [made]

    assert kserve.release() == "its stages did not end within 60 s"


def test_an_inference_service_that_is_not_ready_itself_is_waited_for() -> None:
    kserve = Kserve(DEPLOYMENTS, deployment("8"))
    kserve.live["status"]["conditions"][1]["status"] = "False"

    assert kserve.release() == "its stages did not end within 60 s"


@pytest.mark.parametrize("uri", ["models:/fraud/{}", "s3://registry/teams/risk/production/fraud/{}/model.tar"])
def test_the_address_is_that_of_the_same_registry(uri: str) -> None:
    assert pointed(template("7", uri), CANDIDATE)["spec"]["initContainers"] == template("8", uri)["spec"]["initContainers"]


def test_a_version_that_is_baked_in_changes_the_image_of_the_server_alone() -> None:
    baked = ModelVersion("fraud", "8", "8" * 64, Lineage("4b825dc6", LINEAGE.data_snapshot, "nightly", image_digest=f"sha256:{'b' * 64}"))
    before = template("7")
    before["spec"]["initContainers"] = []
    before["spec"]["containers"].append({"name": "proxy", "image": f"proxy@sha256:{'a' * 64}"})

    after = pointed(before, baked)

    assert [container["image"] for container in after["spec"]["containers"]] == [f"server@sha256:{'b' * 64}", f"proxy@sha256:{'a' * 64}"]


def test_a_loader_that_checks_signatures_gets_that_of_the_version() -> None:
    signed = ModelVersion("fraud", "8", "8" * 64, Lineage("4b825dc6", LINEAGE.data_snapshot, "nightly", artifact_signature="bmV3"))
    before = template("7")
    before["spec"]["initContainers"][0]["args"].append("--signature=b2xk")

    assert pointed(before, signed)["spec"]["initContainers"][0]["args"][-1] == "--signature=bmV3"


def test_a_loader_that_compares_features_gets_the_schema_of_the_version() -> None:
    known = ModelVersion("fraud", "8", "8" * 64, Lineage("4b825dc6", LINEAGE.data_snapshot, "nightly", feature_schema_sha256="e" * 64))
    before = template("7")
    before["spec"]["initContainers"][0]["args"].append(f"--feature-schema-sha256={'d' * 64}")

    assert pointed(before, known)["spec"]["initContainers"][0]["args"][-1] == f"--feature-schema-sha256={'e' * 64}"


def test_what_says_no_version_points_at_none() -> None:
    assert points_at({"spec": {"containers": [{"name": "server", "env": [{"name": "A", "value": "1"}]}]}}) is None


def test_a_baked_image_with_the_features_that_are_served_is_pointed_at() -> None:
    lineage = Lineage("4b825dc6", LINEAGE.data_snapshot, "nightly", feature_schema_sha256="d" * 64, image_digest=f"sha256:{'b' * 64}")
    variables = [{"name": "MODEL_SHA256", "value": "7" * 64}, {"name": "FEATURE_SCHEMA_SHA256", "value": "d" * 64}]
    before = {"spec": {"containers": [{"image": f"server@sha256:{'a' * 64}", "env": variables}]}}

    [container] = pointed(before, ModelVersion("fraud", "8", "8" * 64, lineage))["spec"]["containers"]

    assert container["image"] == f"server@sha256:{'b' * 64}"
    assert container["env"] == [{"name": "MODEL_SHA256", "value": "8" * 64}, {"name": "FEATURE_SCHEMA_SHA256", "value": "d" * 64}]
