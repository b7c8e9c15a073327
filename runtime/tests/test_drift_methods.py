"""Every method gives Evidently's number: it is the oracle, and far slower."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from evidently.core.datasets import DataDefinition, Dataset
from evidently.core.report import Report
from evidently.presets import DataDriftPreset
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cdk8s_mlops_runtime.drift.column import Column
from cdk8s_mlops_runtime.drift.methods import Method, Rule, ks_distance, score

pytestmark = [
    # the oracle's own words
    pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:ks_2samp. Exact calculation unsuccessful:RuntimeWarning"),
]
EXACT = 1e-6
SAMPLES = np.random.default_rng(7)


def evidently(reference: pd.DataFrame, current: pd.DataFrame, methods: dict[str, str], categorical: list[str]) -> dict[str, float]:
    """What Evidently's preset says, column by column."""
    numerical = [name for name in reference.columns if name not in categorical]
    definition = DataDefinition(numerical_columns=numerical, categorical_columns=categorical)
    preset = DataDriftPreset(per_column_method=methods)
    result = Report([preset]).run(Dataset.from_pandas(current, definition), Dataset.from_pandas(reference, definition)).dict()
    return {metric["config"]["column"]: float(metric["value"]) for metric in result["metrics"] if "column" in metric["config"]}


NUMBERS = {
    "same": (SAMPLES.normal(size=3000), SAMPLES.normal(size=2000)),
    "shifted": (SAMPLES.normal(size=3000), SAMPLES.normal(0.4, 1.3, size=2000)),
    "apart": (SAMPLES.normal(size=3000), SAMPLES.normal(50, 1, size=2000)),
    "skewed": (SAMPLES.lognormal(size=3000), SAMPLES.lognormal(0.2, size=2000)),
    "counts": (SAMPLES.poisson(30, size=3000).astype(float), SAMPLES.poisson(33, size=2000).astype(float)),
    "few": (SAMPLES.integers(0, 6, size=3000).astype(float), SAMPLES.integers(1, 8, size=2000).astype(float)),
    "holes": (
        np.where(SAMPLES.random(3000) < 0.3, np.nan, SAMPLES.normal(size=3000)),
        np.where(SAMPLES.random(2000) < 0.5, np.nan, SAMPLES.normal(size=2000)),
    ),
    "wide": (SAMPLES.standard_cauchy(size=3000), SAMPLES.standard_cauchy(size=2000)),
    "large": (SAMPLES.normal(size=30_000), SAMPLES.normal(0.01, 1, size=20_000)),
}
NUMERIC = [Method.PSI, Method.KS, Method.KL, Method.JENSEN_SHANNON, Method.WASSERSTEIN]
LABELS = (SAMPLES.choice(list("abc"), size=3000), SAMPLES.choice(list("abc"), p=[0.5, 0.3, 0.2], size=2000))


@pytest.mark.parametrize("method", NUMERIC)
@pytest.mark.parametrize("name", list(NUMBERS))
def test_numbers(name: str, method: Method) -> None:
    reference, current = NUMBERS[name]

    expected = evidently(pd.DataFrame({"x": reference}), pd.DataFrame({"x": current}), {"x": method.value}, [])["x"]

    assert score(method, Column(reference), Column(current)) == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("method", [Method.PSI, Method.KL, Method.JENSEN_SHANNON, Method.CHI_SQUARE])
def test_labels(method: Method) -> None:
    reference, current = LABELS

    expected = evidently(pd.DataFrame({"x": reference}), pd.DataFrame({"x": current}), {"x": method.value}, ["x"])["x"]

    assert score(method, Column(reference), Column(current)) == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("method", [Method.PSI, Method.KL, Method.JENSEN_SHANNON, Method.CHI_SQUARE])
def test_a_new_category(method: Method) -> None:
    reference = SAMPLES.choice(list("abc"), size=3000)
    current = SAMPLES.choice(list("abcd"), size=2000)

    expected = evidently(pd.DataFrame({"x": reference}), pd.DataFrame({"x": current}), {"x": method.value}, ["x"])["x"]

    assert score(method, Column(reference), Column(current)) == pytest.approx(expected, abs=EXACT)


SAMPLE = st.lists(st.floats(-1e6, 1e6, allow_nan=False, width=32), min_size=2, max_size=80)


@settings(deadline=None)
@given(SAMPLE)
def test_a_sample_is_not_apart_from_itself(values: list[float]) -> None:
    column = Column(np.array(values))

    for method in (Method.PSI, Method.KL, Method.JENSEN_SHANNON, Method.WASSERSTEIN):
        assert score(method, column, column) == pytest.approx(0, abs=1e-9)
    assert score(Method.KS, column, column) == pytest.approx(1)


@settings(deadline=None)
@given(SAMPLE, SAMPLE)
def test_distances_are_not_negative_and_some_are_symmetric(first: list[float], second: list[float]) -> None:
    here, there = Column(np.array(first)), Column(np.array(second))
    assume(here.has_few_values == there.has_few_values)

    for method in NUMERIC:
        assert score(method, here, there) >= -1e-12
    for method in (Method.PSI, Method.JENSEN_SHANNON, Method.KS):
        assert score(method, here, there) == pytest.approx(score(method, there, here), abs=1e-9)
    assert 0 <= score(Method.JENSEN_SHANNON, here, there) <= math.sqrt(math.log(2)) + 1e-12
    assert ks_distance(here.sorted(), there.sorted()) <= 1


@settings(deadline=None)
@given(SAMPLE, SAMPLE, st.randoms())
def test_the_order_of_rows_does_not_count(first: list[float], second: list[float], order: object) -> None:
    shuffled = list(first)
    order.shuffle(shuffled)  # type: ignore[attr-defined]

    for method in NUMERIC:
        assert score(method, Column(np.array(first)), Column(np.array(second))) == score(
            method, Column(np.array(shuffled)), Column(np.array(second))
        )


def test_infinity_is_a_value_that_is_missing() -> None:
    numbers = np.array([1.0, 2.0, np.inf, -np.inf, np.nan])

    column = Column(numbers)

    assert column.sorted().tolist() == [1.0, 2.0]
    assert column.missing_share == pytest.approx(0.6)


def test_the_sides_of_a_threshold() -> None:
    assert not Rule(Method.PSI, 0.15).has_drifted(0.15)
    assert Rule(Method.PSI, 0.15).has_drifted(0.1500001)
    assert not Rule(Method.KS, 0.05).has_drifted(0.05)
    assert Rule(Method.KS, 0.05).has_drifted(0.0499)
    assert [method.default_threshold for method in Method] == [0.15, 0.05, 0.1, 0.1, 0.1, 0.05]
