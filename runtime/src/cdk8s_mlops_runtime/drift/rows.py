"""Rows of files, read batch by batch as often as asked."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cdk8s_mlops_runtime.problems import InputProblem

from .kinds import LABELS, NUMBERS, as_labels, as_numbers, kind_of, require_kind
from .window import Dropped, Gate, Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_BATCH = 32_768
_BLOCK = 16 * 1024 * 1024


@dataclass
class Rows:
    """The rows of some files that lie in a window. Columns come out as 64-bit floats or as text, whatever the file holds."""

    name: str
    files: list[Path]
    kinds: Mapping[str, str]
    window: Window | None = None
    time_column: str = "timestamp"
    seen: dict[str, None] = field(default_factory=dict)
    dropped: Dropped = field(default_factory=Dropped)

    def batches(self) -> Iterator[Any]:
        """Every row of the window, in batches. A column that a file lacks is null there; one that all lack is refused."""
        self.dropped = Dropped()
        for path in self.files:
            for names, table in _tables(path, self._wanted()):
                self.seen.update(dict.fromkeys(names))
                kept = self._kept(path, table)
                if kept.num_rows > 0:
                    yield self._unified(kept)

    def require_columns(self) -> None:
        """Ask for what no file had. To be called when the rows were read."""
        for name in self.kinds:
            if self.seen and name not in self.seen:
                raise InputProblem(
                    "drift/column-missing",
                    f"'{self.name}' has no column '{name}', it has {', '.join(self.seen)}; record the feature, or take it out of the reference",
                )

    def _wanted(self) -> dict[str, str]:
        return {**self.kinds, **({} if self.window is None else {self.time_column: ""})}

    def _kept(self, path: Path, table: Any) -> Any:
        if self.window is None:
            return table
        if self.time_column not in table.column_names:
            raise InputProblem(
                "drift/no-timestamps",
                f"'{_plain(path)}' of '{self.name}' has no column '{self.time_column}', so nobody knows which requests are in the window; it has {', '.join(table.column_names)}",
            )
        return table.filter(Gate(self.window, self.dropped).passes(table.column(self.time_column).combine_chunks()))

    def _unified(self, table: Any) -> Any:
        import pyarrow as pa  # noqa: PLC0415

        return pa.table({name: self._column(pa, table, name, kind) for name, kind in self.kinds.items()})

    def _column(self, pa: Any, table: Any, name: str, kind: str) -> Any:
        target = pa.float64() if kind == NUMBERS else pa.string()
        if name not in table.column_names:
            return pa.nulls(table.num_rows, target)
        column = table.column(name)
        require_kind(name, kind, kind_of(column.type))
        return as_numbers(column) if kind == NUMBERS else as_labels(column)


def _tables(path: Path, wanted: dict[str, str]) -> Iterator[tuple[list[str], Any]]:
    """The names of all columns of a file, and its wanted columns, part by part."""
    import pyarrow as pa  # noqa: PLC0415

    try:
        if path.name.endswith((".jsonl", ".jsonl.gz")):
            yield from _json_tables(path, wanted)
        elif path.name.endswith((".csv", ".csv.gz")):
            yield from _csv_tables(path, wanted)
        else:
            yield from _parquet_tables(path, wanted)
    except (pa.ArrowException, OSError, EOFError) as error:
        words = " ".join(str(error).split())
        if name := _no_number(path, words):
            require_kind(name, NUMBERS, LABELS)
        raise InputProblem(
            "drift/unreadable", f"'{_plain(path)}' is neither Parquet, CSV nor JSON lines that can be read ({words[:200]})"
        ) from error


def _no_number(path: Path, words: str) -> str | None:
    """The column in which pyarrow found text where it was told to expect numbers."""
    if match := re.search(r"Column\(/([^/)]+)\) changed from number", words):
        return match[1]
    if match := re.search(r"In CSV column #(\d+): CSV conversion error to double", words):
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
            return next(csv.reader(file))[int(match[1])]
    return None


def _parquet_tables(path: Path, wanted: dict[str, str]) -> Iterator[tuple[list[str], Any]]:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(path) as file:
        names = [name for name in file.schema_arrow.names if name in wanted]
        for batch in file.iter_batches(batch_size=_BATCH, columns=names):
            yield file.schema_arrow.names, pa.Table.from_batches([batch])


def _csv_tables(path: Path, wanted: dict[str, str]) -> Iterator[tuple[list[str], Any]]:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.csv as pc  # noqa: PLC0415

    types = {name: {NUMBERS: pa.float64(), LABELS: pa.string()}.get(kind, pa.string()) for name, kind in wanted.items()}
    options = pc.ConvertOptions(column_types=types)
    with pc.open_csv(path, pc.ReadOptions(block_size=_BLOCK), convert_options=options) as reader:
        for batch in reader:
            yield batch.schema.names, pa.Table.from_batches([batch])


def _json_tables(path: Path, wanted: dict[str, str]) -> Iterator[tuple[list[str], Any]]:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.json as pj  # noqa: PLC0415

    # labels may be written as text, numbers or booleans: each block says itself
    schema = pa.schema([(name, pa.float64() if kind == NUMBERS else pa.string()) for name, kind in wanted.items() if kind != LABELS])
    options = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="infer")
    for block in _blocks(path):
        table = pj.read_json(io.BytesIO(block), pj.ReadOptions(block_size=len(block) + 1), options)
        # what the schema asks for is there, full of nulls, though nobody wrote it
        absent = [
            name for name in schema.names if table.column(name).null_count == table.num_rows and json.dumps(name).encode() not in block
        ]
        present = table.drop_columns(absent)
        yield present.column_names, present


def _blocks(path: Path) -> Iterator[bytes]:
    """Whole lines, about 16 MB at a time."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        rest = b""
        while piece := file.read(_BLOCK):
            lines, end, after = (rest + piece).rpartition(b"\n")
            rest = after
            if end and lines.strip():
                yield lines + end
        if rest.strip():
            yield rest


def _plain(path: Path) -> str:
    """The name that the file had where it came from."""
    return re.sub(r"^\d{6}-", "", path.name)
