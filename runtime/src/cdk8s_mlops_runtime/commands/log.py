"""`mlops log`: takes predictions of the server beside it, and writes what may leave the pod into the predictions log."""

from __future__ import annotations

import os
import signal
import threading
from uuid import uuid4

import click

from cdk8s_mlops_runtime.object_store import ObjectStore
from cdk8s_mlops_runtime.prediction_log.record import Recorder, Redaction
from cdk8s_mlops_runtime.prediction_log.server import Agent
from cdk8s_mlops_runtime.prediction_log.spool import Spool
from cdk8s_mlops_runtime.problems import Conflict
from cdk8s_mlops_runtime.release import require_model, require_version


@click.command("log")
@click.argument("model")
@click.option("--version", "model_version", required=True, help="Version that answers.")
@click.option("--to", "folder", required=True, help="Folder of the log, such as 's3://acme-registry/predictions-log/fraud-detection/'.")
@click.option("--column", "columns", multiple=True, help="Column that may leave the pod as it is. What is not named stays.")
@click.option("--hash", "hashed", multiple=True, help="Column of which a hash may leave, with the secret in PREDICTION_LOG_HASH_KEY.")
@click.option("--share", default=1.0, show_default=True, help="Share of the requests. A request and its copy have the same lot.")
@click.option("--every", default=60, show_default=True, type=click.IntRange(min=1), help="Seconds between two files.")
@click.option(
    "--keep",
    default=64,
    show_default=True,
    type=click.IntRange(min=1),
    help="MiB of rows that are kept while the bucket cannot be reached.",
)
@click.option("--port", default=9092, show_default=True, type=click.IntRange(min=0, max=65_535), help="Port of this pod.")
def command(
    model: str,
    model_version: str,
    folder: str,
    columns: tuple[str, ...],
    hashed: tuple[str, ...],
    share: float,
    every: int,
    keep: int,
    port: int,
) -> None:
    """Write what MODEL is asked and answers into its predictions log."""
    redaction = Redaction(columns, hashed, os.environ.get("PREDICTION_LOG_HASH_KEY", "").encode())
    recorder = Recorder(require_model(model), require_version(model_version), redaction, share)
    writer = f"{os.environ.get('HOSTNAME', 'agent')}-{uuid4().hex[:8]}"
    spool = Spool(ObjectStore(folder), writer, keep * 1024 * 1024, lambda text: click.echo(text, err=True))
    run(_listen(port, recorder, spool), every)


def _listen(port: int, recorder: Recorder, spool: Spool) -> Agent:
    try:
        return Agent(port, recorder, spool)
    except OSError as error:
        raise Conflict(
            "log/port-taken", f"port {port} of this pod is taken ({error.strerror}); choose another one for the agent"
        ) from error


def run(agent: Agent, every: float) -> None:
    """Serve until the pod ends. The server is gone by then, so the last predictions are here and are written."""
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    thread = threading.Thread(target=agent.serve_forever, daemon=True)
    thread.start()
    click.echo(f"taking predictions on port {agent.server_port}")
    while not ended.wait(every):
        agent.spool.flush()
    agent.shutdown()
    agent.server_close()
    thread.join()
    written = agent.spool.flush()
    lost = agent.spool.lost + (0 if written else agent.spool.waiting)
    click.echo(f"{agent.spool.written} predictions written, {agent.left_out} left out, {agent.refused} refused, {lost} lost")
