"""Files that are larger than memory: the same numbers where counts are enough, certain bounds where they are not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk8s_mlops_runtime.drift import rows as rows_module
from cdk8s_mlops_runtime.drift import streaming
from cdk8s_mlops_runtime.drift.check import Compared
from cdk8s_mlops_runtime.drift.column import Column
from cdk8s_mlops_runtime.drift.methods import Method, Rule, score
from cdk8s_mlops_runtime.drift.rows import Rows
from cdk8s_mlops_runtime.drift.sample import Sample
from cdk8s_mlops_runtime.drift.streaming import StreamsCompared

Run = Callable[..., Result]
RANDOM = np.random.default_rng(11)
SAMPLES = {
    "normal": (RANDOM.normal(size=6000), RANDOM.normal(0.2, 1.2, size=5000)),
    "skewed": (RANDOM.lognormal(size=6000), RANDOM.lognormal(0.2, size=5000)),
    "counts": (RANDOM.poisson(30, size=6000).astype(float), RANDOM.poisson(33, size=5000).astype(float)),
    "few": (RANDOM.integers(0, 6, size=6000).astype(float), RANDOM.integers(1, 40, size=5000).astype(float)),
    "constant": (np.ones(6000), np.full(5000, 2.0)),
    "holes": (np.where(RANDOM.random(6000) < 0.3, np.nan, RANDOM.normal(size=6000)), RANDOM.normal(size=5000)),
    "infinite": (RANDOM.normal(size=6000), np.where(RANDOM.random(5000) < 0.1, np.inf, RANDOM.normal(size=5000))),
}
LABELS = (RANDOM.choice(list("abc"), size=6000), RANDOM.choice(list("abcd"), size=5000))
EXACT = [Method.PSI, Method.KL, Method.JENSEN_SHANNON]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few edges and small batches, so that what is for large files happens to small ones."""
    monkeypatch.setattr(streaming, "EDGES", 200)
    monkeypatch.setattr(rows_module, "_BATCH", 700)


def stream(folder: Path, kind: str, before: Any, now: Any, method: Method) -> Compared:
    files = []
    for name, values in (("reference", before), ("current", now)):
        files.append(folder / f"{name}.parquet")
        pq.write_table(pa.table({"x": values}), files[-1])
    compared = StreamsCompared(*(Rows(path.name, [path], {"x": kind}) for path in files))
    assert compared.first_pass() == len(now)
    return compared.compare({"x": Rule(method, method.default_threshold)})["x"]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("method", EXACT)
@pytest.mark.parametrize("name", list(SAMPLES))
def test_what_counts_say_is_exact(name: str, method: Method, tmp_path: Path) -> None:
    before, now = (Column(values) for values in SAMPLES[name])

    found = stream(tmp_path, "numbers", *SAMPLES[name], method)

    assert found.score == pytest.approx(score(method, before, now), abs=1e-12)
    assert (found.between, found.missing_before, found.missing_now) == (None, before.missing_share, now.missing_share)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("method", [*EXACT, Method.CHI_SQUARE])
def test_labels_are_exact(method: Method, tmp_path: Path) -> None:
    found = stream(tmp_path, "labels", *LABELS, method)

    assert found.score == pytest.approx(score(method, Column(LABELS[0]), Column(LABELS[1])), abs=1e-12)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", list(SAMPLES))
def test_the_order_of_values_is_between_bounds(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # small samples have an exact p-value that large ones have not: here it is asked for the one of large ones
    monkeypatch.setattr("cdk8s_mlops_runtime.drift.methods._EXACT", 0)
    before, now = (Column(values) for values in SAMPLES[name])

    for method in (Method.KS, Method.WASSERSTEIN):
        truth, found = score(method, before, now), stream(tmp_path, "numbers", *SAMPLES[name], method)
        assert found.score is not None
        assert found.between is not None
        low, high = found.between
        assert low - 1e-9 <= truth <= high + 1e-9
        assert low - 1e-9 <= found.score <= high + 1e-9
        if name in {"few", "constant"}:
            assert high - low < 1e-9


NUMBERS = st.lists(st.floats(-1e3, 1e3, allow_nan=False, width=16), min_size=30, max_size=120)


@settings(deadline=None, max_examples=60)
@given(NUMBERS, NUMBERS, st.integers(2, 25))
def test_bounds_hold_for_any_samples(before: list[float], now: list[float], edges: int) -> None:
    from cdk8s_mlops_runtime.drift.bounds import Steps, wasserstein_bounds
    from cdk8s_mlops_runtime.drift.methods import ks_distance

    first, second = Column(np.array(before)), Column(np.array(now))
    ends = [min(*before, *now), max(*before, *now)]
    steps = Steps(np.unique([*before[:edges], *now[:edges], *ends])), Steps(np.unique([*before[:edges], *now[:edges], *ends]))
    for each, column in zip(steps, (first, second), strict=True):
        for part in np.array_split(column.sorted(), 3):
            each.add(part)

    found, (low, high) = wasserstein_bounds(*steps, first.size, second.size, float(np.std(first.sorted())))
    truth = score(Method.WASSERSTEIN, first, second)
    assert low - 1e-9 <= truth <= high + 1e-9
    assert low - 1e-9 <= found <= high + 1e-9
    assert 0 <= ks_distance(first.sorted(), second.sorted()) <= 1


def test_bounds_are_tight_with_as_many_edges_as_there_are(tmp_path: Path) -> None:
    before, now = RANDOM.normal(size=200_000), RANDOM.normal(0.05, 1, size=150_000)

    found = stream(tmp_path, "numbers", before, now, Method.WASSERSTEIN)

    assert found.between is not None
    assert found.between[1] - found.between[0] < 3e-4
    assert found.score == pytest.approx(score(Method.WASSERSTEIN, Column(before), Column(now)), abs=2e-5)


@pytest.mark.usefixtures("small")
def test_the_command_says_the_same_with_and_without(run: Run, tmp_path: Path) -> None:
    names = ["normal", "skewed", "few"]
    files = [tmp_path / "reference.parquet", tmp_path / "current.parquet"]
    for side, path in enumerate(files):
        pq.write_table(pa.table({**{name: SAMPLES[name][side] for name in names}, "label": LABELS[side]}), path)
    words = ("drift", "fraud", "--reference", files[0], "--current", files[1], "--report", tmp_path / "reports")

    assert run(*words, "--stream").output == run(*words).output
    assert (tmp_path / "reports" / "features" / "latest.html").stat().st_size > 100_000


@pytest.mark.usefixtures("small")
def test_a_column_that_lost_its_values_has_no_score(tmp_path: Path) -> None:
    for method in (Method.KS, Method.PSI):
        found = stream(tmp_path, "numbers", SAMPLES["normal"][0], np.full(5000, np.nan), method)

        assert (found.score, found.missing_now) == (None, 1.0)


def test_a_new_model_waits_when_files_are_read_twice_too(run: Run, bucket: str, tmp_path: Path) -> None:
    import boto3

    reference, log = tmp_path / "reference.csv", tmp_path / "log.csv"
    reference.write_text("age\n1\n2\n")
    boto3.client("s3").upload_file(str(reference), bucket.removeprefix("s3://"), "reference/fraud/7/features.csv")
    log.write_text("timestamp,age\n2026-01-01T00:00:00Z,3\n")

    result = run(
        *("drift", "fraud", "--reference", f"{bucket}/reference/fraud/7/features.csv", "--current", log, "--stream"),
        *("--window", 100 * 365 * 86_400),
    )

    assert result.output.splitlines() == [
        "fraud: waiting for samples; 0 of 0 features drifted in 0 samples",
        "left out: 1 from before the training",
    ]


@pytest.mark.parametrize("rows", [10, 1000, 250_000])
def test_every_row_has_the_same_chance(rows: int) -> None:
    sample = Sample(1000)
    for start in range(0, rows, 10_000):
        sample.add(pa.table({"row": np.arange(start, min(start + 10_000, rows))}))

    found = sample.table().column("row").to_numpy()

    assert (sample.rows, len(found), len(set(found))) == (rows, min(rows, 1000), min(rows, 1000))
    # a mean of 1,000 numbers that are spread evenly is closer to the middle than five standard errors
    assert abs(found.mean() - (rows - 1) / 2) < 5 * rows / np.sqrt(12 * len(found)) + 1


def test_a_sample_is_the_same_each_time() -> None:
    def draw() -> list[int]:
        sample = Sample(50)
        sample.add(pa.table({"row": np.arange(100_000)}))
        return list(sample.table().column("row").to_numpy())

    assert draw() == draw()
