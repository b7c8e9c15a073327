"""`mlops drill`: practises a rollback where that hurts nobody."""

from __future__ import annotations

import signal
import time
from typing import Any

import click

from cdk8s_mlops_runtime.drill import Drill, Fault
from cdk8s_mlops_runtime.problems import InputProblem, Verdict
from cdk8s_mlops_runtime.rollout_object import KubernetesRollout


@click.command("drill")
@click.argument("rollout")
@click.option("--namespace", required=True, help="Namespace of the Rollout.")
@click.option("--container", default="server", show_default=True, help="Container that gets the fault.")
@click.option("--fault", required=True, metavar="NAME=VALUE", help="Environment variable that makes the server fail.")
@click.option(
    "--objective", type=click.FloatRange(min=1), required=True, help="Seconds until the earlier version has to answer all requests."
)
@click.option("--record", required=True, help="ConfigMap that keeps how drills ended.")
def command(rollout: str, namespace: str, container: str, fault: str, objective: float, record: str) -> None:
    """Deploy a version of ROLLOUT that fails, expect that it is sent back in time, and restore what was there."""
    name, equals, value = fault.partition("=")
    if equals == "" or name == "":
        raise InputProblem("drill/malformed-fault", f"'--fault' must look like NAME=VALUE, got '{fault}'")
    # what is killed politely takes its fault back
    signal.signal(signal.SIGTERM, _stop)
    drill = Drill(
        KubernetesRollout(rollout, namespace, record), Fault(container, name, value), objective, time.monotonic, time.sleep, click.echo
    )
    outcome = drill.run()
    if not outcome.passed:
        raise Verdict("drill/failed", f"the drill of '{rollout}' failed: {outcome.why}")
    click.echo(f"aborted after {outcome.aborted_after:.0f} s, restored after {outcome.restored_after:.0f} s, of {objective:.0f} s allowed")


def _stop(*_: Any) -> None:
    raise SystemExit(143)
