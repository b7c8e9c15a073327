"""
Kill a command at each of its writes.

A write is what the interpreter itself reports: a file opened for writing, renamed, removed; a folder made or removed; a piece of a request that
changes something on a server. The command runs in a process of its own, which ends at the write as with SIGKILL: no handler, no `finally`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from typing import Any

KILLED = 137
_FILE_EVENTS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.symlink", "os.link"}
_CHANGING = re.compile(rb"(PUT|POST|PATCH|DELETE) ")
# nor scratch folders: nobody looks into them after the process that made them
_NO_FILES_OF_OURS = re.compile(r"/dev/|.*\.pyc|.*__pycache__|.*/mlops-(register|secure|git)-")


def run_and_kill(command: Callable[[], object], at: int) -> bool:
    """Run a command and kill it before its `at`-th write. Whether it got so far."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _kill_before(at)
            command()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {0, KILLED}, f"the command failed by itself, with {code}, when it was to be killed at write {at}"
    return code == KILLED


def _kill_before(at: int) -> None:
    seen = 0
    changing = False

    def hook(event: str, args: tuple[Any, ...]) -> None:
        nonlocal seen, changing
        if event == "http.client.send":
            data = args[1]
            if isinstance(data, bytes | bytearray) and re.match(rb"[A-Z]+ \S+ HTTP/1", data):
                changing = _CHANGING.match(data) is not None
            if not changing:
                return
        elif not _is_write(event, args):
            return
        seen += 1
        if seen == at:
            os._exit(KILLED)

    sys.addaudithook(hook)


def _is_write(event: str, args: tuple[Any, ...]) -> bool:
    if event in _FILE_EVENTS:
        return not _NO_FILES_OF_OURS.match(str(args[0]))
    if event == "open":
        path, mode, flags = args
        writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        return writes and isinstance(path, str | bytes | os.PathLike) and not _NO_FILES_OF_OURS.match(str(path))
    return False
