"""Fetch a large file that may break off on the way."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, BinaryIO

from .packing import CHUNK
from .problems import Conflict, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

ATTEMPTS = 5
PAUSE_SECONDS = 0.5


def download(reader: Callable[[int], AbstractContextManager[BinaryIO | None]], target: Path, place: str) -> None:
    """
    Write what `reader` gives to a file, and go on where an earlier attempt, or an earlier process, was interrupted.

    An attempt counts only if nothing new arrived. The caller compares the hash: what was there already may be of another file.
    """
    failures = 0
    while True:
        before = _size(target)
        try:
            _append(reader, target, place)
        except _broken() as error:
            failures = failures + 1 if _size(target) == before else 1
            if failures >= ATTEMPTS:
                raise Unreachable(
                    "load/broken-off",
                    f"'{place}' broke off after {_size(target)} bytes, {ATTEMPTS} times without a byte more ({error}); try again, the next run goes on from there",
                ) from error
            time.sleep(PAUSE_SECONDS * 2 ** (failures - 1))
        else:
            return


def _append(reader: Callable[[int], AbstractContextManager[BinaryIO | None]], target: Path, place: str) -> None:
    start = _size(target)
    with reader(start) as source:
        if source is None:
            if start > 0:
                # the file ends here, or is shorter than what we have: the hash tells
                return
            raise Conflict(
                "load/missing",
                f"'{place}' is not there, or not for us to read; promote the version, look for a slip in the address, or give the role of this pod the grant of its command ('registry.grants')",
            )
        with target.open("ab") as file:
            while piece := source.read(CHUNK):
                file.write(piece)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _broken() -> tuple[type[Exception], ...]:
    from botocore.exceptions import HTTPClientError, IncompleteReadError  # noqa: PLC0415
    from urllib3.exceptions import HTTPError  # noqa: PLC0415

    return (OSError, HTTPClientError, IncompleteReadError, HTTPError)
