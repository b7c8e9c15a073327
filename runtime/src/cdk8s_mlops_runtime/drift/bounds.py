"""Two distribution functions that are known at some values, and what that says of the distance between them."""

from __future__ import annotations

import numpy as np

from .methods import SMALLEST_SPREAD, Counts, Floats, ks_p_value


class Steps:
    """A distribution function at edges: how many values lie below each, and how many do not lie above it."""

    def __init__(self, edges: Floats) -> None:
        self.edges = edges
        self.below: Counts = np.zeros(len(edges), dtype=np.int64)
        self.up_to: Counts = np.zeros(len(edges), dtype=np.int64)

    def add(self, values: Floats) -> None:
        """Count more values, which are sorted."""
        self.below += np.searchsorted(values, self.edges, side="left")
        self.up_to += np.searchsorted(values, self.edges, side="right")


def ks_bounds(before: Steps, now: Steps, before_size: int, now_size: int) -> tuple[float, tuple[float, float]]:
    """The p-value of what is seen at the edges, between that of the largest distance that is possible between them and itself."""
    f, f_next, g, g_next = _between(before, now, before_size, now_size)
    at_edges = max(float(np.abs(before.up_to / before_size - now.up_to / now_size).max()), float(np.abs(f_next - g_next).max(initial=0.0)))
    possible = max(at_edges, float(np.maximum(f_next - g, g_next - f).max(initial=0.0)))
    score, least = (ks_p_value(apart, before_size, now_size) for apart in (at_edges, possible))
    return score, (least, score)


def wasserstein_bounds(before: Steps, now: Steps, before_size: int, now_size: int, spread: float) -> tuple[float, tuple[float, float]]:
    """The area between the functions if they rise evenly between edges, and the smallest and largest that is possible."""
    f, f_next, g, g_next = _between(before, now, before_size, now_size)
    widths = np.diff(before.edges)
    unit = max(spread, SMALLEST_SPREAD)
    least = float(np.dot(widths, np.maximum(np.maximum(f - g_next, g - f_next), 0.0))) / unit
    most = float(np.dot(widths, np.maximum(f_next - g, g_next - f))) / unit
    even = float(np.dot(widths, _area(f - g, f_next - g_next))) / unit
    return even, (least, most)


def _between(before: Steps, now: Steps, before_size: int, now_size: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Both functions where an interval begins, and just before it ends."""
    return before.up_to[:-1] / before_size, before.below[1:] / before_size, now.up_to[:-1] / now_size, now.below[1:] / now_size


def _area(start: Floats, end: Floats) -> Floats:
    """The mean distance from zero of a straight line."""
    same = start * end >= 0
    total = np.abs(start) + np.abs(end)
    crossing = np.divide(start**2 + end**2, 2 * total, out=np.zeros_like(total), where=total > 0)
    return np.where(same, total / 2, crossing)
