"""`mlops pack`: the one file of a model, for whoever signs it before it is registered."""

from __future__ import annotations

from pathlib import Path

import click

from cdk8s_mlops_runtime import packing


@click.command("pack")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def command(source: Path, target: Path) -> None:
    """Pack SOURCE, a file or a folder, into TARGET. The same content gives the same bytes, wherever it is packed."""
    click.echo(packing.pack(source, target))
