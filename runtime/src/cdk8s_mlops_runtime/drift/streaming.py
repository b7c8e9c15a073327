"""
Samples that are larger than memory, read twice.

The first pass finds ranges and draws a sample, the second counts. PSI, Kullback-Leibler, Jensen-Shannon and chi-square follow from counts and are
exact. Kolmogorov-Smirnov and Wasserstein need an order of all values: they get it at the values of the sample, between which the truth lies in bounds
that are certain, as distribution functions rise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from cdk8s_mlops_runtime.problems import InputProblem

from .bounds import Steps, ks_bounds, wasserstein_bounds
from .check import Compared, require_values
from .column import Column, in_bins, sturges_edges
from .kinds import NUMBERS
from .methods import FEW_VALUES, Counts, Floats, Method, of_bins, score
from .sample import Sample

if TYPE_CHECKING:
    from .methods import Rule
    from .rows import Rows

# values at which both distribution functions are known
EDGES = 65_536
# labels are counted in memory
MOST_VALUES = 1_000_000
_ORDERED = {Method.KS, Method.WASSERSTEIN}


@dataclass(slots=True)
class Range:
    """What the first pass knows of a column of numbers."""

    rows: int = 0
    size: int = 0
    total: float = 0.0
    low: float = np.inf
    high: float = -np.inf
    few: Floats | None = field(default_factory=lambda: np.array([]))

    def add(self, values: Floats, rows: int) -> None:
        """Look at more values, which are sorted."""
        self.rows += rows
        self.size += len(values)
        if len(values) == 0:
            return
        self.total += float(values.sum())
        self.low, self.high = min(self.low, float(values[0])), max(self.high, float(values[-1]))
        if self.few is not None:
            found = np.union1d(self.few, values)
            self.few = found if len(found) <= FEW_VALUES else None


class Streamed:
    """One of the two samples: what two passes leave of its columns."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.name = rows.name
        self.rows = 0
        self.ranges = {name: Range() for name, kind in rows.kinds.items() if kind == NUMBERS}
        self.labels: dict[str, dict[object, int]] = {name: {} for name, kind in rows.kinds.items() if kind != NUMBERS}
        self.table: Any = None

    def first_pass(self) -> None:
        """Ranges, labels, and a sample of the rows."""
        sample = Sample(EDGES)
        for batch in self._rows.batches():
            self.rows += batch.num_rows
            sample.add(batch)
            for name, found in self.ranges.items():
                found.add(sorted_numbers(batch, name), batch.num_rows)
            for name, counts in self.labels.items():
                _count(counts, Column.of_labels(batch.column(name)).counts, name)
        self._rows.require_columns()
        self.table = sample.table()

    @property
    def is_whole(self) -> bool:
        """Whether the sample is all there is."""
        return self.rows <= EDGES

    def column(self, name: str) -> Column:
        """What memory holds of a column: its labels, or the numbers of the sample."""
        if name in self.labels:
            return Column.counted(self.labels[name], self.rows)
        found = self.ranges[name]
        return Column(self.table.column(name).to_numpy() if self.table is not None and found.size else np.full(self.rows, np.nan))

    def missing_share(self, name: str) -> float:
        """Share of rows without a value."""
        size = sum(self.labels[name].values()) if name in self.labels else self.ranges[name].size
        return 1 - size / self.rows if self.rows else 1.0

    def second_pass(self, counters: dict[str, Counter]) -> None:
        """Count what is asked, column by column."""
        for batch in self._rows.batches():
            for name, counter in counters.items():
                counter.add(sorted_numbers(batch, name))


class Counter:
    """What the second pass counts of a column of numbers."""

    def add(self, values: Floats) -> None:
        """Count more values, which are sorted."""
        raise NotImplementedError


class InBins(Counter):
    """Counts in bins."""

    def __init__(self, edges: Floats) -> None:
        self._edges = edges
        self.counts: Counts = np.zeros(len(edges) - 1, dtype=np.int64)

    def add(self, values: Floats) -> None:
        """Count more values, which are sorted."""
        if len(values):
            self.counts += in_bins(values, self._edges)


class ByValue(Counter):
    """Counts by value."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.counts: dict[object, int] = {}

    def add(self, values: Floats) -> None:
        """Count more values, which are sorted."""
        found, counts = np.unique(values, return_counts=True)
        _count(self.counts, dict(zip(found.tolist(), counts.tolist(), strict=True)), self._name)


class AtEdges(Counter):
    """How many values are below each edge, and not above it; and how far they are from their mean."""

    def __init__(self, edges: Floats, mean: float) -> None:
        self._mean = mean
        self.steps = Steps(edges)
        self.squares = 0.0
        self.size = 0

    def add(self, values: Floats) -> None:
        """Count more values, which are sorted."""
        self.steps.add(values)
        self.squares += float(np.square(values - self._mean).sum())
        self.size += len(values)

    @property
    def spread(self) -> float:
        """The standard deviation."""
        return float(np.sqrt(self.squares / self.size))


class StreamsCompared:
    """Two samples of which memory holds a part at a time."""

    def __init__(self, reference: Rows, current: Rows) -> None:
        self.reference, self.current = Streamed(reference), Streamed(current)

    def first_pass(self) -> int:
        """Read both once. Returns the requests in the window."""
        self.reference.first_pass()
        self.current.first_pass()
        return self.current.rows

    def compare(self, rules: dict[str, Rule]) -> dict[str, Compared]:
        """Compare some features, each by its rule."""
        asked = {name: rule.method for name, rule in rules.items() if self._needs_counts(name)}
        counters = {name: self._counters(name, method) for name, method in asked.items()}
        for side, sample in enumerate((self.reference, self.current)):
            if counters:
                sample.second_pass({name: pair[side] for name, pair in counters.items()})
        return {name: self._one(name, rule.method, counters.get(name)) for name, rule in rules.items()}

    def _needs_counts(self, name: str) -> bool:
        """Labels are counted, few rows are all in the sample, and what has no value has no score."""
        require_values(name, self.reference.name, self.reference.column(name))
        whole = self.reference.is_whole and self.current.is_whole
        return name in self.reference.ranges and not whole and self.current.ranges[name].size > 0

    def _counters(self, name: str, method: Method) -> tuple[Counter, Counter]:
        before, now = self.reference.ranges[name], self.current.ranges[name]
        if method in _ORDERED:
            ends = [min(before.low, now.low), max(before.high, now.high)]
            edges = np.unique(np.concatenate([self.reference.column(name).sorted(), self.current.column(name).sorted(), ends]))
            return AtEdges(edges, before.total / before.size), AtEdges(edges, 0.0)
        if before.few is not None:
            return ByValue(name), ByValue(name)
        edges = sturges_edges(min(before.low, now.low), max(before.high, now.high), before.size + now.size)
        return InBins(edges), InBins(edges)

    def _one(self, name: str, method: Method, counters: tuple[Counter, Counter] | None) -> Compared:
        missing = self.reference.missing_share(name), self.current.missing_share(name)
        match counters:
            case (InBins() as before, InBins() as now):
                return Compared(*missing, of_bins(method, before.counts, now.counts))
            case (ByValue() as before, ByValue() as now):
                counted = Column.counted(before.counts, 0).counts_with(Column.counted(now.counts, 0))
                return Compared(*missing, of_bins(method, *counted))
            case (AtEdges() as before, AtEdges() as now):
                found, between = _ordered(method, before, now)
                return Compared(*missing, found, between)
        column = self.current.column(name)
        return Compared(*missing, score(method, self.reference.column(name), column) if column.size else None)


def _ordered(method: Method, before: AtEdges, now: AtEdges) -> tuple[float, tuple[float, float]]:
    if method is Method.KS:
        return ks_bounds(before.steps, now.steps, before.size, now.size)
    return wasserstein_bounds(before.steps, now.steps, before.size, now.size, before.spread)


def sorted_numbers(batch: Any, name: str) -> Floats:
    """The finite values of a batch, in their order."""
    values: Floats = batch.column(name).to_numpy()
    kept = values[np.isfinite(values)]
    kept.sort()
    return kept


def _count(counts: dict[object, int], more: dict[object, int], name: str) -> None:
    for value, count in more.items():
        counts[value] = counts.get(value, 0) + count
    if len(counts) > MOST_VALUES:
        raise InputProblem(
            "drift/too-many-values",
            f"the column '{name}' has more than {MOST_VALUES:,} different values, which are too many to count one by one; leave out what names a request or a person",
        )
