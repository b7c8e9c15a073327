"""What of a prediction leaves the pod."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from cdk8s_mlops_runtime.moment import moment_of
from cdk8s_mlops_runtime.problems import InputProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

# what the agent itself writes into a row
OWN = ("request_id", "timestamp", "model", "model_version")


class NotAPrediction(Exception):  # noqa: N818 - a mistake of whoever posts, which must not stop the agent
    """What was posted cannot be a row."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """
    Columns that may leave as they are, and columns of which a keyed hash may leave. What nobody named stays: a field that somebody adds to the
    server tomorrow is no leak.
    """

    columns: tuple[str, ...]
    hashed: tuple[str, ...] = ()
    key: bytes = b""

    def __post_init__(self) -> None:
        named = [*self.columns, *self.hashed]
        if not named:
            raise InputProblem("log/no-columns", "no column may leave the pod; name those that drift and comparisons need with '--column'")
        taken = [name for name in named if name in OWN or named.count(name) > 1]
        if taken:
            raise InputProblem(
                "log/column-twice",
                f"the column '{taken[0]}' is named twice, or written by the agent itself ({', '.join(OWN)}); name it once",
            )
        if self.hashed and len(self.key) < 32:  # noqa: PLR2004
            raise InputProblem(
                "log/no-key",
                f"hashes of {', '.join(self.hashed)} need a secret of at least 32 bytes in PREDICTION_LOG_HASH_KEY, got {len(self.key)}; without one, whoever has the log can try all names",
            )

    def of(self, posted: Mapping[str, Any]) -> dict[str, Any]:
        """What may leave."""
        kept = {name: _plain(name, posted[name]) for name in self.columns if name in posted}
        return {**kept, **{name: self._hash(name, posted[name]) for name in self.hashed if name in posted}}

    def _hash(self, name: str, value: Any) -> str | None:
        if value is None:
            return None
        # the name of the column is part of it, so that equal values of two columns cannot be joined
        return hmac.new(self.key, f"{name}\0{_plain(name, value)}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Recorder:
    """Makes rows of predictions, and leaves some out."""

    model: str
    version: str
    redaction: Redaction
    share: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise InputProblem("log/malformed-share", f"'--share' is a share of the requests, above 0 and at most 1, got {self.share:g}")

    def row(self, posted: Any, request_id: str | None = None) -> bytes | None:
        """A line of JSON, or nothing where the request is not in the sample. A request and its copy are both in it, or neither."""
        if not isinstance(posted, dict):
            raise NotAPrediction(f"a prediction must be an object of names and values, got {type(posted).__name__}")
        identity = str(posted.get("request_id") or request_id or uuid4())
        if not self._is_drawn(identity):
            return None
        row = {
            "request_id": identity,
            "timestamp": _time(posted.get("timestamp")),
            "model": self.model,
            "model_version": self.version,
            **self.redaction.of(posted),
        }
        return json.dumps(row, ensure_ascii=False, allow_nan=False).encode() + b"\n"

    def _is_drawn(self, identity: str) -> bool:
        lot = int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8], "big")
        return lot < self.share * 2**64


def _plain(name: str, value: Any) -> Any:
    """A number, a text or nothing. What JSON has no number for is nothing: drift counts it as missing."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise NotAPrediction(f"'{name}' must be a number, a text, true, false or null, got {type(value).__name__}; post columns one by one")


def _time(value: Any) -> str:
    """ISO 8601, as whoever reads the log understands it; when the row came where nobody says."""
    if value is None or value == "":
        return _text(datetime.now(UTC))
    moment = moment_of(value)
    if moment is None:
        raise NotAPrediction(
            f"'timestamp' must be ISO 8601, or seconds or milliseconds since 1970, got {value!r:.40}; leave it out where the time at which it is posted will do"
        )
    return value if isinstance(value, str) else _text(moment)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
