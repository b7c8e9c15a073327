"""Rows on their way to the bucket."""

from __future__ import annotations

import gzip
import threading
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from cdk8s_mlops_runtime.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

# rows of a file, at most
FILE_ROWS = 20_000


class Bucket(Protocol):
    """Where files go."""

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Write a file."""
        ...


class Spool:
    """
    Keeps rows until they are written. It never makes a server wait: while the bucket cannot be reached rows are kept, and above a limit the oldest go,
    and are counted.
    """

    def __init__(self, bucket: Bucket, writer: str, limit: int, tell: Callable[[str], None]) -> None:
        self._bucket = bucket
        self._writer = writer
        # in bytes: rows are of all sizes, and memory is not
        self._limit = limit
        self._bytes = 0
        self._tell = tell
        self._rows: deque[bytes] = deque()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._files = 0
        self.written = 0
        self.lost = 0

    def add(self, row: bytes) -> None:
        """Keep a row."""
        with self._lock:
            self._rows.append(row)
            self._bytes += len(row)
            while self._bytes > self._limit:
                self._bytes -= len(self._rows.popleft())
                self.lost += 1

    @property
    def waiting(self) -> int:
        """Rows that are not written yet."""
        return len(self._rows)

    def flush(self) -> bool:
        """Write all that waits. Says whether it is written."""
        with self._writing:
            while rows := self._take():
                if not self._write(rows):
                    with self._lock:
                        self._rows.extendleft(reversed(rows))
                        self._bytes += sum(map(len, rows))
                    return False
        return True

    def _take(self) -> list[bytes]:
        with self._lock:
            rows = [self._rows.popleft() for _ in range(min(len(self._rows), FILE_ROWS))]
            self._bytes -= sum(map(len, rows))
            return rows

    def _write(self, rows: list[bytes]) -> bool:
        # the name never repeats: an attempt that arrived though nobody answered is written over by its repetition, not beside it
        key = f"{datetime.now(UTC):%Y/%m/%d/%H}/{self._writer}-{self._files:06}.jsonl.gz"
        try:
            self._bucket.put(key, gzip.compress(b"".join(rows), 6, mtime=0), "application/gzip")
        except Problem as problem:
            self._tell(f"{len(rows)} predictions are not written yet, {self.lost} were lost: {problem}")
            return False
        self._files += 1
        self.written += len(rows)
        return True
