"""`releases/<model>.json`: what the library reads when it synthesizes, and what Git remembers."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .packing import write_whole
from .registry.registry import CHAMPION
from .release import release_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .registry.registry import Registry


class ReleaseRecords:
    """A folder of release records, or none: a cluster has no working copy of Git."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def write(self, registry: Registry, model: str) -> None:
        """Write the record of the champion. Of several processes the last writes what is true then."""
        if self.folder is None:
            return
        with self._alone(self.folder):
            champion = registry.read(model).ledger.aliases.get(CHAMPION)
            if champion is None:
                return
            path = self.folder / f"{model}.json"
            text = release_text(registry.find(model, champion).to_release())
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                write_whole(path, text)

    @staticmethod
    @contextmanager
    def _alone(folder: Path) -> Iterator[None]:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
