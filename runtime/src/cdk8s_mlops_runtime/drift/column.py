"""The values of one feature in one of the two samples."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .kinds import as_labels
from .methods import FEW_VALUES, Counts, Floats

if TYPE_CHECKING:
    from collections.abc import Sequence


class Column:
    """Values without what is missing; numbers are sorted once, and everything else follows from that."""

    def __init__(self, values: np.ndarray[Any, Any] | Sequence[object]) -> None:
        found = np.asarray(values)
        self.rows = len(found)
        self.is_numeric = found.dtype.kind in "fiu"
        if self.is_numeric:
            numbers = found.astype(np.float64)
            # what cannot be measured is no value: it is counted, and the statistics never see it
            kept = numbers[np.isfinite(numbers)]
            kept.sort()
            self.numbers: Floats = kept
            self.labels: dict[object, int] = {}
            self.size = len(kept)
        else:
            self.labels = Counter(value for value in found.tolist() if value is not None and value == value)  # noqa: PLR0124 - NaN is not itself
            self.size = self.labels.total()

    @classmethod
    def of_labels(cls, found: Any) -> Column:
        """Labels out of a column of pyarrow, whatever they are written as."""
        counted = as_labels(found).value_counts().to_pylist()
        return cls.counted({entry["values"]: entry["counts"] for entry in counted if entry["values"] is not None}, len(found))

    @classmethod
    def counted(cls, labels: dict[object, int], rows: int) -> Column:
        """Labels that were counted already."""
        column = cls(np.array([], dtype=object))
        column.rows = rows
        column.labels = labels
        column.size = sum(labels.values())
        return column

    @property
    def missing_share(self) -> float:
        """Share of rows that are null, NaN or infinite."""
        return 1 - self.size / self.rows if self.rows else 1.0

    def sorted(self) -> Floats:
        """The numbers in their order."""
        return self.numbers

    @cached_property
    def counts(self) -> dict[object, int]:
        """How often each value occurs."""
        if not self.is_numeric:
            return self.labels
        values, counts = np.unique(self.numbers, return_counts=True)
        return dict(zip(values.tolist(), counts.tolist(), strict=True))

    @cached_property
    def has_few_values(self) -> bool:
        """Whether the values are counted one by one."""
        return not self.is_numeric or int(np.count_nonzero(np.diff(self.numbers))) + 1 <= FEW_VALUES

    def bins_with(self, current: Column) -> tuple[Counts, Counts]:
        """Counts of both samples in the bins of both together: equal widths, as many as Sturges' rule says of the sum."""
        if self.has_few_values:
            return self.counts_with(current)
        low = min(self.numbers[0], current.numbers[0])
        high = max(self.numbers[-1], current.numbers[-1])
        edges = sturges_edges(low, high, self.size + current.size)
        return in_bins(self.numbers, edges), in_bins(current.numbers, edges)

    def counts_with(self, current: Column) -> tuple[Counts, Counts]:
        """Counts of both samples by value."""
        names = list({**self.counts, **current.counts})
        return (
            np.array([self.counts.get(name, 0) for name in names], dtype=np.int64),
            np.array([current.counts.get(name, 0) for name in names], dtype=np.int64),
        )


def sturges_edges(low: float, high: float, size: int) -> Floats:
    """The edges that numpy would choose, without another look at the values."""
    width = (high - low) / (np.log2(size) + 1.0)
    count = int(np.ceil((high - low) / width)) if width else 1
    return np.linspace(low, high, count + 1)


def in_bins(values: Floats, edges: Floats) -> Counts:
    """Counts of sorted values; the last bin holds its right edge."""
    places = np.searchsorted(values, edges, side="left")
    places[-1] = np.searchsorted(values, edges[-1], side="right")
    return np.diff(places)
