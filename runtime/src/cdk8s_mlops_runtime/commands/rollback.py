"""`mlops rollback`: one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cdk8s_mlops_runtime.moving import actor, moving_options, now, records_in, tell
from cdk8s_mlops_runtime.registry.ledger import MoveKind
from cdk8s_mlops_runtime.registry.moves import Wish, carry_out
from cdk8s_mlops_runtime.registry.open import open_registry
from cdk8s_mlops_runtime.release import require_model

if TYPE_CHECKING:
    from pathlib import Path


@click.command("rollback")
@click.argument("model")
@click.option("--reason", help="What went wrong; it stands in the audit record.")
@moving_options
def command(
    model: str,
    reason: str | None,
    registry: str | None,
    by: str | None,
    releases: Path,
    without_record: bool,
) -> None:
    """Make @previous of MODEL the champion again; the champion until now is rejected. A second call goes further back."""
    wish = Wish(kind=MoveKind.ROLLBACK, model=require_model(model), by=actor(by), at=now(), reason=reason)
    tell(model, carry_out(open_registry(registry), records_in(releases, without=without_record), wish))
