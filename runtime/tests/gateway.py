"""A mock of the Pushgateway: it takes what the real one takes by the rules of its API, and adds the time of the push as the real one does."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Labels = frozenset[tuple[str, str]]
_LINE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)*)\})? (\S+)')
_LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"')
_SELECTOR = re.compile(r"([a-z_]+)\{([^}]*)\}")


@dataclass
class Gateway:
    """Groups of numbers, by the labels of the group."""

    url: str = ""
    refuse: list[int] = field(default_factory=list)
    groups: dict[Labels, dict[tuple[str, Labels], float]] = field(default_factory=dict)
    bodies: list[str] = field(default_factory=list)

    def put(self, path: str, body: str) -> None:
        """Replace a group. The labels of the group win over those of a line."""
        parts = path.strip("/").split("/")
        assert parts[0] == "metrics"
        assert parts[1] == "job"
        group = dict(zip(parts[1::2], parts[2::2], strict=True))
        series = {}
        for line in body.splitlines():
            if not line.startswith("#"):
                match = _LINE.fullmatch(line)
                assert match, f"the text format has no such line: {line}"
                labels = {**dict(_LABEL.findall(match[2] or "")), **group}
                key = (match[1], frozenset(labels.items()))
                assert key not in series, f"twice: {line}"
                series[key] = float(match[3])
        series["push_time_seconds", frozenset(group.items())] = time.time()
        self.groups[frozenset(group.items())] = series
        self.bodies.append(body)

    def select(self, query: str) -> dict[Labels, float]:
        """The series of the one selector in a query."""
        [(name, matchers)] = _SELECTOR.findall(query)
        asked = set(_LABEL.findall(matchers))
        return {
            labels: value for group in self.groups.values() for (found, labels), value in group.items() if found == name and asked <= labels
        }


@contextmanager
def serve() -> Iterator[Gateway]:
    """A gateway on a port of its own."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status = gateway.refuse.pop(0) if gateway.refuse else 200
            if status == 200:
                gateway.put(self.path, body)
            self.send_response(status)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"words")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    gateway.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield gateway
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
