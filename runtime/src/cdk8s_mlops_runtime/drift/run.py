"""One check from addresses to a report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .check import TablesCompared, judge, kinds_of, require_rows
from .places import collect
from .report import DriftReport
from .rows import Rows
from .streaming import StreamsCompared
from .table import Table
from .window import Window

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from .reference import Reference, Trained
    from .settings import DriftSettings


@dataclass(frozen=True, slots=True)
class Question:
    """What is compared with what."""

    model: str
    check: str
    reference: Reference
    current: str
    settings: DriftSettings
    until: datetime
    seconds: int | None = None
    time_column: str = "timestamp"
    streams: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check found, and rows of both sides to draw. None of the log where nothing was judged."""

    report: DriftReport
    reference: Table
    current: Table | None


def answer(question: Question, folder: Path) -> Answer:
    """Fetch both sides into a folder and compare them."""
    trained = question.reference.fetch(folder)
    reference = Table.open(trained.path, question.settings.types)
    kinds = kinds_of(question.model, reference, question.settings)
    window = None if question.seconds is None else Window.of(question.seconds, question.until, trained.since)
    log = folder / "log"
    log.mkdir()
    files = collect(question.current, log, window)
    rows = Rows(question.current, files, kinds, window, question.time_column)
    found = _streamed(question, trained.path, rows) if question.streams else _in_memory(question, reference, rows)
    return replace(found, report=replace(found.report, check=question.check, context=_context(question, trained, rows)))


def _in_memory(question: Question, reference: Table, rows: Rows) -> Answer:
    current = _current(question, rows)
    if _is_new(rows, current.drawn_from):
        return Answer(_waiting(question), reference, None)
    require_rows(question.model, current.name, current.drawn_from)
    compared = TablesCompared(reference, current, dict(rows.kinds))
    report = judge(question.model, question.settings, dict(rows.kinds), compared, samples=current.drawn_from, judged=current.rows)
    return Answer(report, reference, current)


def _current(question: Question, rows: Rows) -> Table:
    """A file as it is, where all of it counts; otherwise what counts of the log, or a sample of that."""
    if rows.window is None and len(rows.files) == 1:
        whole = Table.open(rows.files[0], question.settings.types)
        if whole.rows <= question.settings.sample_cap:
            return whole
    return Table.sampled(rows, question.settings.sample_cap)


def _streamed(question: Question, path: Path, rows: Rows) -> Answer:
    before = Rows(path.name, [path], rows.kinds)
    compared = StreamsCompared(before, rows)
    samples = compared.first_pass()
    reference = Table.of(path.name, compared.reference.table, question.settings.types)
    if _is_new(rows, samples):
        return Answer(_waiting(question), reference, None)
    require_rows(question.model, rows.name, samples)
    report = judge(question.model, question.settings, dict(rows.kinds), compared, samples=samples, judged=samples)
    return Answer(report, reference, Table.of(rows.name, compared.current.table, question.settings.types))


def _is_new(rows: Rows, samples: int) -> bool:
    """Whether the model was trained so lately that all requests of the window are older."""
    return samples == 0 and rows.dropped.before_training > 0


def _waiting(question: Question) -> DriftReport:
    return DriftReport(question.model, 0, question.settings, (), judged=0)


def _context(question: Question, trained: Trained, rows: Rows) -> dict[str, Any]:
    window = {} if rows.window is None else {"window": rows.window.to_json(), "dropped": rows.dropped.to_json()}
    return {"reference": trained.context, "log": question.current, **window}
