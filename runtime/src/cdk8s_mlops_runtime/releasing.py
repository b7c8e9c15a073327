"""
A version that is tried on users, by the object that serves them.

The pod template is pointed at the version; the object's own controller does the rest. Who runs this again finds the template pointed and goes on waiting.
When the stages send the version back, or time is over, the template is pointed at the champion again, so that what is asked for is what serves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from .pointing import pointed, points_at
from .problems import Conflict
from .served import ATTEMPTS, EVERY, Objects, Target, look, template_of, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cluster_objects import Kind
    from .registry.version import ModelVersion


class ChangingObjects(Objects, Protocol):
    """What a release asks of a cluster."""

    def patch(self, kind: Kind, name: str, body: dict[str, Any]) -> None: ...


@dataclass
class Release:
    """One version on its way to everybody."""

    objects: ChangingObjects
    target: Target
    version: ModelVersion
    #: What serves until then, and again if the version is sent back.
    champion: ModelVersion | None
    within: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    say: Callable[[str], None]

    def run(self) -> str | None:
        """Nothing if the version serves everybody, or why it does not."""
        if self._point(self.version):
            self.say(f"pointed {self.target.name} at version {self.version.version}")
        reason = self._wait()
        if reason is not None and self.champion is not None and self._point(self.champion, instead_of=self.version):
            self.say(f"pointed {self.target.name} at version {self.champion.version} again")
        return reason

    def _point(self, version: ModelVersion, instead_of: ModelVersion | None = None) -> bool:
        """
        Whether there was something to change. The controller writes into the same object, so another look is taken when it was faster.

        Where it should stand instead of another and does not, somebody else decided meanwhile: the champion of the beginning may be rejected by now.
        """
        for attempt in range(ATTEMPTS):
            live = look(self.objects, self.target, self.sleep)
            template = template_of(live, self.target)
            served = points_at(template)
            if served == version.artifact_sha256 or (instead_of is not None and served != instead_of.artifact_sha256):
                return False
            body: dict[str, Any] = pointed(template, version)
            for key in reversed(self.target.served.path):
                body = {key: body}
            try:
                self.objects.patch(
                    self.target.served.kind,
                    self.target.name,
                    {**body, "metadata": {"resourceVersion": live["metadata"]["resourceVersion"]}},
                )
            except Conflict:
                if attempt == ATTEMPTS - 1:
                    raise
                self.sleep(EVERY / 5)
            else:
                return True
        raise AssertionError

    def _wait(self) -> str | None:
        began = self.clock()
        while self.clock() - began <= self.within:
            live = look(self.objects, self.target, self.sleep)
            if points_at(template_of(live, self.target)) != self.version.artifact_sha256:
                return "somebody pointed it at another version meanwhile"
            outcome = verdict(self.objects, self.target, live, self.sleep)
            if outcome.serves or outcome.sent_back:
                return outcome.sent_back
            self.sleep(EVERY)
        return f"its stages did not end within {self.within:.0f} s"
