"""`quality_gates.yaml`: what a candidate must reach, and what it must not lose against the champion."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from .problems import InputProblem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_KNOWN = {"minimum", "maximum", "comparison"}
_COMPARISONS = {"gte": "at least", "lte": "at most"}


@dataclass(frozen=True, slots=True)
class Gate:
    """One metric. The bounds and the comparison with the champion both apply, each where it is given."""

    metric: str
    minimum: float | None = None
    maximum: float | None = None
    comparison: str | None = None

    @property
    def demand(self) -> str:
        """What is asked, in words."""
        parts = []
        if self.minimum is not None:
            parts.append(f"at least {self.minimum:g}")
        if self.maximum is not None:
            parts.append(f"at most {self.maximum:g}")
        if self.comparison is not None:
            parts.append(f"{_COMPARISONS[self.comparison]} the champion's")
        return ", ".join(parts)

    def failure(self, value: float | None, champion: float | None, *, has_champion: bool) -> str | None:
        """Why a value does not pass, or nothing."""
        if value is None or not math.isfinite(value):
            return "not reported" if value is None else f"{value} is no finite number"
        if self.minimum is not None and value < self.minimum:
            return f"{value:g} is below {self.minimum:g}"
        if self.maximum is not None and value > self.maximum:
            return f"{value:g} is above {self.maximum:g}"
        if self.comparison is None or not has_champion:
            return None
        if champion is None or not math.isfinite(champion):
            return "not reported of the champion, so nobody knows whether it got worse"
        worse = value < champion if self.comparison == "gte" else value > champion
        return f"{value:g} is {'below' if self.comparison == 'gte' else 'above'} the champion's {champion:g}" if worse else None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One gate and how it went."""

    gate: Gate
    value: float | None
    champion: float | None
    failure: str | None

    def to_json(self) -> dict[str, Any]:
        """As it stands in the report. What is no finite number has no form in JSON and stands in `failure`."""
        return {
            "metric": self.gate.metric,
            "value": _finite(self.value),
            "champion": _finite(self.champion),
            "demand": self.gate.demand,
            "passed": self.failure is None,
            **({"failure": self.failure} if self.failure else {}),
        }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def read_gates(path: Path) -> list[Gate]:
    """Read `metrics: {<name>: {minimum, maximum, comparison}}`."""
    try:
        metrics = yaml.safe_load(path.read_text(encoding="utf-8"))["metrics"]
        gates = [_gate(path, str(name), content) for name, content in metrics.items()]
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise InputProblem(
            "gate/malformed", f"'{path}' must hold 'metrics: {{<name>: {{minimum, maximum, comparison}}}}' as YAML ({reason})"
        ) from error
    if not gates:
        raise InputProblem("gate/empty", f"'{path}' names no metric, so everything would pass; name at least one")
    return gates


def _gate(path: Path, name: str, content: Any) -> Gate:
    unknown = sorted(set(content) - _KNOWN)
    if unknown:
        raise InputProblem("gate/unknown-key", f"'{name}.{unknown[0]}' in '{path}' is no demand; there is {', '.join(sorted(_KNOWN))}")
    if not content:
        raise InputProblem("gate/no-demand", f"'{name}' in '{path}' demands nothing; give it a minimum, a maximum or a comparison")
    comparison = content.get("comparison")
    if comparison not in {None, *_COMPARISONS}:
        raise InputProblem(
            "gate/unknown-comparison",
            f"'{name}.comparison' in '{path}' must be 'gte' (at least the champion's) or 'lte' (at most), got '{comparison}'",
        )
    bounds = {bound: float(content[bound]) for bound in ("minimum", "maximum") if bound in content}
    if bounds.get("minimum", -math.inf) > bounds.get("maximum", math.inf) or any(map(math.isnan, bounds.values())):
        raise InputProblem(
            "gate/contradiction",
            f"nothing lies between the minimum {content.get('minimum')} and the maximum {content.get('maximum')} of '{name}' in '{path}'",
        )
    return Gate(name, bounds.get("minimum"), bounds.get("maximum"), comparison)


def judge(gates: list[Gate], candidate: Mapping[str, float], champion: Mapping[str, float] | None) -> list[Judgement]:
    """Each gate by itself; a metric that nobody reported does not pass."""
    found = []
    for gate in gates:
        value, other = candidate.get(gate.metric), (champion or {}).get(gate.metric)
        found.append(Judgement(gate, value, other, gate.failure(value, other, has_champion=champion is not None)))
    return found
