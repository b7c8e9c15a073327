"""What a day of answers says about a shadow."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from cdk8s_mlops_runtime.drift.column import Column
from cdk8s_mlops_runtime.drift.methods import Floats, Method, ks_distance, score

from .answers import agree, difference

if TYPE_CHECKING:
    from datetime import date

    from .pairs import Join

_WORST = 10
_QUANTILES = (50, 95)
# of a standard normal variable: 95 % lie within
_Z = 1.959963984540054


class AgreementVerdict(StrEnum):
    """What a comparison says."""

    AGREE = "agree"
    DISAGREE = "disagree"
    NONE = "no verdict"


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of a shadow."""

    at_least: float = 0.99
    tolerance: float = 0.0
    minimum_pairs: int = 1000


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the distributions of the answers are apart: of numbers by Kolmogorov and Smirnov, of labels by Jensen and Shannon."""

    method: str
    value: float


@dataclass(frozen=True, slots=True)
class Latencies:
    """Quantiles in seconds, and the median of the differences, request by request."""

    live: dict[int, float]
    shadow: dict[int, float]
    median_difference: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One day of a shadow beside its live model."""

    live: str
    shadow: str
    day: date
    demand: Demand
    join: Join
    pairs: int
    agreeing: int
    worst: list[tuple[float, str]]
    distance: Distance | None
    latencies: Latencies | None

    @property
    def agreement(self) -> float | None:
        """Share of the pairs that agree, where there are any."""
        return self.agreeing / self.pairs if self.pairs else None

    @property
    def verdict(self) -> AgreementVerdict:
        """Few pairs say nothing."""
        if self.agreement is None or self.pairs < self.demand.minimum_pairs:
            return AgreementVerdict.NONE
        return AgreementVerdict.AGREE if self.agreement >= self.demand.at_least else AgreementVerdict.DISAGREE

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between which shares the true one lies with 95 %, by Wilson."""
        if self.agreement is None:
            return None
        share, weight = self.agreement, _Z**2 / self.pairs
        middle = (share + weight / 2) / (1 + weight)
        reach = _Z / (1 + weight) * math.sqrt(share * (1 - share) / self.pairs + weight / (4 * self.pairs))
        return max(0.0, middle - reach), min(1.0, middle + reach)


def compare(live: str, shadow: str, join: Join, demand: Demand) -> Comparison:
    """Look at every pair once."""
    pairs = agreeing = 0
    answers: tuple[list[Any], list[Any]] = ([], [])
    latencies: tuple[list[float], list[float]] = ([], [])
    worst: list[tuple[float, str]] = []
    for pair in join.pairs():
        pairs += 1
        if agree(pair.live, pair.shadow, demand.tolerance):
            agreeing += 1
        else:
            _keep(worst, difference(pair.live, pair.shadow), pair.request_id)
        answers[0].append(pair.live)
        answers[1].append(pair.shadow)
        if pair.live_latency is not None and pair.shadow_latency is not None:
            latencies[0].append(pair.live_latency)
            latencies[1].append(pair.shadow_latency)
    ordered = sorted(worst, key=lambda entry: (-entry[0], entry[1]))
    return Comparison(live, shadow, join.day, demand, join, pairs, agreeing, ordered, _distance(*answers), _latencies(*latencies))


def _keep(worst: list[tuple[float, str]], apart: float, request_id: str) -> None:
    entry = (apart, request_id)
    if len(worst) < _WORST:
        heapq.heappush(worst, entry)
    else:
        heapq.heappushpop(worst, entry)


def _distance(live: list[Any], shadow: list[Any]) -> Distance | None:
    """Answers of one kind have a distribution; lists and objects have none that fits in a number."""
    if not live:
        return None
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for answers in (live, shadow) for value in answers):
        one, other = _finite(live), _finite(shadow)
        return Distance("kolmogorov-smirnov", ks_distance(one, other)) if len(one) and len(other) else None
    if all(isinstance(value, (str, bool)) for answers in (live, shadow) for value in answers):
        return Distance(Method.JENSEN_SHANNON.value, score(Method.JENSEN_SHANNON, _labels(live), _labels(shadow)))
    return None


def _finite(answers: list[Any]) -> Floats:
    numbers = np.array(answers, dtype=np.float64)
    return np.sort(numbers[np.isfinite(numbers)])


def _labels(answers: list[Any]) -> Column:
    return Column(np.array([str(value) for value in answers]))


def _latencies(live: list[float], shadow: list[float]) -> Latencies | None:
    if not live:
        return None
    one, other = np.array(live), np.array(shadow)

    def quantiles(values: Floats) -> dict[int, float]:
        return {quantile: float(np.percentile(values, quantile)) for quantile in _QUANTILES}

    return Latencies(quantiles(one), quantiles(other), float(np.median(other - one)))
