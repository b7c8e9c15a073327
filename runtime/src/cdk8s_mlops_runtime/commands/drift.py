"""`mlops drift`: has the world moved away from what the model was trained on?"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from cdk8s_mlops_runtime.drift.check import DriftReport, DriftVerdict, check
from cdk8s_mlops_runtime.drift.settings import DriftSettings
from cdk8s_mlops_runtime.drift.table import Table
from cdk8s_mlops_runtime.packing import sha256_of, write_whole
from cdk8s_mlops_runtime.problems import Tampered
from cdk8s_mlops_runtime.release import require_model, require_sha256

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("drift")
@click.argument("model")
@click.option("--reference", required=True, type=FILE, help="Parquet or CSV file with the features of the training.")
@click.option("--reference-sha256", help="SHA-256 that the reference must have.")
@click.option("--current", required=True, type=FILE, help="Parquet or CSV file with the features of the requests of now.")
@click.option(
    "--settings", type=FILE, help="YAML or JSON with methods and thresholds. PSI above 0.15 on more than 30 % of the features if left out."
)
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="File for the report.")
@click.option("--metrics", "metrics_path", type=click.Path(path_type=Path), help="File for the result as Prometheus reads it.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if the model has drifted.")
def command(
    model: str,
    reference: Path,
    reference_sha256: str | None,
    current: Path,
    settings: Path | None,
    json_path: Path | None,
    metrics_path: Path | None,
    exit_code: bool,
) -> None:
    """Compare what MODEL is asked now with what it was trained on."""
    require_model(model)
    if reference_sha256 is not None:
        _require_reference(reference, require_sha256("--reference-sha256", reference_sha256))
    report = check(model, Table(reference), Table(current), DriftSettings.read(settings) if settings else DriftSettings())
    if json_path is not None:
        write_whole(json_path, f"{json.dumps(report.to_json(), indent=2, ensure_ascii=False)}\n")
    if metrics_path is not None:
        write_whole(metrics_path, report.to_prometheus())
    _tell(report)
    if exit_code and report.verdict is DriftVerdict.DRIFT:
        sys.exit(1)


def _require_reference(path: Path, expected: str) -> None:
    found = sha256_of(path)
    if found != expected:
        raise Tampered(
            "drift/other-reference",
            f"the reference '{path.name}' has SHA-256 {found}, expected was {expected}; take the one that was written with the model",
        )


def _tell(report: DriftReport) -> None:
    drifted = f": {', '.join(report.drifted)}" if report.drifted else ""
    click.echo(
        f"{report.model}: {report.verdict}; {len(report.drifted)} of {len(report.features)} features drifted in {report.samples} samples{drifted}"
    )
    for feature in report.features:
        mark = "*" if feature.has_drifted else " "
        lost = f", missing {feature.missing_before:.1%} -> {feature.missing_now:.1%}" if feature.lost_values else ""
        click.echo(f"{mark} {feature.name}: {feature.rule.method} {feature.score:.6g} (threshold {feature.rule.threshold:g}){lost}")
