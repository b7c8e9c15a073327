"""One check of one model: the sample of now against the sample of the training."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cdk8s_mlops_runtime.problems import InputProblem

from .methods import Rule, score

if TYPE_CHECKING:
    from .settings import DriftSettings
    from .table import Table


class DriftVerdict(StrEnum):
    """What a check says."""

    DRIFT = "drift"
    NO_DRIFT = "no drift"
    WAITING = "waiting for samples"


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """What a check says of one feature."""

    name: str
    rule: Rule
    score: float
    missing_before: float
    missing_now: float
    lost_values: bool

    @property
    def has_drifted(self) -> bool:
        """By its score, or since values are missing that were there: the statistics see only what is not missing."""
        return self.lost_values or self.rule.has_drifted(self.score)

    def to_json(self) -> dict[str, Any]:
        """As it stands in the report."""
        return {
            "feature": self.name,
            "method": self.rule.method.value,
            "score": self.score,
            "threshold": self.rule.threshold,
            "driftsIf": f"score {'<' if self.rule.method.is_p_value else '>'} threshold",
            "drifted": self.has_drifted,
            "missingShareBefore": self.missing_before,
            "missingShareNow": self.missing_now,
            "lostValues": self.lost_values,
        }


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What a check says of a model."""

    model: str
    samples: int
    settings: DriftSettings
    features: tuple[FeatureDrift, ...]

    @property
    def drifted(self) -> list[str]:
        """Features that have drifted."""
        return [feature.name for feature in self.features if feature.has_drifted]

    @property
    def share(self) -> float:
        """Share of the features that have drifted."""
        return len(self.drifted) / len(self.features) if self.features else 0.0

    @property
    def verdict(self) -> DriftVerdict:
        """Few samples say nothing; otherwise more than the share of the features must have drifted."""
        if self.samples < self.settings.minimum_samples:
            return DriftVerdict.WAITING
        return DriftVerdict.DRIFT if len(self.drifted) > len(self.features) * self.settings.drift_share else DriftVerdict.NO_DRIFT

    def to_json(self) -> dict[str, Any]:
        """The report that is kept."""
        return {
            "model": self.model,
            "verdict": self.verdict.value,
            "samples": self.samples,
            "minimumSamples": self.settings.minimum_samples,
            "driftedShare": self.share,
            "driftsIf": f"drifted features > {self.settings.drift_share:g} of all",
            "driftedFeatures": self.drifted,
            "features": [feature.to_json() for feature in self.features],
        }

    def to_prometheus(self) -> str:
        """The result as Prometheus reads it, without the time: whoever serves it knows when."""
        model = f'model="{self.model}"'
        lines = ["# HELP drift_score How far a feature is from what the model was trained on.", "# TYPE drift_score gauge"]
        lines += [
            f'drift_score{{{model},feature="{_label(feature.name)}",method="{feature.rule.method}"}} {feature.score:.17g}'
            for feature in self.features
        ]
        lines += ["# HELP drift_missing_share Share of requests without a value of the feature.", "# TYPE drift_missing_share gauge"]
        lines += [
            f'drift_missing_share{{{model},feature="{_label(feature.name)}"}} {feature.missing_now:.17g}' for feature in self.features
        ]
        for name, text, value in (
            ("drift_share", "Share of the features that have drifted.", self.share),
            ("drift_samples", "Requests that were looked at.", self.samples),
            ("drift_detected", "Whether the model has drifted.", int(self.verdict is DriftVerdict.DRIFT)),
        ):
            lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge", f"{name}{{{model}}} {value:.17g}"]
        return "\n".join(lines) + "\n"


def check(model: str, reference: Table, current: Table, settings: DriftSettings) -> DriftReport:
    """Compare every feature of the reference, one at a time."""
    if reference.rows == 0:
        raise InputProblem(
            "drift/empty-reference", f"the reference '{reference.path.name}' of '{model}' has no rows; write it again at the next training"
        )
    if current.rows == 0:
        raise InputProblem(
            "drift/empty-window",
            f"the window '{current.path.name}' of '{model}' has no requests; look at the predictions log, or widen the window",
        )
    unknown = sorted(set(settings.rules) - set(reference.names))
    if unknown:
        raise InputProblem(
            "drift/unknown-column",
            f"the settings name '{unknown[0]}', which is no feature of the reference; it has {', '.join(reference.names)}",
        )
    features = tuple(_feature(name, reference, current, settings) for name in reference.names)
    return DriftReport(model, current.rows, settings, features)


def _feature(name: str, reference: Table, current: Table, settings: DriftSettings) -> FeatureDrift:
    kinds = reference.kind(name), current.kind(name)
    if kinds[0] != kinds[1]:
        raise InputProblem(
            "drift/other-type",
            f"the column '{name}' held {kinds[0]} when the model was trained and holds {kinds[1] or 'something else'} now; look at what writes the predictions log",
        )
    before, now = reference.column(name), current.column(name)
    rule = settings.rule_of(name, numeric=before.is_numeric)
    lost = now.missing_share - before.missing_share > settings.missing_share
    return FeatureDrift(name, rule, score(rule.method, before, now), before.missing_share, now.missing_share, lost)


def _label(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
