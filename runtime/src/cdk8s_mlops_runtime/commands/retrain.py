"""`mlops retrain`: what follows when a model has drifted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cdk8s_mlops_runtime.cluster_objects import Cluster, namespace_of
from cdk8s_mlops_runtime.problems import InputProblem
from cdk8s_mlops_runtime.release import require_model
from cdk8s_mlops_runtime.retraining import Retraining, RetrainSettings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("retrain")
@click.argument("model")
@click.option("--drift", required=True, type=FILE, help="JSON report of 'mlops drift'.")
@click.option("--settings", required=True, type=FILE, help="What is started, how often, and since when.")
@click.option("--namespace", help="Namespace of the training. That of this pod if left out.")
def command(model: str, drift: Path, settings: Path, namespace: str | None) -> None:
    """Start a training of MODEL if it has drifted, one at a time and not too often."""
    require_model(model)
    chosen = RetrainSettings.parse(settings.read_text(encoding="utf-8"), settings.name)
    drifted = _drifted(drift, model)
    if drifted is None:
        click.echo(f"{model} has not drifted, and nothing is trained")
    elif not chosen.enabled:
        click.echo(
            f"{model} has drifted ({', '.join(drifted)}) and is not trained: nobody gave evidence yet that drift hurts it; tell its owner"
        )
    else:
        click.echo(Retraining(model, chosen, Cluster(namespace_of(namespace))).start(drifted))


def _drifted(path: Path, model: str) -> list[str] | None:
    """Names of the drifted features, or nothing if the model has not drifted."""
    try:
        report: Any = json.loads(path.read_text(encoding="utf-8"))
        if report["model"] != model:
            raise InputProblem(
                "retrain/other-model",
                f"the report '{path.name}' is about '{report['model']}', not '{model}'; give the report of that model",
            )
        drifted = [str(name) for name in report["driftedFeatures"]]
        verdict = str(report["verdict"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputProblem(
            "retrain/malformed-report",
            f"'{path.name}' is no JSON report of 'mlops drift' ({error!r}); give the file that it wrote with --json",
        ) from error
    return drifted if verdict == "drift" else None
