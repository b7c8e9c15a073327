"""`mlops release`: a version on its way to everybody, stage by stage."""

from __future__ import annotations

import time

import click

from cdk8s_mlops_runtime.cluster_objects import Cluster, namespace_of
from cdk8s_mlops_runtime.problems import Conflict, Verdict
from cdk8s_mlops_runtime.registry.open import open_registry
from cdk8s_mlops_runtime.registry.registry import CHAMPION
from cdk8s_mlops_runtime.registry.version import Status
from cdk8s_mlops_runtime.release import require_model, require_version
from cdk8s_mlops_runtime.releasing import Release, Target


@click.command("release")
@click.argument("model")
@click.option("--version", required=True, help="Version that passed its gate: the challenger.")
@click.option("--to", "to", required=True, metavar="KIND/NAME", help="rollout/<name> or inferenceservice/<name>.")
@click.option("--namespace", help="Namespace of the object. That of this pod if left out.")
@click.option("--within", type=click.FloatRange(min=1), default=21600, show_default=True, help="Seconds that its stages may take.")
@click.option("--registry", help="Address of the registry. The environment's if left out.")
def command(model: str, version: str, to: str, namespace: str | None, within: float, registry: str | None) -> None:
    """Point what serves MODEL at a version, and wait until it serves everybody or was sent back. The exit code is the verdict: 0 or 1."""
    require_model(model)
    target = Target.parse(to)
    place = open_registry(registry)
    wanted = place.find(model, require_version(version))
    if wanted.status not in {Status.CANARY, Status.PRODUCTION}:
        raise Conflict(
            "release/not-judged",
            f"version '{version}' of '{model}' is {wanted.status}, and only what passed its gate is tried on users; make it the challenger with 'mlops promote --canary'",
        )
    alias = place.read(model).ledger.aliases.get(CHAMPION)
    champion = place.find(model, alias) if alias is not None and alias != wanted.version else None
    release = Release(Cluster(namespace_of(namespace)), target, wanted, champion, within, time.monotonic, time.sleep, click.echo)
    reason = release.run()
    if reason is not None:
        raise Verdict("release/sent-back", f"version '{version}' of '{model}' does not serve: {reason}")
    click.echo(f"version {version} of {model} serves everybody")
