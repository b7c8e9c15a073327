"""A file with one row per request, of which one column at a time is in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdk8s_mlops_runtime.problems import InputProblem

from .column import Column

if TYPE_CHECKING:
    from pathlib import Path


class Table:
    """A Parquet or CSV file."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa  # noqa: PLC0415 - half a second that a mistake in the settings does not need
        import pyarrow.csv  # noqa: PLC0415
        import pyarrow.parquet  # noqa: PLC0415

        self.path = path
        self._whole: Any = None
        try:
            if path.suffix == ".csv":
                self._whole = pa.csv.read_csv(path)
                schema, self.rows = self._whole.schema, self._whole.num_rows
            else:
                self._file = pa.parquet.ParquetFile(path, memory_map=True)
                schema, self.rows = self._file.schema_arrow, self._file.metadata.num_rows
        except (pa.ArrowException, OSError) as error:
            raise InputProblem(
                "drift/unreadable", f"'{path.name}' is neither Parquet nor CSV that can be read ({' '.join(str(error).split())[:200]})"
            ) from error
        self._kinds = {name: _kind(pa, schema.field(name).type) for name in schema.names}

    @property
    def names(self) -> list[str]:
        """Columns that can be compared."""
        return [name for name, kind in self._kinds.items() if kind != ""]

    def kind(self, name: str) -> str:
        """`numbers` or `labels`."""
        if name not in self._kinds:
            raise InputProblem(
                "drift/column-missing",
                f"'{self.path.name}' has no column '{name}', it has {', '.join(self._kinds)}; record the feature, or take it out of the reference",
            )
        return self._kinds[name]

    def column(self, name: str) -> Column:
        """The values of a column."""
        found = (self._whole if self._whole is not None else self._file.read(columns=[name])).column(name)
        if found.null_count == len(found):
            raise InputProblem(
                "drift/all-null",
                f"the column '{name}' of '{self.path.name}' holds no value in {len(found)} rows; find out who stopped to fill it",
            )
        column = Column(found.to_numpy() if self._kinds[name] == "numbers" else found.to_pylist())
        if column.size == 0:
            raise InputProblem(
                "drift/all-null",
                f"the column '{name}' of '{self.path.name}' holds no finite value in {column.rows} rows; find out who stopped to fill it",
            )
        return column


def _kind(arrow: Any, found: Any) -> str:
    types = arrow.types
    if types.is_floating(found) or types.is_integer(found) or types.is_decimal(found):
        return "numbers"
    if types.is_string(found) or types.is_large_string(found) or types.is_boolean(found) or types.is_dictionary(found):
        return "labels"
    return ""
