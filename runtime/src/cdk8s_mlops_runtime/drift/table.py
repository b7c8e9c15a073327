"""One row per request, of which one column at a time is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cdk8s_mlops_runtime.problems import InputProblem

from .column import Column
from .kinds import NUMBERS, as_numbers, declared_kind, kind_of
from .sample import SEED, Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from .rows import Rows


class Table:
    """Columns with numbers or labels."""

    def __init__(self, name: str, schema: Any, rows: int, read: Callable[[str], Any], types: Mapping[str, str]) -> None:
        self.name = name
        self.rows = rows
        # rows that the sample stands for
        self.drawn_from = rows
        self._read = read
        self._kinds = {column: declared_kind(column, kind_of(schema.field(column).type), types.get(column)) for column in schema.names}

    @classmethod
    def open(cls, path: Path, types: Mapping[str, str] | None = None) -> Table:
        """A file of which a Parquet reader takes one column at a time. Other formats are read whole."""
        import pyarrow as pa  # noqa: PLC0415 - half a second that a mistake in the settings does not need
        import pyarrow.csv  # noqa: PLC0415
        import pyarrow.json  # noqa: PLC0415
        import pyarrow.parquet  # noqa: PLC0415

        try:
            if path.name.endswith((".csv", ".csv.gz")):
                return cls.of(path.name, pa.csv.read_csv(path), types)
            if path.name.endswith((".jsonl", ".jsonl.gz")):
                return cls.of(path.name, pa.json.read_json(path), types)
            # a map of the file would count as memory, and stay
            file = pa.parquet.ParquetFile(path)
            return cls(
                path.name, file.schema_arrow, file.metadata.num_rows, lambda column: file.read(columns=[column]).column(column), types or {}
            )
        except (pa.ArrowException, OSError) as error:
            raise InputProblem(
                "drift/unreadable",
                f"'{path.name}' is neither Parquet, CSV nor JSON lines that can be read ({' '.join(str(error).split())[:200]})",
            ) from error

    @classmethod
    def of(cls, name: str, table: Any, types: Mapping[str, str] | None = None) -> Table:
        """A table in memory."""
        return cls(name, table.schema, table.num_rows, table.column, types or {})

    @classmethod
    def sampled(cls, rows: Rows, size: int) -> Table:
        """A random sample of rows of files, of at most this size."""
        import pyarrow as pa  # noqa: PLC0415

        sample = Sample(size)
        for batch in rows.batches():
            sample.add(batch)
        rows.require_columns()
        found = sample.table()
        whole = cls.of(rows.name, pa.table({name: [] for name in rows.kinds}) if found is None else found)
        whole.drawn_from = sample.rows
        return whole

    @property
    def names(self) -> list[str]:
        """Columns that can be compared."""
        return [name for name, kind in self._kinds.items() if kind != ""]

    def kind(self, name: str) -> str:
        """`numbers`, `labels`, or `nothing`."""
        if name not in self._kinds:
            raise InputProblem(
                "drift/column-missing",
                f"'{self.name}' has no column '{name}', it has {', '.join(self._kinds)}; record the feature, or take it out of the reference",
            )
        return self._kinds[name]

    def column(self, name: str, kind: str) -> Column:
        """The values of a column, as numbers or as labels."""
        found = self._read(name)
        if kind == NUMBERS:
            return Column(as_numbers(found).to_numpy())
        return Column.of_labels(found)

    def rows_of(self, names: list[str], size: int) -> Any:
        """Some columns of random rows, for a picture."""
        import pyarrow as pa  # noqa: PLC0415

        rows = np.sort(np.random.default_rng(SEED).permutation(self.rows)[:size])
        return pa.table({name: self._read(name).take(rows) for name in names})
