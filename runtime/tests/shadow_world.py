"""What two models logged in a day, and a Pushgateway that keeps what it gets."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

DAY = "2027-01-30"


def line(request: int | str, prediction: Any, *, at: str = f"{DAY}T12:00:00Z", latency: float | None = 0.02, **more: Any) -> dict[str, Any]:
    """One record of a log."""
    return {"request_id": f"r{request}", "timestamp": at, "prediction": prediction, "latency_seconds": latency, **more}


def text(lines: Iterable[dict[str, Any]]) -> bytes:
    """A file of a log."""
    return "".join(f"{json.dumps(each)}\n" for each in lines).encode()


def write_log(folder: Path, lines: Iterable[dict[str, Any]], name: str = "2027/01/30/12.jsonl") -> Path:
    """A log with one file, and the address of the log."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text(lines)) if name.endswith(".gz") else text(lines))
    return folder


@contextmanager
def pushgateway(*statuses: int) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """A server that answers with the statuses in turn, the last one for ever, and the requests that it got."""
    got: list[tuple[str, str, str]] = []
    left = list(statuses)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        got.append((request.method, request.full_path.rstrip("?"), request.get_data(as_text=True)))
        status = left.pop(0) if len(left) > 1 else left[0]
        return Response("out of\nmemory" if status >= 400 else "", status=status)(environ, start_response)

    server = make_server("127.0.0.1", 0, answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        thread.join()
