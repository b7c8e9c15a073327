"""`mlops stage`: lets a version take over stage by stage where no controller does it."""

from __future__ import annotations

import signal
import socket
import threading
import time
from pathlib import Path
from uuid import uuid4

import click

from cdk8s_mlops_runtime.cluster_object import ClusterObject, load_cluster
from cdk8s_mlops_runtime.staging.settings import Settings
from cdk8s_mlops_runtime.staging.stager import Stager, Stopped

EVERY = 5.0


@click.command("stage")
@click.option(
    "--settings", "path", type=click.Path(path_type=Path), required=True, help="File that says what is staged, where, and how it is judged."
)
@click.option("--namespace", help="Namespace of the object, where the file does not say it.")
@click.option("--again", is_flag=True, help="Try once more what was sent back before.")
def command(path: Path, namespace: str | None, again: bool) -> None:
    """Give a version more and more of the requests while its guardrails hold; take them all back as soon as one does not, or on SIGTERM."""
    end = threading.Event()
    # what is killed politely takes its share back
    signal.signal(signal.SIGTERM, lambda *_: end.set())
    settings = Settings.read(path, namespace)
    load_cluster()

    def wait(seconds: float) -> None:
        if end.wait(seconds):
            raise Stopped

    stager = Stager(
        settings=settings,
        target=ClusterObject(settings.place, "the object"),
        ready=None if settings.ready is None else ClusterObject(settings.ready, "the object"),
        run_id=f"{socket.gethostname()}-{uuid4().hex[:8]}",
        clock=time.monotonic,
        wall=time.time,
        wait=wait,
        pause=time.sleep,
        say=click.echo,
        every=EVERY,
    )
    try:
        click.echo(stager.run(again=again))
    except Stopped:
        raise SystemExit(143) from None
