"""Every way to be told off, with the whole message: `test_errors.py` compares the ids here with the ids in the sources."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class World:
    """What a case may use: a folder, a registry in S3, and the command line."""

    folder: Path
    bucket: str
    run: Callable[..., object]


@dataclass(frozen=True)
class ErrorCase:
    """One wrong use, and what its user reads."""

    id: str
    when: str
    provoke: Callable[[World], object]
    message: str
    exit_code: int = 2


def all_cases() -> list[ErrorCase]:
    """The cases of all files `cases_*.py`."""
    modules = [name for _, name, _ in pkgutil.iter_modules([str(Path(__file__).parent)]) if name.startswith("cases_")]
    return [case for name in sorted(modules) for case in importlib.import_module(name).CASES]
