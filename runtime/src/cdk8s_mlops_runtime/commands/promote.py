"""`mlops promote`: the moment when a version takes over."""

from __future__ import annotations

from pathlib import Path

import click

from cdk8s_mlops_runtime.gate_report import PASSED, GateReport
from cdk8s_mlops_runtime.moving import actor, moving_options, now, records_in, tell
from cdk8s_mlops_runtime.problems import InputProblem
from cdk8s_mlops_runtime.registry.ledger import MoveKind
from cdk8s_mlops_runtime.registry.moves import Wish, carry_out
from cdk8s_mlops_runtime.registry.open import open_registry
from cdk8s_mlops_runtime.registry.registry import CHALLENGER, Registry, version_of
from cdk8s_mlops_runtime.release import require_model, require_version


@click.command("promote")
@click.argument("model")
@click.option("--version", help="Version to promote. The challenger if left out.")
@click.option("--canary", is_flag=True, help="Make it the challenger that a rollout tries, not yet the champion.")
@click.option("--gate-report", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON report of 'mlops evaluate'.")
@click.option("--without-gate", metavar="REASON", help="Promote without a report; the reason stands in the records.")
@click.option("--approved-by", help="Person who approved it.")
@moving_options
def command(
    model: str,
    version: str | None,
    canary: bool,
    gate_report: Path | None,
    without_gate: str | None,
    approved_by: str | None,
    registry: str | None,
    by: str | None,
    releases: Path,
    without_record: bool,
) -> None:
    """Make a version of MODEL the champion; the champion until now becomes @previous."""
    require_model(model)
    if version is not None:
        require_version(version)
    if (gate_report is None) == (without_gate is None):
        raise InputProblem(
            "promote/no-gate",
            "a promotion needs either the report of its gate (--gate-report) or the reason why there is none (--without-gate), "
            f"got {'neither' if gate_report is None else 'both'}",
        )
    place = open_registry(registry)
    report = None if gate_report is None else _passed(place, model, version, gate_report, approved_by)
    done = carry_out(
        place,
        records_in(releases, without=without_record),
        Wish(
            kind=MoveKind.CANARY if canary else MoveKind.PROMOTE,
            model=model,
            version=version,
            by=actor(by),
            at=now(),
            reason=without_gate,
            gate_result=PASSED if report else f"waived: {without_gate}",
            over=(report.champion or "") if report else None,
            approved_by=approved_by,
        ),
    )
    tell(model, done)


def _passed(registry: Registry, model: str, version: str | None, path: Path, approved_by: str | None) -> GateReport:
    report = GateReport.read(path)
    wanted = registry.find(model, version or version_of(registry.read(model).ledger, CHALLENGER))
    report.require_passed(model, wanted.version, wanted.artifact_sha256)
    report.require_approved(approved_by or wanted.approved_by)
    return report
