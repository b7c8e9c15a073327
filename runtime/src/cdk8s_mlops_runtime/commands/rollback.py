"""`mlops rollback`: one call."""

from __future__ import annotations

from pathlib import Path

import click

from cdk8s_mlops_runtime.moving import actor, moving_options, now, records_in, tell
from cdk8s_mlops_runtime.packing import write_whole
from cdk8s_mlops_runtime.registry.ledger import MoveKind
from cdk8s_mlops_runtime.registry.moves import Wish, carry_out
from cdk8s_mlops_runtime.registry.open import open_registry
from cdk8s_mlops_runtime.release import require_model


@click.command("rollback")
@click.argument("model")
@click.option("--reason", help="What went wrong; it stands in the audit record.")
@click.option("--version-file", type=click.Path(dir_okay=False, path_type=Path), help="File for the version, where a later step reads it.")
@moving_options
def command(
    model: str,
    reason: str | None,
    version_file: Path | None,
    registry: str | None,
    by: str | None,
    releases: Path,
    without_record: bool,
) -> None:
    """Make @previous of MODEL the champion again; the champion until now is rejected. A second call goes further back."""
    wish = Wish(kind=MoveKind.ROLLBACK, model=require_model(model), by=actor(by), at=now(), reason=reason)
    done = carry_out(open_registry(registry), records_in(releases, without=without_record), wish)
    if version_file is not None:
        write_whole(version_file, done.version)
    tell(model, done)
