"""`mlops drift`: has the world moved away from what the model was trained on?"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from cdk8s_mlops_runtime.drift.places import put
from cdk8s_mlops_runtime.drift.reference import Reference, ReferenceFile, ReferenceOf
from cdk8s_mlops_runtime.drift.report import DriftReport, DriftVerdict, FeatureDrift
from cdk8s_mlops_runtime.drift.run import Answer, Question, answer
from cdk8s_mlops_runtime.drift.settings import DriftSettings
from cdk8s_mlops_runtime.packing import write_whole
from cdk8s_mlops_runtime.problems import InputProblem
from cdk8s_mlops_runtime.pushgateway import push
from cdk8s_mlops_runtime.registry.open import open_registry
from cdk8s_mlops_runtime.registry.registry import CHALLENGER, CHAMPION, PREVIOUS
from cdk8s_mlops_runtime.release import require_model, require_sha256

JOB = "mlops-drift"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("drift")
@click.argument("model")
@click.option("--reference", help="Parquet, CSV or JSON lines with the features of the training: a file, or 's3://…'.")
@click.option("--reference-sha256", help="SHA-256 that the reference must have.")
@click.option(
    "--reference-of",
    type=click.Choice([CHAMPION, PREVIOUS, CHALLENGER]),
    help="Instead: what the version behind this alias was registered with. The registry is asked at every check.",
)
@click.option("--registry", help="Address of the registry. The environment's if left out.")
@click.option("--current", required=True, help="The requests of now: a file, a folder, or 's3://…'.")
@click.option("--window", type=click.IntRange(min=1), help="Seconds that requests count. All of them if left out.")
@click.option("--until", type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ"]), help="End of the window, in UTC. Now if left out.")
@click.option("--time-column", default="timestamp", show_default=True, help="Column that says when a request was made.")
@click.option(
    "--settings", type=FILE, help="YAML or JSON with methods and thresholds. PSI above 0.15 on more than 30 % of the features if left out."
)
@click.option("--check", default="features", show_default=True, help="Name of the check: a model may have several.")
@click.option("--stream", is_flag=True, help="Read files that are larger than memory, twice. Every row counts.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="File for the report.")
@click.option("--metrics", "metrics_path", type=click.Path(path_type=Path), help="File for the result as Prometheus reads it.")
@click.option("--push", "gateway", help="Address of a Pushgateway for the result.")
@click.option("--report", "reports", help="Folder for the report as a page, here or 's3://…'.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if the model has drifted.")
def command(
    model: str,
    reference: str | None,
    reference_sha256: str | None,
    reference_of: str | None,
    registry: str | None,
    current: str,
    window: int | None,
    until: datetime | None,
    time_column: str,
    settings: Path | None,
    check: str,
    stream: bool,
    json_path: Path | None,
    metrics_path: Path | None,
    gateway: str | None,
    reports: str | None,
    exit_code: bool,
) -> None:
    """Compare what MODEL is asked now with what it was trained on."""
    question = Question(
        model=require_model(model),
        check=_require_check(check),
        reference=_reference(model, reference, reference_sha256, reference_of, registry),
        current=current,
        settings=DriftSettings.read(settings) if settings else DriftSettings(),
        until=until.replace(tzinfo=UTC) if until else datetime.now(UTC),
        seconds=window,
        time_column=time_column,
        streams=stream,
    )
    with tempfile.TemporaryDirectory() as folder:
        found = answer(question, Path(folder))
        page = f"{reports.rstrip('/')}/{check}" if reports else None
        if page is not None:
            found = replace(found, report=replace(found.report, context={**found.report.context, "page": f"{page}/latest.html"}))
        _hand_out(found.report, json_path, metrics_path, gateway)
        _tell(found.report)
        if page is not None:
            _publish(page, found, question.until)
    if exit_code and found.report.verdict is DriftVerdict.DRIFT:
        sys.exit(1)


def _reference(model: str, address: str | None, sha256: str | None, alias: str | None, registry: str | None) -> Reference:
    if alias is not None and address is None and sha256 is None:
        return ReferenceOf(open_registry(registry), model, alias)
    if address is not None and alias is None:
        return ReferenceFile(address, None if sha256 is None else require_sha256("--reference-sha256", sha256))
    given = {"--reference": address, "--reference-sha256": sha256, "--reference-of": alias}
    names = [name for name, value in given.items() if value is not None] or ["none of them"]
    raise InputProblem(
        "drift/which-reference",
        f"a check compares with a file (--reference, and its --reference-sha256) or with what a version was registered with (--reference-of), got {' and '.join(names)}",
    )


def _require_check(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", name):
        raise InputProblem("drift/malformed-check", f"the name of a check must be lower-case letters, digits and '-', got '{name}'")
    return name


def _hand_out(report: DriftReport, json_path: Path | None, metrics_path: Path | None, gateway: str | None) -> None:
    if json_path is not None:
        write_whole(json_path, _json(report))
    if metrics_path is not None:
        write_whole(metrics_path, report.to_prometheus())
    if gateway is not None:
        push(gateway, {"job": JOB, "model": report.model, "check": report.check}, report.to_prometheus())


def _publish(folder: str, found: Answer, until: datetime) -> None:
    """The latest, whose address alerts name. The numbers are kept for those who look back, and the page of what drifted."""
    from cdk8s_mlops_runtime.drift.picture import picture  # noqa: PLC0415 - seconds that only a page needs

    page = picture(found.report, found.reference, found.current, lambda text: click.echo(text, err=True))
    record = _json(found.report).encode()
    dated = f"{until:%Y/%m/%d/%H%M}"
    names = ["latest", dated] if found.report.verdict is DriftVerdict.DRIFT else ["latest"]
    for name in (dated, "latest"):
        put(f"{folder}/{name}.json", record, "application/json")
    for name in names:
        put(f"{folder}/{name}.html", page, "text/html; charset=utf-8")


def _json(report: DriftReport) -> str:
    return f"{json.dumps(report.to_json(), indent=2, ensure_ascii=False)}\n"


def _tell(report: DriftReport) -> None:
    drifted = f": {', '.join(report.drifted)}" if report.drifted else ""
    sample = "" if report.judged == report.samples else f", judged by {report.judged} at random"
    click.echo(
        f"{report.model}: {report.verdict}; {len(report.drifted)} of {len(report.features)} features drifted in {report.samples} samples{sample}{drifted}"
    )
    if dropped := [f"{count} {_REASONS[reason]}" for reason, count in report.context.get("dropped", {}).items() if count]:
        click.echo(f"left out: {', '.join(dropped)}")
    for feature in report.features:
        click.echo(_line(feature))


_REASONS = {"outsideWindow": "outside the window", "withoutTimestamp": "without a timestamp", "beforeTraining": "from before the training"}


def _line(feature: FeatureDrift) -> str:
    mark = "*" if feature.has_drifted else " "
    lost = f", missing {feature.missing_before:.1%} -> {feature.missing_now:.1%}" if feature.lost_values else ""
    score = "no value" if feature.score is None else f"{feature.score:.6g}"
    between = "" if feature.between is None else f" (between {feature.between[0]:.6g} and {feature.between[1]:.6g})"
    return f"{mark} {feature.name}: {feature.rule.method} {score}{between} (threshold {feature.rule.threshold:g}){lost}"
