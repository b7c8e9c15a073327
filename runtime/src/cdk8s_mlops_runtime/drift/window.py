"""Which requests count: those of a window of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from cdk8s_mlops_runtime.moment import SECONDS_UNTIL, moment_of

if TYPE_CHECKING:
    Moments = np.ndarray[tuple[int], np.dtype[np.int64]]
    Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = np.iinfo(np.int64).min
# more microseconds do not fit
_BEYOND = 2.0**63


@dataclass(frozen=True, slots=True)
class Window:
    """From a moment, which is not in it, until another, which is; and the last training, before which another model was asked."""

    start: datetime
    end: datetime
    trained: datetime | None = None

    @classmethod
    def of(cls, seconds: int, until: datetime, trained: datetime | None = None) -> Window:
        """The last seconds until a moment."""
        return cls(until - timedelta(seconds=seconds), until, trained)

    def to_json(self) -> dict[str, str]:
        """As it stands in the report."""
        return {"from": _text(self.start), "to": _text(self.end), **({"trained": _text(self.trained)} if self.trained else {})}


@dataclass(slots=True)
class Dropped:
    """Rows that did not count, and why."""

    outside: int = 0
    untimed: int = 0
    before_training: int = 0

    def to_json(self) -> dict[str, int]:
        """As it stands in the report."""
        return {"outsideWindow": self.outside, "withoutTimestamp": self.untimed, "beforeTraining": self.before_training}


@dataclass(slots=True)
class Gate:
    """Lets the rows of a window pass, and counts the others."""

    window: Window
    dropped: Dropped = field(default_factory=Dropped)

    def passes(self, timestamps: Any) -> Mask:
        """Which rows count."""
        moments = moments_of(timestamps)
        timed = moments != _NEVER
        inside = timed & (moments > _micros(self.window.start)) & (moments <= _micros(self.window.end))
        trained = _NEVER if self.window.trained is None else _micros(self.window.trained)
        passing: Mask = inside & (moments >= trained)
        self.dropped.untimed += int(np.count_nonzero(~timed))
        self.dropped.outside += int(np.count_nonzero(timed & ~inside))
        self.dropped.before_training += int(np.count_nonzero(inside & ~passing))
        return passing


def moments_of(array: Any) -> Moments:
    """Microseconds since 1970 of timestamps, of text as ISO 8601 has it, or of seconds or milliseconds since 1970. What is none of them is never."""
    import pyarrow as pa  # noqa: PLC0415

    kind = array.type
    if pa.types.is_timestamp(kind):
        return _filled(array.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.int64()))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        numbers = array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        micros = numbers * np.where(np.abs(numbers) < SECONDS_UNTIL, 1e6, 1e3)
        return np.where(np.abs(micros) < _BEYOND, micros, _NEVER).astype(np.int64)
    if not pa.types.is_string(kind) and not pa.types.is_large_string(kind):
        return np.full(len(array), _NEVER)
    try:
        return _filled(array.cast(pa.timestamp("us", "UTC")).cast(pa.int64()))
    except pa.ArrowInvalid:
        # one odd row says nothing about the others
        return np.array([_moment_of(text) for text in array.to_pylist()], dtype=np.int64)


def _moment_of(text: str | None) -> int:
    moment = moment_of(text)
    return int(_NEVER) if moment is None else _micros(moment)


def _filled(array: Any) -> Moments:
    filled: Moments = array.fill_null(int(_NEVER)).to_numpy(zero_copy_only=False)
    return filled


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
