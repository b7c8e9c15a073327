"""The release record of one model in a branch of Git: one commit that releases a version, and one that takes it back."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from .problems import Conflict, Unreachable
from .release import release_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from .git_branch import GitBranch, Head
    from .registry.version import ModelVersion

ATTEMPTS = 10
PAUSE = 1.0


class Said(StrEnum):
    """What the last line of a commit says of a version."""

    RELEASE = "Mlops-Release"
    REVERT = "Mlops-Revert"


@dataclass
class GitRecord:
    """`<folder>/<model>.json` in a branch, for one version on its way to everybody."""

    branch: GitBranch
    folder: str
    version: ModelVersion
    champion: ModelVersion | None
    sleep: Callable[[float], None]

    def __post_init__(self) -> None:
        # as the registry will have it when the version is promoted, so that the record changes once
        before = self.version.previous_version if self.champion is None else self.champion.version
        self.version = replace(self.version, previous_version=before)
        self._path = f"{self.folder}/{self.version.model}.json"
        self._text = release_text(self.version.to_release())
        self._ours = id_of(self._text)
        self._before: Any = None

    def release(self, *, again: bool = False) -> bool:
        """The record names the version afterwards, by one commit, however often this is called. Whether this call made it."""
        head = self.branch.head()
        if head.file(self._path) == self._ours:
            self._before = self._before_release(head)
            return False
        if not again:
            self._require_new(head)
        self._before = head.file(self._path)
        self._require_champion()
        self._write(head, self._text, self._before, _release_message(self.version))
        return True

    def is_ours(self) -> bool:
        """Whether nobody wrote another record since. Nobody did as long as the server cannot be asked."""
        try:
            return bool(self.branch.head().file(self._path) == self._ours)
        except Unreachable:
            return True

    def revert(self, reason: str) -> bool:
        """One commit that gives the record the content it had. Whether it had any."""
        back = self._before
        if back is None and self.champion is not None:
            back = release_text(self.champion.to_release())
        if back is None:
            return False
        self._write(self._reachable_head(), back, self._ours, _revert_message(self.version, reason))
        return True

    def _reachable_head(self) -> Head:
        """What was released has to be taken back, so a server that is away is waited for."""
        for _ in range(ATTEMPTS):
            try:
                return self.branch.head()
            except Unreachable:
                self.sleep(PAUSE * 10)
        return self.branch.head()

    def _write(self, head: Head, content: str | Any, before: Any, message: str) -> None:
        """One commit, on top of whatever others commit meanwhile to other files."""
        wanted = id_of(content) if isinstance(content, str) else content
        branch = self.branch.address.branch
        for _ in range(ATTEMPTS):
            try:
                refusal = self.branch.push(head, self._path, content, message)
            except Unreachable as error:
                refusal = str(error)
            if refusal is None:
                return
            self.sleep(PAUSE)
            built_on, head = head.commit, self._reachable_head()
            now = head.file(self._path)
            if now == wanted:
                # the server did it, and its answer was lost
                return
            if now != before:
                raise Conflict(
                    "release/other-record",
                    f"somebody else changed '{self._path}' while version '{self.version.version}' of '{self.version.model}' was on its way; look at the history of branch '{branch}', then decide again",
                )
            if head.commit == built_on:
                raise Unreachable(
                    "git/refused",
                    f"the Git server takes no commit to branch '{branch}' ({_line(refusal)}); look at the rights of the credentials, and at what protects the branch",
                )
        raise Conflict("git/crowded", f"others committed to branch '{branch}' {ATTEMPTS} times while this commit waited; try again")

    def _before_release(self, head: Head) -> Any:
        """What an earlier run replaced, where that is not too far back."""
        for commit in head.history():
            if self._said_by(commit) is Said.RELEASE:
                parent = self.branch.parent_of(commit)
                return None if parent is None else self.branch.file(parent, self._path)
        return None

    def _require_new(self, head: Head) -> None:
        for commit in head.history():
            said = self._said_by(commit)
            if said is not None:
                what = "was taken back" if said is Said.REVERT else "was released, and somebody wrote another record since"
                raise Conflict(
                    "release/tried-before",
                    f"version '{self.version.version}' of '{self.version.model}' {what} (commit {commit.id.decode()[:12]}); give --again if it deserves another try",
                )

    def _require_champion(self) -> None:
        """Of two releases at once, the second is told."""
        named = None if self._before is None else _version_in(self.branch.text(self._before))
        if self.champion is not None and named not in {None, self.champion.version}:
            raise Conflict(
                "release/under-way",
                f"'{self._path}' names version '{named}', and the champion of '{self.version.model}' is '{self.champion.version}'; wait for the release that is under way, or bring both in line",
            )

    def _said_by(self, commit: Any) -> Said | None:
        about = f"{self.version.model}/{self.version.version}"
        lines = commit.message.decode(errors="replace").strip().splitlines()
        name, _, value = (lines or [""])[-1].partition(": ")
        return Said(name) if name in set(Said) and value == about else None


def id_of(text: str) -> Any:
    """Id that Git gives to a content."""
    from dulwich.objects import Blob  # noqa: PLC0415 - half a second that no other command should pay

    return Blob.from_string(text.encode()).id


def _version_in(text: str) -> str | None:
    try:
        record = json.loads(text)
    except ValueError:
        return None
    return str(record["version"]) if isinstance(record, dict) and "version" in record else None


def _release_message(version: ModelVersion) -> str:
    over = f" It takes over from version {version.previous_version}." if version.previous_version else ""
    return f"release({version.model}): version {version.version}\n\nGate: {_line(version.gate_result)}.{over}\n\n{Said.RELEASE}: {version.model}/{version.version}\n"


def _revert_message(version: ModelVersion, reason: str) -> str:
    back = f"version {version.previous_version} again" if version.previous_version else "as it was"
    return f"revert({version.model}): {back}\n\nVersion {version.version} does not serve: {_line(reason)}.\n\n{Said.REVERT}: {version.model}/{version.version}\n"


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:500]
