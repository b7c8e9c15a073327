"""Two logs, joined by the id of the request."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from .log import Answer, AnswerLog

# a copy is answered when the live model may have been done for long, on the other side of midnight
GRACE = timedelta(minutes=5)
_HASHES = 2**64


@dataclass(frozen=True, slots=True)
class Pair:
    """What both said to one request."""

    request_id: str
    live: Any
    shadow: Any
    live_latency: float | None
    shadow_latency: float | None


@dataclass(slots=True)
class Join:
    """
    Pairs of a day. At most so many answers of the shadow are in memory: beyond that a sample is, which depends on the ids alone, so that both logs
    give the same one, and every run.
    """

    live: AnswerLog
    shadow: AnswerLog
    day: date
    at_most: int = 1_000_000
    live_only: int = 0
    shadow_only: int = 0
    duplicates: int = 0
    _limit: int = field(default=_HASHES)

    @property
    def sampled_share(self) -> float:
        """Share of the requests that were looked at."""
        return self._limit / _HASHES

    def pairs(self) -> Iterator[Pair]:
        """Every request that both answered. The first answer counts where there are several."""
        waiting = self._answers_of_shadow()
        met: set[str] = set()
        for answer in self.live.answers(self.day):
            if not self._is_sampled(answer.request_id):
                continue
            if answer.request_id in met:
                self.duplicates += 1
                continue
            other = waiting.pop(answer.request_id, None)
            if other is None:
                self.live_only += 1
                continue
            met.add(answer.request_id)
            yield Pair(answer.request_id, answer.prediction, other.prediction, answer.latency, other.latency)
        # shortly before and after the day, the live model answered on another day
        self.shadow_only = sum(1 for answer in waiting.values() if answer.at.date() == self.day)

    def _answers_of_shadow(self) -> dict[str, Answer]:
        found: dict[str, Answer] = {}
        for answer in self.shadow.answers(self.day, GRACE):
            if not self._is_sampled(answer.request_id):
                continue
            if answer.request_id in found:
                self.duplicates += 1
                continue
            found[answer.request_id] = answer
            while len(found) > self.at_most:
                self._limit //= 2
                found = {request: kept for request, kept in found.items() if self._is_sampled(request)}
        return found

    def _is_sampled(self, request_id: str) -> bool:
        return self._limit == _HASHES or int.from_bytes(blake2b(request_id.encode(), digest_size=8).digest()) < self._limit
