"""
The stepper: gives a new version its share, watches it, gives it more, or takes everything back.

What it did stands in an annotation of the object whose shares it moves, written together with them in one patch: there is no moment at which the two
disagree. Whoever runs next, after whatever end, reads it there: it continues where the version was on its way, begins again where a run was stopped, and
leaves alone what was sent back or has arrived.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, cast

from cdk8s_mlops_runtime.problems import Conflict, Unreachable, Verdict

from .guardrails import Breach, Judgement
from .shares import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from .settings import Settings, Stage
    from .shares import Position

ANNOTATION = "cdk8s-mlops.io/stage"
MANAGER = "mlops-stage"

MOVING, DONE, SENT_BACK, STOPPED = "moving", "done", "sent-back", "stopped"


class StagedObject(Protocol):
    """What the stepper does with a cluster."""

    def get(self) -> dict[str, Any]:
        """The object as it is now."""

    def patch(self, body: dict[str, Any], manager: str | None = None) -> None:
        """A JSON merge patch; refused where the object is no longer the one that `resourceVersion` names."""


class Stopped(Exception):  # noqa: N818 - what happened, not an error
    """Somebody wants this program to end."""


@dataclass(frozen=True, slots=True)
class State:
    """What the annotation says."""

    subject: str
    phase: str
    stage: int
    weight: int
    stable: str
    candidate: str
    #: When the version got its first share, in seconds since 1970.
    began: float
    #: Who wrote it.
    run: str
    why: str = ""

    @classmethod
    def of(cls, live: dict[str, Any]) -> State | None:
        """What an object says; nothing where nobody staged it, or in words of another program."""
        try:
            return cls(**json.loads((live["metadata"].get("annotations") or {})[ANNOTATION]))
        except (KeyError, ValueError, TypeError):
            return None

    def text(self) -> str:
        """As it stands in the annotation."""
        return json.dumps(asdict(self), sort_keys=True)


@dataclass
class Stager:
    """One run."""

    settings: Settings
    target: StagedObject
    #: Says whether the new version can answer, where that is another object.
    ready: StagedObject | None
    run_id: str
    #: Seconds, for durations.
    clock: Callable[[], float]
    #: Seconds since 1970, for what other runs read.
    wall: Callable[[], float]
    #: Waits so many seconds, or raises `Stopped` as soon as somebody wants an end.
    wait: Callable[[float], None]
    #: Waits, whoever wants an end.
    pause: Callable[[float], None]
    say: Callable[[str], None]
    #: Seconds between two looks at the object.
    every: float = 5.0
    _state: State | None = field(default=None, init=False)

    def run(self, *, again: bool = False) -> str:
        """Stage the version; says how that ended, or raises what stood in the way."""
        try:
            first = self._join(again=again)
            if isinstance(first, str):
                return first
            for number in range(first, len(self.settings.stages)):
                self._pass_stage(number)
            self._write(replace(self._moving, phase=DONE))
        except Stopped:
            self._go_back(STOPPED, "the run was stopped")
            raise
        return f"'{self._moving.candidate}' has all requests"

    @property
    def _moving(self) -> State:
        return cast("State", self._state)

    def _join(self, *, again: bool) -> int | str:
        """The stage that comes next, or why there is none."""
        live = self._look()
        found, position = State.of(live), self._position(live)
        if found is not None and found.subject == self.settings.subject and position.is_ours:
            if found.phase == DONE:
                return f"'{found.candidate}' got all requests before, so there is nothing to stage"
            if found.phase == SENT_BACK and not again:
                raise Verdict(
                    "stage/sent-back-before", f"'{found.candidate}' was sent back: {found.why}; hand in another version, or say --again"
                )
            # shares that somebody changed meanwhile are no stage to go on from
            if found.phase == MOVING and found.weight == position.weight:
                self._state = found
                self.say(f"continues at {found.weight} %")
                return found.stage
        return self._begin()

    def _begin(self) -> int | str:
        """Waits until the new version can answer. Where none served before, it keeps all requests, but under its own name."""
        position = self._wait_until_ready()
        candidate, weight = str(position.candidate), self.settings.stages[0].weight
        state = State(self.settings.subject, MOVING, 0, weight, position.stable or candidate, candidate, self.wall(), self.run_id)
        if position.stable is not None:
            self._write(state)
            return 0
        if not self.settings.is_first:
            raise Conflict(
                "stage/no-version-before",
                f"'{self.settings.subject}' has all requests before anybody judged it, since they go to whatever is the latest; "
                "name the version that serves in the manifest, and apply it again",
            )
        self._write(replace(state, phase=DONE, weight=WHOLE))
        return "there is no version before, so there is nothing to stage"

    def _wait_until_ready(self) -> Position:
        began = self.clock()
        while True:
            position = self._position(self._look(), None if self.ready is None else self._look_if_there(self.ready))
            # KServe says a little late which revision a manifest has made
            is_told = position.stable is not None or self.settings.is_first or position.weight == WHOLE
            if position.is_ours and position.is_ready and is_told:
                return position
            if self.clock() - began >= self.settings.ready_within:
                break
            self.wait(self.every)
        if not position.is_ours:
            raise self._other_version()
        raise Verdict(
            "stage/never-ready",
            f"'{self.settings.subject}' could not answer within {self.settings.ready_within:.0f} s, and got no request; look at its pods",
        )

    def _pass_stage(self, number: int) -> None:
        """Gives the version the share of a stage, and judges it for as long as the stage lasts."""
        stage = self.settings.stages[number]
        state = replace(self._moving, stage=number, weight=stage.weight, run=self.run_id)
        if state != self._moving:
            self._write(state)
        self.say(f"'{self._moving.candidate}' has {stage.weight} %")
        began = self.clock()
        # what a window holds of the time before the first share says nothing of the version
        known = self.wall() - self._moving.began if number == 0 else stage.first_measurement
        delay = min(max(stage.first_measurement - known, 0.0), stage.first_measurement) if number == 0 else stage.first_measurement
        judgement = self._judgement(stage, int((stage.seconds - delay) // self.settings.policy.interval) + 1)
        try:
            for measured in range(judgement.count):
                self._watch(began + delay + measured * self.settings.policy.interval)
                judgement.measure(self.clock() - began)
            self._watch(began + stage.seconds)
        except Breach as breach:
            self._go_back(SENT_BACK, str(breach))
            raise Verdict(
                "stage/sent-back",
                f"'{self._moving.candidate}' was sent back at {stage.weight} %, and '{self._moving.stable}' has all requests: {breach}",
            ) from breach

    def _judgement(self, stage: Stage, count: int) -> Judgement:
        settings, state = self.settings, self._moving
        arguments = {"canary-hash": state.candidate, "stable-hash": state.stable, "namespace": settings.place.namespace}
        return Judgement(stage.guardrails, settings.policy, settings.prometheus, arguments, count, self.clock, self.wait, self.say)

    def _watch(self, until: float) -> None:
        """Waits, and sees to it that nobody else moves the shares meanwhile."""
        while True:
            live = self._look_if_there(self.target)
            if live is not None:
                self._require_ours(live)
            left = until - self.clock()
            if left <= 0:
                return
            self.wait(min(self.every, left))

    def _require_ours(self, live: dict[str, Any]) -> None:
        """The object is as this program left it: annotation and shares are written together, so they differ only where somebody else wrote."""
        found, position = State.of(live), self._position(live)
        if found is not None and found.run not in {self.run_id, self._moving.run}:
            raise Conflict("stage/other-run", f"'{found.run}' stages '{found.subject}' now, so this run ends and changes nothing")
        if not position.is_ours or position.candidate != self._moving.candidate:
            self._go_back(STOPPED, "another version came")
            raise self._other_version()
        if found is None or found.weight != position.weight:
            self._go_back(SENT_BACK, f"somebody else changed its share to {position.weight} %")
            raise Conflict(
                "stage/changed-meanwhile",
                f"somebody else changed the share of '{self._moving.candidate}' to {position.weight} %, so it went back; "
                "let nobody else write it, or start again with --again",
            )

    def _other_version(self) -> Conflict:
        return Conflict(
            "stage/other-version", f"the object describes another version than '{self.settings.subject}', which is no longer staged"
        )

    def _position(self, live: dict[str, Any], ready: dict[str, Any] | None = None) -> Position:
        return self.settings.shares.look(live, ready)

    def _go_back(self, phase: str, why: str) -> None:
        """Takes the whole share back, and does not give up before that is done or somebody else decides."""
        if self._state is None:
            return
        self.say(f"goes back: {why}")
        back = replace(self._state, phase=phase, weight=0, why=why)
        while True:
            try:
                live = self.target.get()
                found = State.of(live)
                if found is not None and found.run != self.run_id and found != self._state:
                    self.say(f"'{found.run}' decides now")
                    return
                self._patch(live, back)
            except (Conflict, Unreachable) as problem:
                self.say(str(problem))
                self.pause(min(self.every, 1.0))
            else:
                return

    def _write(self, state: State) -> None:
        """A controller writes into the same object, so another look is taken when it was faster, or the API server restarts."""
        while True:
            live = self._look()
            if self._state is not None:
                self._require_ours(live)
            try:
                self._patch(live, state)
            except (Conflict, Unreachable) as problem:
                self.say(str(problem))
                self.wait(min(self.every, 1.0))
            else:
                self._state = state
                return

    def _patch(self, live: dict[str, Any], state: State) -> None:
        stable = None if state.stable == state.candidate else state.stable
        spec = self.settings.shares.change(live, stable, state.candidate, state.weight, is_done=state.phase == DONE)
        metadata = {"resourceVersion": live["metadata"]["resourceVersion"], "annotations": {ANNOTATION: state.text()}}
        self.target.patch({"metadata": metadata, "spec": spec}, MANAGER)

    def _look(self) -> dict[str, Any]:
        """An API server that restarts is waited for."""
        began = self.clock()
        while True:
            try:
                return self.target.get()
            except Unreachable as away:
                if self.clock() - began >= self.settings.ready_within:
                    raise
                self.say(str(away))
                self.wait(self.every)

    def _look_if_there(self, what: StagedObject) -> dict[str, Any] | None:
        """Shares stay as they are while the API server is away, and so does what is measured of them."""
        try:
            return what.get()
        except Unreachable as away:
            self.say(str(away))
            return None
