"""
The figures of `drift`: 1,000,000 rows x 30 columns against Evidently's preset, on the same data in the same run.

`npm run bench:drift`. Each contestant is a process of its own, so that peaks of memory do not mix; imports and reading are counted apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROWS, COLUMNS = 1_000_000, 30
METHODS = ("psi", "ks", "kl_div")
SPEED, EQUAL, ROOM_MB = 20.0, 1e-6, 150.0


def make(folder: Path, rows: int) -> dict[str, Any]:
    """Normal, skewed, counted and few-valued columns, half of which moved."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    random = np.random.default_rng(1)
    for name, moved in (("reference", 0.0), ("current", 0.1)):
        kinds: list[Any] = [
            lambda shift: random.normal(shift, 1, rows),
            lambda shift: random.lognormal(shift, 0.7, rows),
            lambda shift: random.poisson(40 * (1 + shift), rows).astype(float),
            lambda shift: random.integers(0, 8 + round(10 * shift), rows).astype(float),
            lambda shift: random.beta(2, 5 * (1 + shift), rows),
        ]
        columns = {f"feature_{index:02}": kinds[index % 5](moved * (index % 2)) for index in range(COLUMNS)}
        pq.write_table(pa.table(columns), folder / f"{name}.parquet", compression="none")
    return {}


def ours(folder: Path) -> dict[str, Any]:
    """What `mlops drift` does, file to scores."""
    started = time.perf_counter()
    from cdk8s_mlops_runtime.drift.methods import Method, score
    from cdk8s_mlops_runtime.drift.table import Table

    reference, current = Table.open(folder / "reference.parquet"), Table.open(folder / "current.parquet")
    imported = time.perf_counter()
    resting = peak()
    scores: dict[str, float] = {}
    for index, name in enumerate(reference.names):
        before, now = reference.column(name, "numbers"), current.column(name, "numbers")
        scores[name] = score(Method(METHODS[index % 3]), before, now)
    return {"imports": imported - started, "seconds": time.perf_counter() - imported, "resting": resting, "peak": peak(), "scores": scores}


def streamed(folder: Path) -> dict[str, Any]:
    """What `mlops drift --stream` does: two passes, every row counts."""
    started = time.perf_counter()
    from cdk8s_mlops_runtime.drift.methods import Method, Rule
    from cdk8s_mlops_runtime.drift.rows import Rows
    from cdk8s_mlops_runtime.drift.streaming import StreamsCompared

    kinds = {f"feature_{index:02}": "numbers" for index in range(COLUMNS)}
    rules = {name: Rule(Method(METHODS[index % 3]), Method(METHODS[index % 3]).default_threshold) for index, name in enumerate(kinds)}
    sides = [Rows(path.name, [path], kinds) for path in (folder / "reference.parquet", folder / "current.parquet")]
    imported, resting = time.perf_counter(), peak()
    compared = StreamsCompared(*sides)
    compared.first_pass()
    scores = {name: found.score for name, found in compared.compare(rules).items()}
    return {"imports": imported - started, "seconds": time.perf_counter() - imported, "resting": resting, "peak": peak(), "scores": scores}


def evidently(folder: Path) -> dict[str, Any]:
    """Evidently's preset; its time is counted from the data in memory on."""
    started = time.perf_counter()
    import pandas as pd
    from evidently.core.datasets import DataDefinition, Dataset
    from evidently.core.report import Report
    from evidently.presets import DataDriftPreset

    imported = time.perf_counter()
    reference, current = pd.read_parquet(folder / "reference.parquet"), pd.read_parquet(folder / "current.parquet")
    definition = DataDefinition(numerical_columns=list(reference.columns))
    methods = {name: METHODS[index % 3] for index, name in enumerate(reference.columns)}
    datasets = Dataset.from_pandas(current, definition), Dataset.from_pandas(reference, definition)
    resting, ready = peak(), time.perf_counter()
    found = Report([DataDriftPreset(per_column_method=methods)]).run(*datasets).dict()
    seconds = time.perf_counter() - ready
    scores = {metric["config"]["column"]: float(metric["value"]) for metric in found["metrics"] if "column" in metric["config"]}
    return {"imports": imported - started, "seconds": seconds, "resting": resting, "peak": peak(), "scores": scores}


def peak() -> float:
    """The largest resident set so far, in MB. That of `getrusage` would begin with the one of the process that started this one."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory(prefix="bench-drift-") as name:
        folder = Path(name)
        contest("make", folder, rows)
        input_mb = sum(path.stat().st_size for path in folder.iterdir()) / 1024**2
        results = {contestant: contest(contestant, folder, rows) for contestant in ("ours", "streamed", "evidently")}
    mine, twice, theirs = results["ours"], results["streamed"], results["evidently"]
    apart = difference(mine, theirs)
    faster = theirs["seconds"] / mine["seconds"]
    room = 1.2 * input_mb + ROOM_MB
    for contestant, result in results.items():
        print(
            f"{contestant:>10}: {result['seconds']:6.2f} s, imports {result['imports']:.2f} s, peak {result['peak']:.0f} MB ({result['resting']:.0f} MB before)"
        )
    print(
        f"{rows:,} rows x {COLUMNS} columns x 2 samples, input {input_mb:.0f} MB: {faster:.1f}x faster, peak {mine['peak']:.0f} of {room:.0f} MB, apart {apart:.1e}"
    )
    print(f"read twice: peak {twice['peak']:.0f} MB, apart {difference(twice, theirs):.1e}")
    if faster < SPEED or apart > EQUAL or mine["peak"] > room:
        sys.exit(f"asked is: {SPEED:.0f}x faster, {room:.0f} MB at most, {EQUAL:g} apart at most")


def difference(one: dict[str, Any], other: dict[str, Any]) -> float:
    """The largest over all columns."""
    return max(abs(float(one["scores"][column]) - float(other["scores"][column])) for column in other["scores"])


def contest(contestant: str, folder: Path, rows: int) -> dict[str, Any]:
    """Run one part in a process of its own, and pass on what it says where it fails."""
    words = [sys.executable, __file__, "--as", contestant, str(folder), str(rows)]
    answer = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return result


if __name__ == "__main__":
    if sys.argv[1:2] == ["--as"]:
        part, place, size = sys.argv[2:]
        print(
            json.dumps(
                make(Path(place), int(size))
                if part == "make"
                else {"ours": ours, "streamed": streamed, "evidently": evidently}[part](Path(place))
            )
        )
    else:
        main()
