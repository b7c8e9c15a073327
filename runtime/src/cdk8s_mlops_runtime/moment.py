"""When something was, as logs write it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

# no request was made before 1973: a larger number counts milliseconds
SECONDS_UNTIL = 1e11


def moment_of(value: Any) -> datetime | None:
    """A moment as ISO 8601 has it, in UTC where it does not say, or in seconds or milliseconds since 1970. What is none of them is none."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value if abs(value) < SECONDS_UNTIL else value / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
