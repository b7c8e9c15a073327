"""What is staged, where, and how it is judged: the file that the library writes beside the Job."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cdk8s_mlops_runtime.cluster_object import Place
from cdk8s_mlops_runtime.problems import InputProblem

from .guardrails import Guardrail, Policy
from .prometheus import Prometheus
from .shares import Backend, GatewayShares, IstioShares, KnativeShares, KserveShares

if TYPE_CHECKING:
    from pathlib import Path

    from .shares import Shares

_MEANINGS = {"pause", "fail", "pass"}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage on the way to all requests."""

    weight: int
    seconds: float
    #: Seconds from its start to the first measurement.
    first_measurement: float
    guardrails: list[Guardrail]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a run has to know."""

    #: What identifies the new version, whichever object it is in.
    subject: str
    place: Place
    shares: Shares
    #: Object that says whether the new version can answer, where it is another one.
    ready: Place | None
    #: Seconds that the new version is given until it can answer.
    ready_within: float
    #: Whether no version served before.
    is_first: bool
    stages: list[Stage]
    policy: Policy
    prometheus: Prometheus

    @classmethod
    def read(cls, path: Path, namespace: str | None) -> Settings:
        """Read a JSON file."""
        try:
            return _settings(json.loads(path.read_text(encoding="utf-8")), namespace)
        except OSError as error:
            raise InputProblem("stage/no-settings", f"'{path}' cannot be read ({error.strerror})") from error
        except KeyError as error:
            raise InputProblem(
                "stage/malformed-settings", f"'{path}' must hold the settings of a staged rollout, but has no {error}"
            ) from error
        except (ValueError, TypeError, AttributeError) as error:
            reason = " ".join(str(error).split())
            raise InputProblem("stage/malformed-settings", f"'{path}' must hold the settings of a staged rollout ({reason})") from error


def _settings(content: dict[str, Any], namespace: str | None) -> Settings:
    place = _place(content["object"], namespace)
    judged = {name: _guardrail(name, one) for name, one in content["guardrails"].items()}
    return Settings(
        subject=str(content["subject"]),
        place=place,
        shares=_shares(content["shares"]),
        ready=_place(content["ready"], place.namespace) if "ready" in content else None,
        ready_within=float(content["readyWithin"]),
        is_first=bool(content["isFirst"]),
        stages=_stages(content["stages"], judged),
        policy=_policy(content["policy"]),
        prometheus=_prometheus(content["prometheus"]),
    )


def _guardrail(name: str, found: dict[str, Any]) -> Guardrail:
    measurements = found.get("measurements")
    return Guardrail(
        name,
        _query(name, found),
        str(found["condition"]),
        None if measurements is None else int(measurements),
        float(found.get("firstMeasurement", 0)),
    )


def _query(name: str, guardrail: dict[str, Any]) -> str:
    if "query" not in guardrail:
        raise InputProblem(
            "stage/asks-no-prometheus",
            f"guardrail '{name}' must have a 'query' that Prometheus is asked; a stage runs no jobs and calls nobody else",
        )
    return str(guardrail["query"])


def _place(found: dict[str, Any], namespace: str | None) -> Place:
    where = namespace or found.get("namespace")
    if where is None:
        raise InputProblem("stage/no-namespace", f"'{found['name']}' must have a namespace; say --namespace")
    return Place(str(found["group"]), str(found["version"]), str(found["resource"]), str(where), str(found["name"]))


def _shares(found: dict[str, Any]) -> Shares:
    match found["in"]:
        case "knative":
            return KnativeShares(str(found["revision"]))
        case "kserve":
            return KserveShares(str(found["version"]), str(found["image"]))
        case "istio":
            return IstioShares(_backend(found["stable"]), _backend(found["candidate"]), tuple(found.get("routes", ())))
        case "gateway-api":
            return GatewayShares(_backend(found["stable"]), _backend(found["candidate"]))
        case other:
            raise ValueError(f"shares stand in knative, kserve, istio or gateway-api, not in {other}")


def _backend(found: dict[str, Any]) -> Backend:
    return Backend(str(found["version"]), str(found["service"]), str(found["role"]), int(found["port"]))


def _stages(found: list[dict[str, Any]], judged: dict[str, Guardrail]) -> list[Stage]:
    stages = [
        Stage(int(one["weight"]), float(one["seconds"]), float(one["firstMeasurement"]), [judged[name] for name in one["guardrails"]])
        for one in found
    ]
    weights = [stage.weight for stage in stages]
    if weights != sorted(set(weights)) or not weights or weights[0] < 1 or weights[-1] != 100:  # noqa: PLR2004
        raise InputProblem(
            "stage/weights-must-rise", f"'stages' must have weights that rise from 1 to 100, got {', '.join(map(str, weights)) or 'none'}"
        )
    for stage in stages:
        if not stage.guardrails or stage.seconds < stage.first_measurement:
            raise InputProblem("stage/unjudged-stage", f"the stage of {stage.weight} % must be judged by a guardrail before it ends")
    return stages


def _policy(found: dict[str, Any]) -> Policy:
    policy = Policy(
        float(found["interval"]),
        int(found["toleratedBreaches"]),
        str(found["onEmpty"]),
        float(found["patience"]),
        float(found["unreachable"]),
    )
    if policy.on_empty not in _MEANINGS or policy.interval <= 0:
        raise ValueError(f"no data means pause, fail or pass, and an interval is above zero, got {policy.on_empty} and {policy.interval:g}")
    return policy


def _prometheus(found: dict[str, Any]) -> Prometheus:
    secret = {header: _variable(header, name) for header, name in found.get("secretHeaders", {}).items()}
    return Prometheus(str(found["url"]), {**found.get("headers", {}), **secret})


def _variable(header: str, name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise InputProblem(
            "stage/no-secret", f"the header '{header}' is read from the variable '{name}', which is not set; mount its secret"
        )
    return value
