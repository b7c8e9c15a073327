"""`mlops reject`: what a rollout says that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cdk8s_mlops_runtime.moving import actor, moving_options, now, records_in, tell
from cdk8s_mlops_runtime.registry.ledger import MoveKind
from cdk8s_mlops_runtime.registry.moves import Wish, carry_out
from cdk8s_mlops_runtime.registry.open import open_registry
from cdk8s_mlops_runtime.release import require_model, require_version

if TYPE_CHECKING:
    from pathlib import Path


@click.command("reject")
@click.argument("model")
@click.option("--version", help="Version to reject. The challenger if left out.")
@click.option("--reason", required=True, help="Why; it stands in the audit record.")
@moving_options
def command(
    model: str,
    version: str | None,
    reason: str,
    registry: str | None,
    by: str | None,
    releases: Path,
    without_record: bool,
) -> None:
    """Say that a version of MODEL will not serve. The champion cannot be rejected: it is rolled back."""
    if version is not None:
        require_version(version)
    wish = Wish(kind=MoveKind.REJECT, model=require_model(model), version=version, by=actor(by), at=now(), reason=reason)
    tell(model, carry_out(open_registry(registry), records_in(releases, without=without_record), wish))
