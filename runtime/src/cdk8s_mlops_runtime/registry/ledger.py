"""What a registry remembers about a model: which version each alias stands for, and the move that is under way."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cdk8s_mlops_runtime.problems import Tampered

from .version import ModelVersion

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
_REMEMBERED = 50


class MoveKind(StrEnum):
    """What can happen to a version after it was registered."""

    CANARY = "canary"
    PROMOTE = "promote"
    ROLLBACK = "rollback"
    REJECT = "reject"


class Outcome(StrEnum):
    """How far a move got. From `moved` and `undone` there is no way back."""

    INTENDED = "intended"
    MOVED = "moved"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Move:
    """One step in the life of a model, written down before anything is done."""

    id: str
    sequence: int
    kind: MoveKind
    version: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    changed: Mapping[str, ModelVersion]
    by: str
    at: str
    reason: str | None = None
    outcome: Outcome = Outcome.INTENDED
    problem: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As it stands in the ledger and in the audit record."""
        record = {
            "sequence": self.sequence,
            "move": self.kind.value,
            "version": self.version,
            "outcome": self.outcome.value,
            "by": self.by,
            "at": self.at,
            "reason": self.reason,
            "problem": self.problem,
            "before": dict(self.before),
            "after": dict(self.after),
            "changed": {name: version.to_json() for name, version in self.changed.items()},
            "id": self.id,
        }
        return {name: value for name, value in record.items() if value is not None}

    @classmethod
    def from_json(cls, record: Any, place: str) -> Move:
        """A move that was under way."""
        return cls(
            id=record["id"],
            sequence=record["sequence"],
            kind=MoveKind(record["move"]),
            version=record["version"],
            before=dict(record["before"]),
            after=dict(record["after"]),
            changed={name: ModelVersion.from_json(version, place) for name, version in record["changed"].items()},
            by=record["by"],
            at=record["at"],
            reason=record.get("reason"),
            outcome=Outcome(record["outcome"]),
            problem=record.get("problem"),
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """The state of one model. Moves are counted without gaps; `head` is the hash of the last audit record."""

    model: str
    sequence: int = 0
    aliases: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, ModelVersion] = field(default_factory=dict)
    pending: Move | None = None
    head: str | None = None
    recent: Mapping[str, str] = field(default_factory=dict)

    def intend(self, move: Move) -> Ledger:
        """A move is written down; nothing has changed yet."""
        return replace(self, pending=move)

    def carry_out(self) -> Ledger:
        """The move counts from here on."""
        move = self._under_way(Outcome.MOVED)
        return replace(self, aliases=dict(move.after), versions={**self.versions, **move.changed}, sequence=move.sequence, pending=move)

    def undo(self, problem: str) -> Ledger:
        """The move could not be made: it is told, and nothing has changed."""
        move = self._under_way(Outcome.UNDONE)
        return replace(self, sequence=move.sequence, pending=replace(move, changed={}, after=move.before, problem=problem))

    def close(self, record_sha256: str) -> Ledger:
        """The move is told everywhere."""
        move = self._pending()
        recent = dict([*self.recent.items(), (move.id, move.problem or move.outcome.value)][-_REMEMBERED:])
        return replace(self, pending=None, head=record_sha256, recent=recent)

    def _under_way(self, outcome: Outcome) -> Move:
        return replace(self._pending(), outcome=outcome)

    def _pending(self) -> Move:
        if self.pending is None:
            raise AssertionError(f"no move of '{self.model}' is under way")
        return self.pending

    def to_bytes(self) -> bytes:
        """The text that is stored, with a hash over itself."""
        content: dict[str, Any] = {
            "format": FORMAT,
            "model": self.model,
            "sequence": self.sequence,
            "aliases": dict(sorted(self.aliases.items())),
            "versions": {name: version.to_json() for name, version in self.versions.items()},
            "recent": dict(self.recent),
        }
        if self.head is not None:
            content["head"] = self.head
        if self.pending is not None:
            content["pending"] = self.pending.to_json()
        return f"{json.dumps({**content, 'contentSha256': _hash(content)}, indent=2, ensure_ascii=False)}\n".encode()

    @classmethod
    def from_bytes(cls, record: Any, model: str, place: str) -> Ledger:
        """What was stored, if it is whole, of this model, and agrees with itself."""
        try:
            content = dict(record)
            written_hash = content.pop("contentSha256")
            if content["format"] > FORMAT:
                raise Tampered(
                    "ledger/newer-format",
                    f"'{place}' was written by a newer runtime (format {content['format']}, known is {FORMAT}); take its image",
                )
            if content["model"] != model:
                raise Tampered(
                    "ledger/other-model", f"'{place}' is about '{content['model']}', not '{model}'; restore the object's last good version"
                )
            if written_hash != _hash(content):
                raise Tampered(
                    "ledger/changed-by-hand",
                    f"'{place}' was changed by hand: it is not what its hash says; restore the object's last good version",
                )
            ledger = cls(
                model=model,
                sequence=content["sequence"],
                aliases=content["aliases"],
                versions={name: ModelVersion.from_json(version, place) for name, version in content["versions"].items()},
                pending=Move.from_json(content["pending"], place) if "pending" in content else None,
                head=content.get("head"),
                recent=content["recent"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Tampered(
                "ledger/malformed", f"'{place}' is no manifest that we wrote ({error!r}); restore the object's last good version"
            ) from error
        return ledger


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
