"""
A version that is tried on users where a GitOps controller applies what is in Git.

The release record is changed by a commit, the controller makes a new pod template of it, and the stages decide. Who runs this again finds the record
changed and goes on waiting. What is sent back, or takes too long, is taken back by a second commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .pointing import points_at
from .served import EVERY, Objects, Target, look, template_of, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from .git_record import GitRecord

#: Looks at the object between two looks at the branch.
LOOKS = 6


@dataclass
class GitRelease:
    """One version on its way to everybody, by its record in Git. The object is only looked at."""

    record: GitRecord
    objects: Objects
    target: Target
    within: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    say: Callable[[str], None]

    def run(self, *, again: bool = False) -> str | None:
        """Nothing if the version serves everybody, or why it does not."""
        if self.record.release(again=again):
            self.say(f"committed version {self.record.version.version} to branch {self.record.branch.address.branch}")
        reason, replaced = self._wait()
        if reason is not None and not replaced and self.record.revert(reason):
            self.say(f"took version {self.record.version.version} back in branch {self.record.branch.address.branch}")
        return reason

    def _wait(self) -> tuple[str | None, bool]:
        """Why it does not serve, and whether that is what somebody else wants."""
        began, looks = self.clock(), 0
        arrived = False
        while self.clock() - began <= self.within:
            live = look(self.objects, self.target, self.sleep)
            if points_at(template_of(live, self.target)) == self.record.version.artifact_sha256:
                arrived = True
                outcome = verdict(self.objects, self.target, live, self.sleep)
                if outcome.serves or outcome.sent_back:
                    return outcome.sent_back, False
            looks += 1
            if looks % LOOKS == 0 and not self.record.is_ours():
                return "somebody wrote another record meanwhile", True
            self.sleep(EVERY)
        late = "its stages did not end" if arrived else f"what applies the branch did not point {self.target.name} at it"
        return f"{late} within {self.within:.0f} s", False
