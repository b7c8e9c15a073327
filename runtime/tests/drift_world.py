"""A model, what it was trained on, and what it is asked: the same bytes on every machine."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

COUNTRIES = ["CH", "DE", "FR"]


def features(seed: int, *, moved: bool) -> dict[str, Any]:
    """One request. What moved: the amounts are larger, and the countries others."""
    chance = random.Random(seed)
    return {
        "amount": round(chance.lognormvariate(4 if moved else 3, 1), 3),
        "age": round(chance.gauss(40, 10), 3),
        "income": round(chance.lognormvariate(8, 0.5), 3),
        "balance": round(chance.gauss(0, 1000), 3),
        "distance": round(chance.expovariate(0.1), 3),
        "country": chance.choices(COUNTRIES, [1, 1, 8] if moved else [8, 1, 1])[0],
    }


def answer(seed: int, *, moved: bool) -> float:
    """What the model says of it."""
    return round(random.Random(f"answer {seed}").betavariate(2, 2 if moved else 5), 6)


def csv(rows: Iterator[dict[str, Any]]) -> bytes:
    """A reference. It has columns that nobody asks for, too."""
    lines = [list(row.items()) for row in rows]
    header = ",".join(name for name, _ in lines[0])
    return "\n".join([header, *(",".join(str(value) for _, value in line) for line in lines), ""]).encode()


def reference_of_features(rows: int = 2000) -> bytes:
    """Features of the training, with its label."""
    return csv({**features(seed, moved=False), "label": seed % 2} for seed in range(rows))


def reference_of_answers(rows: int = 2000) -> bytes:
    """Answers of the training."""
    return csv({"prediction": answer(seed, moved=False)} for seed in range(rows))


def requests(first: int, count: int, at: datetime, *, moved: bool) -> bytes:
    """A file of the log, as its agent writes it."""
    rows = (
        {
            "request_id": f"{seed:08}",
            "timestamp": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "model": "fraud-detection",
            "model_version": "7",
            **features(seed, moved=moved),
            "prediction": answer(seed, moved=moved),
        }
        for seed in range(first, first + count)
    )
    return gzip.compress("".join(f"{json.dumps(row)}\n" for row in rows).encode(), mtime=0)
