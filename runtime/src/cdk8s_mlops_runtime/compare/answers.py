"""When two answers to one request agree."""

from __future__ import annotations

import math
from typing import Any

# what a subtraction of two decimal numbers adds by itself
_ROUNDING = 1e-9


def agree(live: Any, shadow: Any, tolerance: float) -> bool:
    """Numbers agree up to the tolerance, everything else if it is equal; lists and objects agree if all of their parts do."""
    if _is_number(live) and _is_number(shadow):
        return _close(float(live), float(shadow), tolerance)
    if isinstance(live, list) and isinstance(shadow, list):
        return len(live) == len(shadow) and all(agree(one, other, tolerance) for one, other in zip(live, shadow, strict=True))
    if isinstance(live, dict) and isinstance(shadow, dict):
        return live.keys() == shadow.keys() and all(agree(value, shadow[name], tolerance) for name, value in live.items())
    return type(live) is type(shadow) and bool(live == shadow)


def difference(live: Any, shadow: Any) -> float:
    """How far two answers are apart: the largest difference of two numbers in the same place, or infinitely."""
    if _is_number(live) and _is_number(shadow):
        return 0.0 if _close(float(live), float(shadow), 0) else abs(float(live) - float(shadow))
    if isinstance(live, list) and isinstance(shadow, list) and len(live) == len(shadow):
        return max((difference(one, other) for one, other in zip(live, shadow, strict=True)), default=0.0)
    if isinstance(live, dict) and isinstance(shadow, dict) and live.keys() == shadow.keys():
        return max((difference(value, shadow[name]) for name, value in live.items()), default=0.0)
    return 0.0 if agree(live, shadow, 0) else math.inf


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _close(live: float, shadow: float, tolerance: float) -> bool:
    if live == shadow or (math.isnan(live) and math.isnan(shadow)):
        return True
    if tolerance == 0 or not (math.isfinite(live) and math.isfinite(shadow)):
        return False
    return abs(live - shadow) <= tolerance + _ROUNDING * max(1.0, abs(live), abs(shadow))
