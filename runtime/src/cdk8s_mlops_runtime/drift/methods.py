"""How far two distributions are apart: the methods of Evidently, to its numbers, out of counts and sorted values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats
from scipy.special import rel_entr, xlogy

from cdk8s_mlops_runtime.problems import InputProblem

if TYPE_CHECKING:
    from .column import Column

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
Counts = np.ndarray[tuple[int], np.dtype[np.int64]]

# a number with so few different values is counted by value, as Evidently does
FEW_VALUES = 20
# the smallest share of a bin, so that a logarithm exists
_SMALLEST = 1e-4
# scipy computes the exact distribution up to here, and so does Evidently
_EXACT = 10_000
# what a distance is measured in, at least
SMALLEST_SPREAD = 0.001


class Method(StrEnum):
    """Ways to compare two distributions."""

    PSI = "psi"
    KS = "ks"
    KL = "kl_div"
    JENSEN_SHANNON = "jensenshannon"
    WASSERSTEIN = "wasserstein"
    CHI_SQUARE = "chisquare"

    @property
    def is_p_value(self) -> bool:
        """Whether a small score means drift."""
        return self in {Method.KS, Method.CHI_SQUARE}

    @property
    def default_threshold(self) -> float:
        """A threshold of the right kind: a level of significance, or a distance. That of PSI is from the practice of drift checks."""
        return 0.05 if self.is_p_value else 0.15 if self is Method.PSI else 0.1


@dataclass(frozen=True, slots=True)
class Rule:
    """One method and the score from which on a feature has drifted."""

    method: Method
    threshold: float

    def __post_init__(self) -> None:
        if self.method.is_p_value and not 0 < self.threshold <= 0.1:  # noqa: PLR2004
            raise InputProblem(
                "drift/threshold-of-wrong-kind",
                f"the threshold of '{self.method}' is a level of significance, above 0 and at most 0.1, got {self.threshold:g}; a distance such as that of 'psi' is another kind",
            )
        if not self.method.is_p_value and not 0.05 < self.threshold < float("inf"):  # noqa: PLR2004
            raise InputProblem(
                "drift/threshold-too-small",
                f"the threshold of '{self.method}' is a distance above 0.05, got {self.threshold:g}; a level of significance such as that of 'ks' is another kind",
            )

    def has_drifted(self, score: float) -> bool:
        """Distances drift above their threshold, p-values below."""
        return score < self.threshold if self.method.is_p_value else score > self.threshold


def score(method: Method, reference: Column, current: Column) -> float:
    """The score of one feature."""
    if method is Method.KS:
        return _ks(reference.sorted(), current.sorted())
    if method is Method.WASSERSTEIN:
        return _wasserstein(reference.sorted(), current.sorted())
    if method is Method.CHI_SQUARE:
        return chi_square(*reference.counts_with(current))
    return of_bins(method, *reference.bins_with(current))


def of_bins(method: Method, expected: Counts, observed: Counts) -> float:
    """PSI, Kullback-Leibler or Jensen-Shannon, of counts in bins."""
    before, now = shares(expected, observed)
    if method is Method.JENSEN_SHANNON:
        return _jensen_shannon(before, now)
    return distance(method, _filled(before), _filled(now))


def distance(method: Method, expected: Floats, observed: Floats) -> float:
    """PSI or Kullback-Leibler, of shares that are all above zero."""
    if method is Method.PSI:
        return float(np.sum((expected - observed) * np.log(expected / observed)))
    return float(np.sum(rel_entr(expected / expected.sum(), observed / observed.sum())))


def shares(expected: Counts, observed: Counts) -> tuple[Floats, Floats]:
    """Counts as shares of their sum."""
    return expected / expected.sum(), observed / observed.sum()


def _filled(part: Floats) -> Floats:
    """Empty bins get a share that is small beside the others."""
    smallest = part[part > 0].min()
    return np.where(part == 0, smallest / 10**6 if smallest <= _SMALLEST else _SMALLEST, part)


def _jensen_shannon(expected: Floats, observed: Floats) -> float:
    middle = (expected + observed) / 2
    divergence = (xlogy(expected, expected) - xlogy(expected, middle)).sum() + (xlogy(observed, observed) - xlogy(observed, middle)).sum()
    return float(np.sqrt(max(divergence, 0.0) / 2))


def _ks(reference: Floats, current: Floats) -> float:
    if max(len(reference), len(current)) <= _EXACT:
        return float(stats.ks_2samp(reference, current).pvalue)
    return ks_p_value(ks_distance(reference, current), len(reference), len(current))


def ks_p_value(apart: float, reference: int, current: int) -> float:
    """How likely so large a distance of two samples of these sizes is by chance, where they are large."""
    return float(stats.kstwo.sf(apart, round(reference * current / (reference + current))))


def ks_distance(reference: Floats, current: Floats) -> float:
    """The largest distance of two distribution functions, of sorted values. At each end of a run of equal values one is enough."""
    apart = 0.0
    for these, those in ((reference, current), (current, reference)):
        share = np.arange(1, len(these) + 1) / len(these)
        ends = np.append(these[1:] != these[:-1], True)
        other = np.searchsorted(those, these[ends], side="right") / len(those)
        apart = max(apart, float(np.abs(share[ends] - other).max()))
    return apart


def _wasserstein(reference: Floats, current: Floats) -> float:
    everything = np.concatenate([reference, current])
    everything.sort(kind="stable")
    widths = np.diff(everything)
    below = np.searchsorted(reference, everything[:-1], side="right") / len(reference)
    below -= np.searchsorted(current, everything[:-1], side="right") / len(current)
    return float(np.dot(np.abs(below), widths)) / max(float(np.std(reference)), SMALLEST_SPREAD)


def chi_square(expected: Counts, observed: Counts) -> float:
    """The expectation is scaled to the size of the sample; what was never expected makes the difference infinite, and p zero."""
    scaled = expected * (observed.sum() / expected.sum())
    with np.errstate(divide="ignore"):
        statistic = np.sum((observed - scaled) ** 2 / scaled)
    return float(stats.chi2.sf(statistic, len(expected) - 1))
