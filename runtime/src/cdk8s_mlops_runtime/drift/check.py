"""One check of one model: the sample of now against the sample of the training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cdk8s_mlops_runtime.problems import InputProblem

from .kinds import NUMBERS, require_kind
from .methods import score
from .report import DriftReport, FeatureDrift

if TYPE_CHECKING:
    from .column import Column
    from .methods import Rule
    from .settings import DriftSettings
    from .table import Table


@dataclass(frozen=True, slots=True)
class Compared:
    """Two samples of one feature, side by side. Without a score where one of them holds no value; between bounds where it is an estimate."""

    missing_before: float
    missing_now: float
    score: float | None
    between: tuple[float, float] | None = None


class Comparison(Protocol):
    """What compares the features of two samples."""

    def compare(self, rules: dict[str, Rule]) -> dict[str, Compared]:
        """Compare some features, each by its rule."""
        ...


class TablesCompared:
    """Two tables, compared one column at a time."""

    def __init__(self, reference: Table, current: Table, kinds: dict[str, str]) -> None:
        self._reference = reference
        self._current = current
        self._kinds = kinds

    def compare(self, rules: dict[str, Rule]) -> dict[str, Compared]:
        """Compare some features, each by its rule."""
        return {name: self._one(name, rule) for name, rule in rules.items()}

    def _one(self, name: str, rule: Rule) -> Compared:
        kind = self._kinds[name]
        require_kind(name, kind, self._current.kind(name))
        before, now = self._reference.column(name, kind), self._current.column(name, kind)
        require_values(name, self._reference.name, before)
        return Compared(before.missing_share, now.missing_share, score(rule.method, before, now) if now.size else None)


def require_values(name: str, reference: str, column: Column) -> None:
    """A reference without values is a mistake of the training. A log without them is drift, and the worst."""
    if column.size == 0:
        raise InputProblem(
            "drift/all-null",
            f"the column '{name}' of '{reference}' holds no finite value in {column.rows} rows; leave it out of the features, or write the reference again",
        )


def kinds_of(model: str, reference: Table, settings: DriftSettings) -> dict[str, str]:
    """The features to compare, and what they hold."""
    if reference.rows == 0:
        raise InputProblem(
            "drift/empty-reference", f"the reference '{reference.name}' of '{model}' has no rows; write it again at the next training"
        )
    unknown = [name for name in settings.rules if name not in reference.names]
    if unknown:
        raise InputProblem(
            "drift/unknown-column",
            f"the settings name '{unknown[0]}', which is no feature of the reference; it has {', '.join(reference.names)}",
        )
    names = reference.names if settings.others else list(settings.rules)
    return {name: reference.kind(name) for name in names}


def require_rows(model: str, log: str, rows: int) -> None:
    """A window without requests is a log that nobody writes, or a window that is too short."""
    if rows == 0:
        raise InputProblem(
            "drift/empty-window", f"the window '{log}' of '{model}' has no requests; look at the predictions log, or widen the window"
        )


def judge(model: str, settings: DriftSettings, kinds: dict[str, str], comparison: Comparison, *, samples: int, judged: int) -> DriftReport:
    """What the settings say of what was compared."""
    rules = {name: settings.rule_of(name, numeric=kind == NUMBERS) for name, kind in kinds.items()}
    features = tuple(_feature(name, rules[name], found, settings) for name, found in comparison.compare(rules).items())
    return DriftReport(model, samples, settings, features, judged=judged)


def _feature(name: str, rule: Rule, found: Compared, settings: DriftSettings) -> FeatureDrift:
    lost = found.missing_now - found.missing_before > settings.missing_share
    return FeatureDrift(name, rule, found.score, found.missing_before, found.missing_now, lost_values=lost, between=found.between)
