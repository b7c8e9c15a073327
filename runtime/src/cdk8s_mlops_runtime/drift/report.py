"""What a check says: to people, to Prometheus, to what follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .methods import Rule
    from .settings import DriftSettings


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
    # none where the log holds no value of the feature
    score: float | None
    missing_before: float
    missing_now: float
    lost_values: bool
    between: tuple[float, float] | None = None

    @property
    def has_drifted(self) -> bool:
        """By its score, or since values are missing that were there: the statistics see only what is not missing."""
        return self.lost_values or self.score is None or self.rule.has_drifted(self.score)

    def to_json(self) -> dict[str, Any]:
        """As it stands in the report."""
        return {
            "feature": self.name,
            "method": self.rule.method.value,
            "score": self.score,
            **({} if self.between is None else {"scoreBetween": list(self.between)}),
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
    # requests in the window, and how many of them a sample holds
    samples: int
    settings: DriftSettings
    features: tuple[FeatureDrift, ...]
    judged: int
    check: str = "features"
    context: Mapping[str, Any] = field(default_factory=dict)

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
        """The report that is kept, and that what follows reads."""
        return {
            "model": self.model,
            "check": self.check,
            "verdict": self.verdict.value,
            "samples": self.samples,
            "judged": self.judged,
            "minimumSamples": self.settings.minimum_samples,
            "driftedShare": self.share,
            "driftsIf": f"drifted features > {self.settings.drift_share:g} of all",
            "driftedFeatures": self.drifted,
            **self.context,
            "features": [feature.to_json() for feature in self.features],
        }

    def to_prometheus(self) -> str:
        """The result as Prometheus reads it, without the time: whoever serves it knows when. Few samples say nothing, and no score either."""
        group = f'model="{self.model}",check="{self.check}"'
        features = () if self.verdict is DriftVerdict.WAITING else self.features
        lines = ["# HELP drift_score How far a feature is from what the model was trained on.", "# TYPE drift_score gauge"]
        lines += [
            f'drift_score{{{group},feature="{_label(feature.name)}",method="{feature.rule.method}"}} {feature.score:.17g}'
            for feature in features
            if feature.score is not None
        ]
        lines += ["# HELP drift_missing_share Share of requests without a value of the feature.", "# TYPE drift_missing_share gauge"]
        lines += [f'drift_missing_share{{{group},feature="{_label(feature.name)}"}} {feature.missing_now:.17g}' for feature in features]
        for name, text, value in (
            ("drift_share", "Share of the features that have drifted.", self.share),
            ("drift_samples", "Requests of the window.", self.samples),
            ("drift_detected", "Whether the model has drifted.", int(self.verdict is DriftVerdict.DRIFT)),
        ):
            if name != "drift_share" or features:
                lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge", f"{name}{{{group}}} {value:.17g}"]
        return "\n".join(lines) + "\n"


def _label(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
