"""A random sample of rows that come in batches: every row has the same chance, and memory holds little more than the sample."""

from __future__ import annotations

from typing import Any

import numpy as np

# the same rows give the same sample, so that a check that is repeated says the same
SEED = 20_011


class Sample:
    """Keeps the rows with the smallest of random numbers."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = 0
        self._limit = 1.0
        self._parts: list[tuple[Any, np.ndarray[Any, np.dtype[np.float64]]]] = []
        self._random = np.random.default_rng(SEED)
        self.rows = 0

    def add(self, batch: Any) -> None:
        """Look at more rows."""
        self.rows += batch.num_rows
        lots = self._random.random(batch.num_rows)
        if self._limit < 1:
            chosen = lots < self._limit
            batch, lots = batch.filter(chosen), lots[chosen]
        self._parts.append((batch, lots))
        self._held += len(lots)
        if self._held > self._size + max(self._size // 4, 65_536):
            self._thin()

    def table(self) -> Any:
        """What was kept. None where there was no row."""
        if self._held > self._size:
            self._thin()
        return self._joined()[0] if self._parts else None

    def _thin(self) -> None:
        table, lots = self._joined()
        chosen = np.argpartition(lots, self._size)[: self._size]
        chosen.sort()
        self._limit = float(lots[chosen].max())
        self._parts = [(table.take(chosen), lots[chosen])]
        self._held = self._size

    def _joined(self) -> tuple[Any, np.ndarray[Any, np.dtype[np.float64]]]:
        import pyarrow as pa  # noqa: PLC0415

        return pa.concat_tables([table for table, _ in self._parts]), np.concatenate([lots for _, lots in self._parts])
