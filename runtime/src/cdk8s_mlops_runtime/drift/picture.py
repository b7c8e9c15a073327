"""A report for people: Evidently draws the distributions of a sample, under the numbers of the whole."""

from __future__ import annotations

import html
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .kinds import NUMBERS, as_labels, as_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from .report import DriftReport, FeatureDrift
    from .table import Table

# what a picture shows is the same with more
ROWS = 10_000
_BLANK = "<html><body></body></html>"


def picture(report: DriftReport, reference: Table, current: Table | None, say: Callable[[str], None]) -> bytes:
    """The page: what was judged, and how the samples look. The numbers are there even where nothing can be drawn."""
    try:
        page = _BLANK if current is None else _drawn(report, reference, current)
    except Exception as error:  # noqa: BLE001 - whoever draws is not ours, and what follows the check does not need a picture
        words = " ".join(str(error).split())[:200]
        say(f"the page of '{report.model}' has numbers and no picture: {type(error).__name__}: {words}")
        page = _BLANK
    before, body, after = page.partition("<body>")
    return f"{before}{body}{_summary(report)}{after}".encode()


def _drawn(report: DriftReport, reference: Table, current: Table) -> str:
    """A feature that has a score by all rows may have no value in those that are drawn."""
    scored = [feature for feature in report.features if feature.score is not None]
    numbers = [feature.name for feature in scored if reference.kind(feature.name) == NUMBERS]
    labels = [feature.name for feature in scored if feature.name not in numbers]
    frames = [_frame(table, numbers, labels) for table in (current, reference)]
    seen = [feature for feature in scored if all(frame[feature.name].notna().any() for frame in frames)]
    return _evidently(seen, set(numbers), frames, report.settings.drift_share) if seen else _BLANK


def _evidently(features: list[FeatureDrift], numbers: set[str], frames: list[Any], drift_share: float) -> str:
    from evidently.core.datasets import DataDefinition, Dataset  # noqa: PLC0415 - seconds that only the picture needs
    from evidently.core.report import Report  # noqa: PLC0415
    from evidently.presets import DataDriftPreset  # noqa: PLC0415

    names = [feature.name for feature in features]
    definition = DataDefinition(
        numerical_columns=[name for name in names if name in numbers], categorical_columns=[name for name in names if name not in numbers]
    )
    preset = DataDriftPreset(
        drift_share=drift_share,
        per_column_method={feature.name: feature.rule.method.value for feature in features},
        per_column_threshold={feature.name: feature.rule.threshold for feature in features},
    )
    samples = [Dataset.from_pandas(frame[names], definition) for frame in frames]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        Report([preset]).run(*samples).save_html(str(path))
        return path.read_text(encoding="utf-8")


def _frame(table: Table, numbers: list[str], labels: list[str]) -> Any:
    import numpy as np  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    rows = table.rows_of([*numbers, *labels], ROWS)
    columns = [as_numbers(rows.column(name)) for name in numbers] + [as_labels(rows.column(name)) for name in labels]
    frame = pa.table(columns, names=[*numbers, *labels]).to_pandas()
    return frame.replace([np.inf, -np.inf], np.nan)


def _summary(report: DriftReport) -> str:
    rows = "".join(_row(feature) for feature in report.features)
    drifted = f"{len(report.drifted)} of {len(report.features)} features drifted"
    return (
        '<section style="font-family: sans-serif; padding: 1.5em; max-width: 60em">'
        f"<h1>{html.escape(report.model)}: {report.verdict}</h1>"
        f"<p>{drifted} in {report.samples:,} requests ({html.escape(_window(report))}); it drifts if more than {report.settings.drift_share:.0%} have. "
        f"Numbers here are of {'all of them' if report.judged == report.samples else f'a random sample of {report.judged:,}'}; "
        f"Evidently draws at most {ROWS:,} rows of each side below, and no feature without a value in them, so its numbers differ a little, and it counts a distance that equals its threshold.</p>"
        '<table cellpadding="4"><tr><th>feature</th><th>method</th><th>score</th><th>drifts if</th><th>missing then, now</th><th></th></tr>'
        f"{rows}</table></section>"
    )


def _window(report: DriftReport) -> str:
    window = report.context.get("window")
    return f"{window['from']} to {window['to']}" if window else "the whole file"


def _row(feature: FeatureDrift) -> str:
    score = "no value" if feature.score is None else f"{feature.score:.4g}"
    sign = "<" if feature.rule.method.is_p_value else ">"
    mark = "<b>lost its values</b>" if feature.lost_values else "<b>drifted</b>" if feature.has_drifted else ""
    cells = (
        html.escape(feature.name),
        feature.rule.method.value,
        score,
        f"{html.escape(sign)} {feature.rule.threshold:g}",
        f"{feature.missing_before:.1%}, {feature.missing_now:.1%}",
        mark,
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
