"""What a model was trained on: a file that somebody names, or the one that was registered with the version behind an alias."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from cdk8s_mlops_runtime.packing import sha256_of
from cdk8s_mlops_runtime.problems import Conflict, Tampered
from cdk8s_mlops_runtime.registry.registry import ModelName, Registry, require_reference, resolve

from .places import fetch

if TYPE_CHECKING:
    from pathlib import Path

_PARQUET = b"PAR1"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Trained:
    """A reference as it is here."""

    path: Path
    #: Before that, another model was asked. Nothing where nobody knows.
    since: datetime | None
    #: As it stands in the report.
    context: dict[str, Any]


class Reference(Protocol):
    """Where a reference comes from."""

    def fetch(self, folder: Path) -> Trained:
        """The file, whose hash is right."""
        ...


@dataclass(frozen=True, slots=True)
class ReferenceFile:
    """A file, and the hash that it must have."""

    address: str
    sha256: str | None = None

    def fetch(self, folder: Path) -> Trained:
        """It counts from when it was written, where that is known."""
        path, written = fetch(self.address, folder)
        if self.sha256 is not None:
            self._require(path, self.sha256)
        return Trained(path, written, {"uri": self.address, **({"sha256": self.sha256} if self.sha256 else {})})

    @staticmethod
    def _require(path: Path, expected: str) -> None:
        found = sha256_of(path)
        if found != expected:
            raise Tampered(
                "drift/other-reference",
                f"the reference '{path.name}' has SHA-256 {found}, expected was {expected}; take the one that was written with the model",
            )


@dataclass(frozen=True, slots=True)
class ReferenceOf:
    """What the version behind an alias was registered with. Each check asks anew: when the alias moves, so does what is compared with."""

    registry: Registry
    model: str
    alias: str

    def fetch(self, folder: Path) -> Trained:
        """It counts from when the version became the champion."""
        version = resolve(self.registry, ModelName(self.model, None, self.alias))
        sha256 = version.lineage.reference_sha256
        if sha256 is None:
            raise Conflict(
                "drift/no-reference",
                f"version '{version.version}', which '{self.model}@{self.alias}' stands for, was registered without a reference; "
                "let the training write one to REFERENCE_PATH and promote what it makes, or compare with a file until then ('--reference')",
            )
        path = folder / "reference"
        place = self.registry.fetch_reference(version, path)
        require_reference(version, path)
        since = None if version.live_since is None else datetime.fromisoformat(version.live_since)
        return Trained(_named_by_content(path), since, {"uri": place, "sha256": sha256, "version": version.version})


def _named_by_content(path: Path) -> Path:
    """Readers go by the end of a name, and a registry keeps a reference without one."""
    start = _first_bytes(path)
    packed = ".gz" if start.startswith(_GZIP) else ""
    if packed:
        with gzip.open(path) as file:
            start = file.read(len(_PARQUET))
    kind = ".parquet" if start == _PARQUET else ".jsonl" if start.startswith(b"{") else ".csv"
    return path.rename(path.with_name(f"{path.name}{kind}{packed}"))


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_PARQUET))
