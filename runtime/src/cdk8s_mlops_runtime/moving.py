"""What the commands that move versions have in common."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .problems import InputProblem
from .records import ReleaseRecords

if TYPE_CHECKING:
    from .registry.moves import Done

Command = TypeVar("Command", bound=Callable[..., Any])


def moving_options(command: Command) -> Command:
    """Options of every command that moves a version."""
    for option in (
        click.option("--registry", help="Address of the registry. The environment's if left out."),
        click.option("--by", help="Person or pipeline that does it. Whoever is logged in if left out."),
        click.option(
            "--releases",
            type=click.Path(path_type=Path),
            default=Path("releases"),
            show_default=True,
            help="Folder of the release records.",
        ),
        click.option("--without-record", is_flag=True, help="Write no release record: there is no working copy of Git here."),
    ):
        command = option(command)
    return command


def actor(by: str | None) -> str:
    """Who does it: said, or known."""
    known = by or os.environ.get("MLOPS_BY") or os.environ.get("GITHUB_ACTOR")
    if known:
        return known
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise InputProblem(
            "move/nobody", "nobody is logged in here, so say who does it with --by or MLOPS_BY; it stands in the audit record"
        ) from None


def now() -> str:
    """The time as it stands in records."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def records_in(folder: Path, *, without: bool) -> ReleaseRecords:
    """Where release records go."""
    return ReleaseRecords(None if without else folder)


def tell(model: str, done: Done) -> None:
    """One line for people and logs."""
    if done.sequence is None:
        click.echo(f"{model}/{done.version} is there already")
        return
    before = f", before it was {done.replaced}" if done.replaced else ""
    click.echo(f"{model}: move {done.sequence} is made, version {done.version}{before}")
