"""What a server posts its predictions to: an agent in the same pod, which nobody outside can reach."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

from .record import NotAPrediction, Recorder

if TYPE_CHECKING:
    from .spool import Spool

# a prediction is small; what is not is a mistake
MOST_BYTES = 4 * 1024 * 1024


class Agent(ThreadingHTTPServer):
    """Takes predictions on a port of this pod, one or a list of them at a time, and answers at once."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, port: int, recorder: Recorder, spool: Spool) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.recorder = recorder
        self.spool = spool
        self.refused = 0
        self.left_out = 0
        self.counting = threading.Lock()

    def take(self, body: bytes, request_id: str | None) -> None:
        """Keep what is in the sample."""
        posted = json.loads(body)
        several = isinstance(posted, list)
        rows = [self.recorder.row(each, None if several else request_id) for each in (posted if several else [posted])]
        for row in rows:
            if row is not None:
                self.spool.add(row)
        with self.counting:
            self.left_out += sum(row is None for row in rows)

    def numbers(self) -> str:
        """What happened so far, as Prometheus reads it."""
        counts = {
            "written": self.spool.written,
            "waiting": self.spool.waiting,
            "lost": self.spool.lost,
            "left_out": self.left_out,
            "refused": self.refused,
        }
        lines = [f'prediction_log_records{{state="{state}"}} {count}\n' for state, count in counts.items()]
        return "".join(
            ["# HELP prediction_log_records Predictions by what became of them.\n", "# TYPE prediction_log_records gauge\n", *lines]
        )


class _Handler(BaseHTTPRequestHandler):
    server: Agent
    protocol_version = "HTTP/1.1"
    # a connection that says nothing any more gives its thread back
    timeout: ClassVar[float] = 120
    # an answer is one packet, and is not kept for a second one
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 < length <= MOST_BYTES:
            self.close_connection = True
            self._answer(413 if length else 411, f"a body of 1 to {MOST_BYTES} bytes is expected, got {length}\n")
            return
        try:
            self.server.take(self.rfile.read(length), self.headers.get("X-Request-Id"))
        except (NotAPrediction, ValueError) as error:
            with self.server.counting:
                self.server.refused += 1
            self._answer(400, f"{error}\n")
            return
        self._answer(202, "")

    def do_GET(self) -> None:
        self._answer(200, self.server.numbers())

    def _answer(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """A line for each prediction would be a second log."""
