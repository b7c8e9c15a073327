"""`mlops event`: a cluster is told that a model has drifted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cdk8s_mlops_runtime.cluster_objects import Cluster, namespace_of
from cdk8s_mlops_runtime.drift.event import tell
from cdk8s_mlops_runtime.problems import InputProblem, Problem
from cdk8s_mlops_runtime.release import require_model

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("event")
@click.argument("model")
@click.option(
    "--drift", "drifts", required=True, multiple=True, type=FILE, help="JSON report of 'mlops drift'; may be given more than once."
)
@click.option("--on", "cron_job", required=True, help="CronJob of the check, which the events are about.")
@click.option("--namespace", help="Namespace of the CronJob. That of this pod if left out.")
def command(model: str, drifts: tuple[Path, ...], cron_job: str, namespace: str | None) -> None:
    """Write an event of a CronJob for each check in which MODEL has drifted. One that cannot be written is said, and hides nothing."""
    require_model(model)
    reports = [_read(path, model) for path in drifts]
    for report in reports:
        if report["verdict"] != "drift":
            click.echo(f"{model}: {report['verdict']} in {report['check']}, and no event")
            continue
        try:
            tell(Cluster(namespace_of(namespace)), cron_job, report)
            click.echo(f"{model}: drift in {report['check']}, written as an event of cronjobs/{cron_job}")
        except Problem as problem:
            click.echo(f"{model}: drift in {report['check']}, and its event was not written: {problem}", err=True)


def _read(path: Path, model: str) -> Any:
    try:
        report: Any = json.loads(path.read_text(encoding="utf-8"))
        found = str(report["model"])
        for name in ("verdict", "check", "samples"):
            report[name]
        for feature in report["features"]:
            for name in ("feature", "method", "score", "threshold", "driftsIf", "drifted", "lostValues", "missingShareNow"):
                feature[name]
    except (ValueError, KeyError, TypeError) as error:
        raise InputProblem(
            "event/malformed-report",
            f"'{path.name}' is no JSON report of 'mlops drift' ({error!r}); give the file that it wrote with --json",
        ) from error
    if found != model:
        raise InputProblem(
            "event/other-model", f"the report '{path.name}' is about '{found}', not '{model}'; give the report of that model"
        )
    return report
