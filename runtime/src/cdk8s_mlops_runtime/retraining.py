"""
Whether drift starts a training now, and the start itself.

What was started stands in an annotation of a Lease. It is written before the training is made, under the name that the training will have: two that
come at once meet at the Lease, and who comes after a crash finds the name and makes what is missing, once.
"""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from .cluster_objects import Kind
from .kubeflow import KubeflowRuns, PipelineServer
from .problems import Conflict, InputProblem, Tampered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEASES = Kind("coordination.k8s.io", "v1", "leases")
HISTORY = "cdk8s-mlops.io/retrainings"
MODEL = "cdk8s-mlops.io/model"
WEEK = timedelta(days=7)
_ENDED = {"Succeeded", "Failed", "Error"}
_ENDINGS = {"Complete", "Failed"}


class Objects(Protocol):
    """What a start asks of a cluster."""

    def get(self, kind: Kind, name: str) -> dict[str, Any] | None: ...
    def having(self, kind: Kind, labels: str) -> list[dict[str, Any]]: ...
    def create(self, kind: Kind, body: dict[str, Any]) -> None: ...
    def replace(self, kind: Kind, body: dict[str, Any]) -> None: ...


class Trainings(Protocol):
    """Where trainings are made."""

    #: Whether making one twice makes one.
    names_are_unique: bool

    def under_way(self) -> str | None: ...
    def make(self, name: str, parameters: Mapping[str, str]) -> None: ...


class ClusterTrainings:
    """Workflows and Jobs, made as they stand in the settings but for their parameters."""

    names_are_unique = True

    def __init__(self, model: str, trigger: dict[str, Any], objects: Objects) -> None:
        self._model, self._manifest, self._objects = model, trigger["manifest"], objects
        self._kind = Kind.of(trigger["apiVersion"], trigger["resource"])

    def under_way(self) -> str | None:
        """Name of one that has not ended."""
        running = self._objects.having(self._kind, f"{MODEL}={self._model}")
        return next((str(one["metadata"]["name"]) for one in running if not _has_ended(one)), None)

    def make(self, name: str, parameters: Mapping[str, str]) -> None:
        """Start one, unless one of that name was started."""
        manifest = copy.deepcopy(self._manifest)
        del manifest["metadata"]["generateName"]
        manifest["metadata"]["name"] = name
        manifest["metadata"].setdefault("labels", {})[MODEL] = self._model
        for parameter, value in parameters.items():
            if _fill_in(manifest, parameter, value) == 0:
                raise InputProblem(
                    "retrain/no-parameter",
                    f"what starts a training of '{self._model}' has no parameter '{parameter}'; synthesize the manifests again",
                )
        try:
            self._objects.create(self._kind, manifest)
        except Conflict as refused:
            if not self._is_there(name):
                raise Conflict(
                    "retrain/not-made",
                    f"the API server did not take the training '{name}' of '{self._model}', and none of that name is there; look at the quotas of this namespace, the next check makes it",
                ) from refused

    def _is_there(self, name: str) -> bool:
        """A name that is taken and a quota that is used up are answered alike. We may list trainings, not get them."""
        return any(one["metadata"]["name"] == name for one in self._objects.having(self._kind, f"{MODEL}={self._model}"))


@dataclass(frozen=True, slots=True)
class RetrainSettings:
    """What the library writes beside a drift check."""

    enabled: bool
    evidence: str
    cool_down: timedelta
    maximum_per_week: int
    lease: str
    trigger: dict[str, Any]

    @classmethod
    def parse(cls, text: str, place: str) -> RetrainSettings:
        """Read the settings; what is started is made as it stands there but for its parameters."""
        try:
            content = json.loads(text)
            trigger = content["trigger"]
            for name in ("driftedFeaturesParameter", "reasonParameter", "resource", "apiVersion"):
                if not isinstance(trigger[name], str):
                    raise TypeError(f"'{name}' is no text")
            if "server" in trigger:
                PipelineServer.of(trigger["server"])
                trigger["manifest"]["runtime_config"]["parameters"].keys()
            else:
                trigger["manifest"]["metadata"]["generateName"]
            return cls(
                enabled=bool(content["enabled"]),
                evidence=str(content.get("evidence", "")),
                cool_down=timedelta(seconds=float(content["coolDownSeconds"])),
                maximum_per_week=int(content["maximumPerWeek"]),
                lease=str(content["lease"]),
                trigger=trigger,
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputProblem(
                "retrain/malformed-settings",
                f"'{place}' holds no settings that the library wrote ({error!r}); give its file with --settings",
            ) from error


@dataclass(frozen=True, slots=True)
class Start:
    """A training that was started, or is about to be."""

    at: datetime
    name: str
    #: Whether its object was made; until then whoever comes next makes it.
    made: bool

    def to_json(self) -> dict[str, Any]:
        """As it stands in the history."""
        return {"at": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"), "name": self.name, "made": self.made}


class Retraining:
    """The trainings of one model that drift starts."""

    def __init__(self, model: str, settings: RetrainSettings, objects: Objects, now: datetime | None = None) -> None:
        self.model, self.settings, self.objects = model, settings, objects
        self.now = now or datetime.now(UTC)
        self._lease: dict[str, Any] | None = None
        trigger = settings.trigger
        self.trainings: Trainings = (
            KubeflowRuns(PipelineServer.of(trigger["server"]), trigger["manifest"])
            if "server" in trigger
            else ClusterTrainings(model, trigger, objects)
        )

    def start(self, drifted: Sequence[str]) -> str:
        """Starts a training, or says why not."""
        history = self._history()
        if history and not history[-1].made:
            return self._finish(history, drifted)
        reason = self._reason_against(history, self.trainings.under_way())
        if reason is not None:
            return f"{self.model} has drifted and is not trained: {reason}"
        prefix = self.settings.trigger["manifest"].get("metadata", {}).get("generateName", f"{self.model}-retrain-")
        intended = [*history, Start(self.now, f"{prefix}{uuid4().hex[:8]}", made=False)]
        return self._make(intended, drifted) if self._hold(intended) else self._late

    def _finish(self, history: list[Start], drifted: Sequence[str]) -> str:
        """Make what somebody who died wrote down; where two could make it, whoever holds the Lease does."""
        return self._make(history, drifted) if self.trainings.names_are_unique or self._hold(history) else self._late

    def _hold(self, history: list[Start]) -> bool:
        """Whether what is written down was written by us, and by nobody else meanwhile."""
        try:
            self._write_down(history)
        except Conflict:
            if self.objects.get(LEASES, self.settings.lease) is None:
                # nobody was faster: it is the Lease itself that was not taken
                raise
            return False
        return True

    @property
    def _late(self) -> str:
        return f"{self.model} has drifted and is not trained: somebody else starts a training at this moment"

    def _history(self) -> list[Start]:
        self._lease = self.objects.get(LEASES, self.settings.lease)
        return _history_of(self._lease, self.settings.lease)

    def _reason_against(self, history: list[Start], under_way: str | None) -> str | None:
        if under_way is not None:
            return f"'{under_way}' is under way"
        if history and self.now - history[-1].at < self.settings.cool_down:
            return f"the last training began at {history[-1].to_json()['at']}, and the next may begin {self.settings.cool_down} later"
        recent = [one for one in history if self.now - one.at < WEEK]
        if len(recent) >= self.settings.maximum_per_week:
            return f"{len(recent)} trainings began in seven days, and that is the most; find out why they do not help"
        return None

    def _write_down(self, history: list[Start]) -> None:
        """Of two that write at once one gets a `Conflict`: the Lease is no longer the one that it read."""
        lease = self._lease
        kept = [one for one in history if self.now - one.at < 2 * WEEK or one is history[-1]]
        annotations = {HISTORY: json.dumps([one.to_json() for one in kept])}
        if lease is None:
            self.objects.create(
                LEASES,
                {
                    "apiVersion": "coordination.k8s.io/v1",
                    "kind": "Lease",
                    "metadata": {"name": self.settings.lease, "labels": {MODEL: self.model}, "annotations": annotations},
                    "spec": {},
                },
            )
            self._lease = self.objects.get(LEASES, self.settings.lease)
            return
        changed = copy.deepcopy(lease)
        changed["metadata"]["annotations"] = {**(changed["metadata"].get("annotations") or {}), **annotations}
        self.objects.replace(LEASES, changed)
        self._lease = self.objects.get(LEASES, self.settings.lease)

    def _make(self, history: list[Start], drifted: Sequence[str]) -> str:
        """Making it twice makes it once, as its name is written down."""
        name = history[-1].name
        trigger = self.settings.trigger
        told = f"drift of {', '.join(drifted)} ({self.settings.evidence})"
        self.trainings.make(name, {trigger["driftedFeaturesParameter"]: json.dumps(list(drifted)), trigger["reasonParameter"]: told})
        # who lost this race has nothing to add: the other one says the same
        with suppress(Conflict):
            self._write_down([*history[:-1], Start(self.now, name, made=True)])
        return f"{self.model} is trained by '{name}': {told}"


def _history_of(lease: dict[str, Any] | None, name: str) -> list[Start]:
    text = ((lease or {}).get("metadata", {}).get("annotations") or {}).get(HISTORY, "[]")
    try:
        return [Start(datetime.fromisoformat(one["at"]), one["name"], one["made"]) for one in json.loads(text)]
    except (ValueError, KeyError, TypeError) as error:
        raise Tampered(
            "retrain/malformed-history",
            f"the annotation '{HISTORY}' of the Lease '{name}' is no history that we wrote ({error!r}); delete the Lease",
        ) from error


def _has_ended(training: dict[str, Any]) -> bool:
    status = training.get("status") or {}
    conditions = {one["type"] for one in status.get("conditions") or [] if one.get("status") == "True"}
    return status.get("phase") in _ENDED or bool(conditions & _ENDINGS)


def _fill_in(value: Any, parameter: str, text: str) -> int:
    """Give every entry `{name: parameter, value: …}` its value, wherever it stands; how many there are."""
    if isinstance(value, list):
        return sum(_fill_in(one, parameter, text) for one in value)
    if not isinstance(value, dict):
        return 0
    if value.get("name") == parameter and "value" in value:
        value["value"] = text
        return 1
    return sum(_fill_in(one, parameter, text) for one in value.values())
