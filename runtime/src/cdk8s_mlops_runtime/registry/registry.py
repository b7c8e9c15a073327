"""What every registry can do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cdk8s_mlops_runtime.packing import sha256_of
from cdk8s_mlops_runtime.problems import Conflict, InputProblem, Tampered

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from cdk8s_mlops_runtime.release import Lineage

    from .ledger import Ledger
    from .version import ModelVersion

CHAMPION = "champion"
CHALLENGER = "challenger"
PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Held:
    """A ledger as it was read, and what a conditional write has to name."""

    ledger: Ledger
    token: str | None


class AuditTrail(Protocol):
    """Who did what: written once, never changed."""

    def append(self, name: str, text: str) -> None:
        """Keep a record. Keeping it again changes nothing."""
        ...

    def records(self) -> dict[str, str]:
        """The texts of all records by name, sorted."""
        ...


class Registry(Protocol):
    """Where versions of models live."""

    def register(self, model: str, version: str | None, artifact: Path, lineage: Lineage, reference: Path | None = None) -> ModelVersion:
        """Hand in a candidate, and what it was trained on. Doing so again with the same content changes nothing."""
        ...

    def find(self, model: str, version: str) -> ModelVersion:
        """What is known about a version."""
        ...

    def fetch(self, version: ModelVersion, archive: Path) -> None:
        """Write the packed artifact of a version to a file, whose hash the caller compares."""
        ...

    def fetch_reference(self, version: ModelVersion, target: Path) -> str:
        """Write what a version was trained on to a file, whose hash the caller compares. Returns where it is."""
        ...

    def exclusive(self, model: str) -> AbstractContextManager[None]:
        """Keep others from moving this model, where the registry has no conditional writes."""
        ...

    def read(self, model: str) -> Held:
        """The ledger of a model."""
        ...

    def write(self, ledger: Ledger, token: str | None) -> Held:
        """Replace the ledger that was read. Raises `LostRace` if somebody else did so meanwhile."""
        ...

    def secure(self, version: ModelVersion) -> None:
        """See to it that pods can load the version and that its hash is right, or say why not."""
        ...

    def apply(self, ledger: Ledger) -> None:
        """Say in the registry's own terms what the ledger says."""
        ...

    def audit(self, model: str) -> AuditTrail:
        """The audit trail of a model."""
        ...


@dataclass(frozen=True, slots=True)
class ModelName:
    """A version of a model as people name it: `fraud-detection/7` or `fraud-detection@champion`."""

    model: str
    version: str | None
    alias: str | None

    @classmethod
    def parse(cls, text: str) -> ModelName:
        """Read a name, with or without `models:/`."""
        match = re.fullmatch(r"(?:models:/)?([^/@]+)(?:/([^/@]+)|@([^/@]+))", text)
        if match is None:
            raise InputProblem(
                "model/malformed-reference", f"a version must be named '<model>/<version>' or '<model>@<alias>', got '{text}'"
            )
        return cls(match[1], match[2], match[3])


def require_reference(version: ModelVersion, path: Path) -> None:
    """A reference that was fetched has to be the one that the version was registered with."""
    found = sha256_of(path)
    if found != version.lineage.reference_sha256:
        raise Tampered(
            "registry/reference-changed",
            f"the reference of version '{version.version}' of '{version.model}' has the hash {found}, registered was "
            f"{version.lineage.reference_sha256}; restore what was registered, or register the version again under another name",
        )


def resolve(registry: Registry, name: ModelName) -> ModelVersion:
    """The version behind a name."""
    version = name.version or version_of(registry.read(name.model).ledger, name.alias or CHAMPION)
    return registry.find(name.model, version)


def version_of(ledger: Ledger, alias: str) -> str:
    """The version that an alias stands for."""
    if alias not in ledger.aliases:
        known = ", ".join(f"@{name}" for name in sorted(ledger.aliases)) or "none"
        raise Conflict(
            "registry/alias-missing", f"'{ledger.model}@{alias}' stands for no version, there is {known}; promote one with 'mlops promote'"
        )
    return ledger.aliases[alias]
