"""What a model answered in a day: JSON lines in a folder, here or in S3."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from cdk8s_mlops_runtime.moment import moment_of
from cdk8s_mlops_runtime.object_store import ObjectStore
from cdk8s_mlops_runtime.problems import Conflict, InputProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import date

_SUFFIXES = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Fields:
    """Which fields of a record hold what. A path with dots leads into objects."""

    request_id: str = "request_id"
    prediction: str = "prediction"
    latency: str = "latency_seconds"
    timestamp: str = "timestamp"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a model."""

    request_id: str
    at: datetime
    prediction: Any
    latency: float | None


@dataclass(slots=True)
class Skipped:
    """Lines that are no answers of the day, and why."""

    unreadable: int = 0
    without_id: int = 0
    without_time: int = 0
    without_prediction: int = 0

    def to_json(self) -> dict[str, int]:
        """As it stands in the report. A line of another day is nothing to tell."""
        return {
            "unreadable": self.unreadable,
            "withoutRequestId": self.without_id,
            "withoutTimestamp": self.without_time,
            "withoutPrediction": self.without_prediction,
        }


@dataclass(slots=True)
class AnswerLog:
    """The log of one model. Folders of days (`2026/01/31/`) are taken by their names, any other layout is read whole."""

    address: str
    fields: Fields = field(default_factory=Fields)
    skipped: Skipped = field(default_factory=Skipped)

    def answers(self, day: date, grace: timedelta = timedelta(0)) -> Iterator[Answer]:
        """The answers of a day in UTC, and those shortly before and after it."""
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        first, last = start - grace, start + timedelta(days=1) + grace
        for name, open_file in self._files(day):
            try:
                with open_file() as file:
                    for line in file:
                        answer = self._answer(line)
                        if answer is not None and first <= answer.at < last:
                            yield answer
            except (OSError, EOFError, zlib.error) as error:
                raise InputProblem(
                    "compare/unreadable", f"'{name}' cannot be read ({' '.join(str(error).split())}); look at what writes the log"
                ) from error

    def _answer(self, line: bytes) -> Answer | None:
        if not line.strip():
            return None
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            self.skipped.unreadable += 1
            return None
        request_id = _value(record, self.fields.request_id)
        if request_id is _MISSING or request_id is None or request_id == "":
            self.skipped.without_id += 1
            return None
        at = moment_of(_value(record, self.fields.timestamp))
        if at is None:
            self.skipped.without_time += 1
            return None
        prediction = _value(record, self.fields.prediction)
        if prediction is _MISSING:
            self.skipped.without_prediction += 1
            return None
        return Answer(str(request_id), at, prediction, _seconds(_value(record, self.fields.latency)))

    def _files(self, day: date) -> list[tuple[str, Callable[[], AbstractContextManager[BinaryIO]]]]:
        # what was answered just before midnight is often written after it
        days = [f"{each:%Y/%m/%d}/" for each in (day, day + timedelta(days=1))]
        if self.address.startswith("s3://"):
            store = ObjectStore(self.address)
            keys = [key for folder in days for key in store.names(folder)] or store.names("")
            return [(f"{store.uri}{key}", _opener(store, key)) for key in keys if key.endswith(_SUFFIXES)]
        folder = Path(self.address)
        if not folder.exists():
            raise InputProblem("compare/no-log", f"the log '{self.address}' is not there; look for a slip in the address")
        if folder.is_file():
            return [(folder.name, _local(folder))]
        paths = [path for below in days for path in (folder / below).rglob("*")] or list(folder.rglob("*"))
        return [(path.name, _local(path)) for path in sorted(paths) if path.name.endswith(_SUFFIXES)]


def _local(path: Path) -> Callable[[], AbstractContextManager[BinaryIO]]:
    return lambda: cast("BinaryIO", gzip.open(path)) if path.name.endswith(".gz") else path.open("rb")


def _opener(store: ObjectStore, key: str) -> Callable[[], AbstractContextManager[BinaryIO]]:
    @contextmanager
    def opened() -> Iterator[BinaryIO]:
        found = store.read(key)
        if found is None:
            raise Conflict("compare/file-gone", f"'{store.uri}{key}' was listed and is not there any more; compare again")
        body = io.BytesIO(found.body)
        if not key.endswith(".gz"):
            yield body
            return
        with gzip.open(body) as file:
            yield cast("BinaryIO", file)

    return opened


def _value(record: dict[str, Any], path: str) -> Any:
    """A field by its name, or by the names that lead to it."""
    if path in record:
        return record[path]
    found: Any = record
    for name in path.split("."):
        if not isinstance(found, dict) or name not in found:
            return _MISSING
        found = found[name]
    return found


def _seconds(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < float("inf") else None
