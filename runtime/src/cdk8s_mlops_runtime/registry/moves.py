"""
How a version moves on in its life, in steps that a crash cannot tear apart.

1. The move is written into the ledger (`intended`): whoever comes next knows of it.
2. The artifact is put where pods load from, and its hash compared. If that cannot be done, the move is undone.
3. The ledger takes the move (`moved`): from here on it counts, and is only told.
4. Aliases, audit record and `releases/<model>.json` are brought in line, each so that doing it again changes nothing.
5. The ledger forgets that the move is under way.

After a crash the next run finds the move in the ledger and goes on with it, whoever that is: with conditional writes anybody may help, and where
there are none, a lock is held.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from cdk8s_mlops_runtime.object_store import LostRace
from cdk8s_mlops_runtime.problems import Conflict, Tampered

from .ledger import Ledger, Move, MoveKind, Outcome
from .registry import CHALLENGER, CHAMPION, PREVIOUS
from .version import ModelVersion, Status

if TYPE_CHECKING:
    from cdk8s_mlops_runtime.records import ReleaseRecords

    from .registry import Held, Registry

ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to happen."""

    kind: MoveKind
    model: str
    by: str
    at: str
    version: str | None = None
    reason: str | None = None
    gate_result: str | None = None
    over: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What happened: `sequence` is the number of the move, or none where the model was there already."""

    sequence: int | None
    version: str
    replaced: str | None


def carry_out(registry: Registry, records: ReleaseRecords, wish: Wish) -> Done:
    """Make a wish come true, or say who was faster."""
    with registry.exclusive(wish.model):
        return _Mover(registry, records, wish).run()


def settle(registry: Registry, records: ReleaseRecords, model: str) -> Ledger:
    """Complete or undo what an earlier run left under way, and bring everything in line."""
    with registry.exclusive(model):
        return _settle(registry, records, model).ledger


class _Mover:
    def __init__(self, registry: Registry, records: ReleaseRecords, wish: Wish) -> None:
        self.registry = registry
        self.records = records
        self.wish = wish
        self.id = uuid4().hex

    def run(self) -> Done:
        # what stands now is what the wish was made for, a move that an earlier run left under way included
        held = _settle(self.registry, self.records, self.wish.model)
        expected = dict(held.ledger.aliases)
        for _ in range(ATTEMPTS):
            if held.ledger.aliases != expected:
                raise self._lost(expected, held.ledger)
            move = self._plan(held.ledger)
            if move is None:
                return self._already(held.ledger)
            # a lost race is not told yet: an answer may have been lost instead, and the ledger knows whose move it holds
            with suppress(LostRace):
                self.registry.write(held.ledger.intend(move), held.token)
            held = _settle(self.registry, self.records, self.wish.model)
            outcome = held.ledger.recent.get(self.id)
            if outcome is not None:
                self.records.write(self.registry, self.wish.model)
                return self._outcome(move, outcome, held.ledger)
        raise Conflict(
            "move/crowded", f"others moved '{self.wish.model}' {ATTEMPTS} times while this move waited; find out who, then try again"
        )

    def _outcome(self, move: Move, outcome: str, ledger: Ledger) -> Done:
        if outcome != Outcome.MOVED:
            raise Tampered("move/undone", f"'{move.kind}' of version '{move.version}' of '{ledger.model}' was undone: {outcome}")
        return Done(move.sequence, move.version, move.before.get(CHAMPION))

    def _lost(self, expected: dict[str, str], ledger: Ledger) -> Conflict:
        before, after = expected.get(CHAMPION, "none"), ledger.aliases.get(CHAMPION, "none")
        return Conflict(
            "move/lost",
            f"somebody else moved '{ledger.model}' meanwhile: the champion was {before} and is {after} (move {ledger.sequence}); look at 'mlops audit', then decide again",
        )

    def _already(self, ledger: Ledger) -> Done:
        self.records.write(self.registry, self.wish.model)
        return Done(None, self.wish.version or ledger.aliases[CHALLENGER], None)

    def _plan(self, ledger: Ledger) -> Move | None:
        return {
            MoveKind.CANARY: self._canary,
            MoveKind.PROMOTE: self._promote,
            MoveKind.ROLLBACK: self._rollback,
            MoveKind.REJECT: self._reject,
        }[self.wish.kind](ledger)

    def _canary(self, ledger: Ledger) -> Move | None:
        version = self._wanted(ledger)
        if ledger.aliases.get(CHALLENGER) == version.version and version.status == Status.CANARY:
            return None
        self._require_not_live(ledger, version, "a canary")
        self._require_not_rejected(version)
        changed = [self._judged(version, Status.CANARY)]
        followed = ledger.aliases.get(CHALLENGER)
        if followed not in (None, version.version):
            changed.append(self.registry.find(version.model, followed).with_status(Status.STAGED))
        return self._move(ledger, version, {CHALLENGER: version.version}, changed)

    def _promote(self, ledger: Ledger) -> Move | None:
        version = self._wanted(ledger)
        champion = ledger.aliases.get(CHAMPION)
        if champion == version.version:
            return None
        self._require_not_rejected(version)
        self._require_judged_against(ledger, champion)
        changed = [replace(self._judged(version, Status.PRODUCTION), previous_version=champion, live_since=self.wish.at)]
        after = {CHAMPION: version.version}
        if champion is not None:
            after[PREVIOUS] = champion
            changed.append(self.registry.find(version.model, champion).with_status(Status.ARCHIVED))
        return self._move(ledger, version, after, changed, _challenger(ledger, version))

    def _rollback(self, ledger: Ledger) -> Move:
        if PREVIOUS not in ledger.aliases or CHAMPION not in ledger.aliases:
            raise Conflict(
                "move/nothing-before", f"'{ledger.model}' has no version to go back to; promote another one with 'mlops promote'"
            )
        failed = self.registry.find(ledger.model, ledger.aliases[CHAMPION])
        target = self.registry.find(ledger.model, ledger.aliases[PREVIOUS])
        # a second rollback goes further back, never forward to what failed
        earlier = self._earlier(target, {failed.version})
        after = {CHAMPION: target.version} if earlier is None else {CHAMPION: target.version, PREVIOUS: earlier}
        gone = [*_challenger(ledger, target), *([PREVIOUS] if earlier is None else [])]
        back = replace(target, status=Status.PRODUCTION, live_since=self.wish.at)
        return self._move(ledger, target, after, [back, failed.with_status(Status.REJECTED)], gone)

    def _reject(self, ledger: Ledger) -> Move | None:
        version = self._wanted(ledger)
        if version.status == Status.REJECTED:
            return None
        self._require_not_live(ledger, version, "rejected")
        after: dict[str, str] = {}
        gone = _challenger(ledger, version)
        if ledger.aliases.get(PREVIOUS) == version.version:
            earlier = self._earlier(self.registry.find(version.model, ledger.aliases[CHAMPION]), {version.version})
            after, gone = ({}, [*gone, PREVIOUS]) if earlier is None else ({PREVIOUS: earlier}, gone)
        return self._move(ledger, version, after, [version.with_status(Status.REJECTED)], gone)

    def _earlier(self, version: ModelVersion, bad: set[str]) -> str | None:
        """The last one that served before a version and was not rejected."""
        seen = {version.version}
        name = version.previous_version
        while name is not None and name not in seen:
            found = self.registry.find(version.model, name)
            if name not in bad and found.status != Status.REJECTED:
                return name
            seen.add(name)
            name = found.previous_version
        return None

    def _wanted(self, ledger: Ledger) -> ModelVersion:
        name = self.wish.version or ledger.aliases.get(CHALLENGER)
        if name is None:
            raise Conflict("move/no-challenger", f"'{ledger.model}' has no challenger; name the version with --version")
        return self.registry.find(ledger.model, name)

    def _judged(self, version: ModelVersion, status: Status) -> ModelVersion:
        gate_result = self.wish.gate_result or version.gate_result
        return replace(version, status=status, gate_result=gate_result, approved_by=self.wish.approved_by or version.approved_by)

    def _require_judged_against(self, ledger: Ledger, champion: str | None) -> None:
        if self.wish.over is not None and (champion or "") != self.wish.over:
            raise Conflict(
                "move/other-champion",
                f"the gate compared with '{self.wish.over or 'no champion'}', and the champion of '{ledger.model}' is {champion or 'none'} now; evaluate against it with 'mlops evaluate'",
            )

    @staticmethod
    def _require_not_rejected(version: ModelVersion) -> None:
        if version.status == Status.REJECTED:
            raise Conflict(
                "move/rejected",
                f"version '{version.version}' of '{version.model}' was rejected; register it again under another version if the reason is gone",
            )

    @staticmethod
    def _require_not_live(ledger: Ledger, version: ModelVersion, what: str) -> None:
        if ledger.aliases.get(CHAMPION) == version.version:
            raise Conflict(
                "move/is-live",
                f"version '{version.version}' of '{version.model}' is the champion and cannot be {what}; take it back with 'mlops rollback'",
            )

    def _move(
        self, ledger: Ledger, version: ModelVersion, after: dict[str, str], changed: list[ModelVersion], gone: list[str] | None = None
    ) -> Move:
        aliases = {name: value for name, value in {**ledger.aliases, **after}.items() if name not in (gone or [])}
        return Move(
            id=self.id,
            sequence=ledger.sequence + 1,
            kind=self.wish.kind,
            version=version.version,
            before=dict(ledger.aliases),
            after=aliases,
            changed={each.version: each for each in changed},
            by=self.wish.by,
            at=self.wish.at,
            reason=self.wish.reason,
        )


def _challenger(ledger: Ledger, version: ModelVersion) -> list[str]:
    """The alias that a version has to give up when it stops being tried."""
    return [CHALLENGER] if ledger.aliases.get(CHALLENGER) == version.version else []


def _settle(registry: Registry, records: ReleaseRecords, model: str) -> Held:
    """Go on with what is under way until nothing is. Losing a race here means that somebody else helped."""
    for _ in range(ATTEMPTS):
        held = registry.read(model)
        if held.ledger.pending is None:
            return held
        try:
            held = _go_on(registry, records, held)
        except LostRace:
            continue
        return held
    raise Conflict("move/unsettled", f"a move of '{model}' is taken over by others again and again; find out who, then try again")


def _go_on(registry: Registry, records: ReleaseRecords, held: Held) -> Held:
    move = held.ledger.pending
    if move is not None and move.outcome == Outcome.INTENDED:
        held = registry.write(_decide(registry, held.ledger, move), held.token)
    registry.apply(held.ledger)
    text = record_text(held.ledger)
    registry.audit(held.ledger.model).append(record_name(held.ledger.sequence), text)
    records.write(registry, held.ledger.model)
    return registry.write(held.ledger.close(hashlib.sha256(text.encode()).hexdigest()), held.token)


def _decide(registry: Registry, ledger: Ledger, move: Move) -> Ledger:
    """Carry the move out if every version that gets an alias can be loaded; otherwise undo it. Who does not get through leaves it to the next."""
    try:
        for version in {move.after[alias] for alias in (CHAMPION, CHALLENGER) if move.after.get(alias) == move.version}:
            registry.secure(move.changed[version])
    except (Tampered, Conflict) as problem:
        return ledger.undo(str(problem))
    return ledger.carry_out()


def record_name(sequence: int) -> str:
    """Name of an audit record: there is one per move, in the order of the moves."""
    return f"moves/{sequence:010d}"


def record_text(ledger: Ledger) -> str:
    """The audit record of the move that is under way; it names the hash of the one before."""
    assert ledger.pending is not None  # noqa: S101
    record = {"model": ledger.model, **ledger.pending.to_json()}
    record.pop("id")
    if ledger.head is not None:
        record["previousRecordSha256"] = ledger.head
    return f"{json.dumps(record, indent=2, ensure_ascii=False)}\n"
