"""`mlops compare`: would callers have noticed, had the shadow answered?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cdk8s_mlops_runtime.compare.log import AnswerLog, Fields
from cdk8s_mlops_runtime.compare.pairs import Join
from cdk8s_mlops_runtime.object_store import LostRace, ObjectStore
from cdk8s_mlops_runtime.packing import write_whole
from cdk8s_mlops_runtime.problems import Conflict, InputProblem, NotYet, Verdict
from cdk8s_mlops_runtime.pushgateway import push

if TYPE_CHECKING:
    from cdk8s_mlops_runtime.compare.comparison import Comparison

JOB = "mlops-compare"
_SHARE = click.FloatRange(min=0, max=1, min_open=True)


@click.command("compare")
@click.option("--live", required=True, help="Name of the model that answers.")
@click.option("--shadow", required=True, help="Name of its shadow.")
@click.option("--live-log", required=True, help="Folder of what the live model answered: JSON lines, here or in S3.")
@click.option("--shadow-log", required=True, help="Folder of what the shadow answered.")
@click.option("--day", "day_text", help="Day to compare, in UTC. Yesterday if left out.")
@click.option("--until", "until_text", help="Last day of the comparison.")
@click.option("--request-id-field", default="request_id", show_default=True, help="Field that a request and its copy have in common.")
@click.option("--prediction-field", default="prediction", show_default=True, help="Field of the answer; dots lead into objects.")
@click.option("--latency-field", default="latency_seconds", show_default=True, help="Field of the seconds that the answer took.")
@click.option("--timestamp-field", default="timestamp", show_default=True, help="Field of the moment, as ISO 8601 or since 1970.")
@click.option("--agreement-at-least", type=_SHARE, default=0.99, show_default=True, help="Share of the answers that must agree.")
@click.option("--tolerance", type=click.FloatRange(min=0), default=0.0, show_default=True, help="Largest difference of numbers that agree.")
@click.option("--minimum-pairs", type=click.IntRange(min=1), default=1000, show_default=True, help="Fewer say nothing.")
@click.option("--pairs-at-most", type=click.IntRange(min=1), default=1_000_000, show_default=True, help="Of more, a sample is compared.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="File for the result.")
@click.option("--report", help="Folder for the result of each day, as JSON and as Markdown, here or in S3.")
@click.option("--push", "gateway", help="Pushgateway that takes the numbers.")
def command(
    live: str,
    shadow: str,
    live_log: str,
    shadow_log: str,
    day_text: str | None,
    until_text: str | None,
    request_id_field: str,
    prediction_field: str,
    latency_field: str,
    timestamp_field: str,
    agreement_at_least: float,
    tolerance: float,
    minimum_pairs: int,
    pairs_at_most: int,
    json_path: Path | None,
    report: str | None,
    gateway: str | None,
) -> None:
    """Compare what a shadow answered in a day with what the live model answered, request by request."""
    day = _day("--day", day_text) if day_text is not None else datetime.now(UTC).date() - timedelta(days=1)
    _require_not_over(shadow, day, until_text)
    if live_log.rstrip("/") == shadow_log.rstrip("/"):
        raise InputProblem(
            "compare/one-log", f"'--live-log' and '--shadow-log' are both '{live_log}'; a log that is compared with itself always agrees"
        )
    from cdk8s_mlops_runtime.compare.comparison import Demand, compare  # noqa: PLC0415 - half a second that a slip does not need

    fields = Fields(request_id_field, prediction_field, latency_field, timestamp_field)
    join = Join(AnswerLog(live_log, fields), AnswerLog(shadow_log, fields), day, pairs_at_most)
    comparison = compare(live, shadow, join, Demand(agreement_at_least, tolerance, minimum_pairs))
    _tell(comparison, json_path, report, gateway)
    _judge(comparison)


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputProblem("compare/malformed-day", f"'{option}' must be a day such as '2027-01-31', got '{text}'") from error


def _require_not_over(shadow: str, day: date, until_text: str | None) -> None:
    """What is not compared any more must not look like agreement."""
    if until_text is not None and day > _day("--until", until_text):
        raise Conflict(
            "compare/ended",
            f"the comparison of '{shadow}' ended on {until_text}, and {day} was not compared; remove the shadow, or choose a later day",
        )


def _tell(comparison: Comparison, json_path: Path | None, report: str | None, gateway: str | None) -> None:
    from cdk8s_mlops_runtime.compare.report import to_json, to_markdown, to_prometheus  # noqa: PLC0415

    whole, page = f"{json.dumps(to_json(comparison), indent=2, ensure_ascii=False)}\n", to_markdown(comparison)
    click.echo(page)
    if json_path is not None:
        write_whole(json_path, whole)
    if report is not None:
        _write(report, f"{comparison.day}.json", whole)
        _write(report, f"{comparison.day}.md", page)
    if gateway is not None:
        push(gateway, {"job": JOB, "model": comparison.live, "shadow": comparison.shadow}, to_prometheus(comparison))


def _write(folder: str, name: str, text: str) -> None:
    if not folder.startswith("s3://"):
        write_whole(Path(folder) / name, text)
        return
    store = ObjectStore(folder)
    try:
        store.create(name, text.encode())
    except LostRace:
        # the same day again: the later result is about the same requests, or more
        found = store.read(name)
        if found is not None:
            store.replace(name, text.encode(), found.etag)


def _judge(comparison: Comparison) -> None:
    from cdk8s_mlops_runtime.compare.comparison import AgreementVerdict  # noqa: PLC0415

    demand = comparison.demand
    if comparison.verdict is AgreementVerdict.NONE:
        raise NotYet(
            "compare/too-few-pairs",
            f"there is no verdict on '{comparison.shadow}': {comparison.pairs} requests of {comparison.day} are in both logs, and it takes {demand.minimum_pairs}; "
            f"the live log has {comparison.join.live_only} more, the shadow's {comparison.join.shadow_only}: wait, copy more requests, or look whether a copy keeps the id of its request",
        )
    if comparison.verdict is AgreementVerdict.DISAGREE:
        raise Verdict(
            "compare/disagree",
            f"'{comparison.shadow}' agrees with '{comparison.live}' in {comparison.agreement:.4%} of {comparison.pairs} requests of {comparison.day}, less than {demand.at_least:.4%}",
        )
