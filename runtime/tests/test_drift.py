"""`mlops drift`: one check of one model, its report, and what Prometheus gets of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from click.testing import Result

from cdk8s_mlops_runtime.drift.methods import Method, Rule
from cdk8s_mlops_runtime.drift.report import DriftReport, FeatureDrift
from cdk8s_mlops_runtime.drift.settings import DriftSettings

Run = Callable[..., Result]
RANDOM = np.random.default_rng(3)
FEATURES = {
    "age": RANDOM.normal(40, 10, 4000),
    "amount": RANDOM.lognormal(3, 1, 4000),
    "city": RANDOM.choice(["Bern", "Genf"], 4000),
    "night": RANDOM.random(4000) < 0.2,
}


def write(folder: Path, name: str, columns: dict[str, Any]) -> Path:
    path = folder / name
    data = pa.table(columns)
    if path.suffix == ".csv":
        pa.csv.write_csv(data, path)
    else:
        pq.write_table(data, path)
    return path


@pytest.fixture
def drift(run: Run, tmp_path: Path) -> Callable[..., Result]:
    """Compare with the features above; 1,000 samples are enough."""

    def call(current: dict[str, Any], *more: object, settings: str = "minimumSamples: 1000", suffix: str = "parquet") -> Result:
        (tmp_path / "drift.yaml").write_text(settings)
        files = ("--reference", write(tmp_path, f"reference.{suffix}", FEATURES), "--current", write(tmp_path, f"window.{suffix}", current))
        return run("drift", "fraud", *files, "--settings", tmp_path / "drift.yaml", *more)

    return call


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_what_did_not_change_has_not_drifted(drift: Callable[..., Result], suffix: str) -> None:
    window = {name: values[:2000] for name, values in FEATURES.items()}

    lines = drift(window, suffix=suffix).output.splitlines()

    assert lines[0] == "fraud: no drift; 0 of 4 features drifted in 2000 samples"
    assert [line.split(":")[0] for line in lines[1:]] == ["  age", "  amount", "  city", "  night"]


def test_one_feature_of_four_is_not_more_than_thirty_percent_and_two_are(drift: Callable[..., Result], tmp_path: Path) -> None:
    one = {**FEATURES, "age": FEATURES["age"] + 15}
    two = {**one, "city": np.where(RANDOM.random(4000) < 0.9, "Bern", "Genf")}

    assert drift(one).output.splitlines()[0] == "fraud: no drift; 1 of 4 features drifted in 4000 samples: age"
    assert (
        drift(two, "--json", tmp_path / "report.json").output.splitlines()[0]
        == "fraud: drift; 2 of 4 features drifted in 4000 samples: age, city"
    )

    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["verdict"], report["driftedShare"], report["driftedFeatures"]) == ("drift", 0.5, ["age", "city"])
    assert report["driftsIf"] == "drifted features > 0.3 of all"
    assert report["features"][0] | {"score": 0} == {
        "feature": "age",
        "method": "psi",
        "score": 0,
        "threshold": 0.15,
        "driftsIf": "score > threshold",
        "drifted": True,
        "missingShareBefore": 0.0,
        "missingShareNow": 0.0,
        "lostValues": False,
    }


def test_drift_is_an_exit_code_when_it_is_asked_for(drift: Callable[..., Result]) -> None:
    moved = {**FEATURES, "age": FEATURES["age"] + 15, "amount": FEATURES["amount"] * 9}

    assert "fraud: drift" in drift(moved).output
    with pytest.raises(SystemExit) as left:
        drift(moved, "--exit-code")
    assert left.value.code == 1


def test_few_samples_say_nothing(run: Run, tmp_path: Path) -> None:
    reference = write(tmp_path, "reference.parquet", FEATURES)

    result = run("drift", "fraud", "--reference", reference, "--current", reference)

    assert result.output.splitlines()[0] == "fraud: waiting for samples; 0 of 4 features drifted in 4000 samples"


def test_values_that_got_lost_are_drift_though_the_statistics_do_not_see_them(drift: Callable[..., Result]) -> None:
    holes = {**FEATURES, "age": np.where(RANDOM.random(4000) < 0.5, np.nan, FEATURES["age"])}

    lines = drift(holes).output.splitlines()

    assert lines[0].endswith("1 of 4 features drifted in 4000 samples: age")
    assert lines[1].startswith("* age: psi 0.0")
    assert ", missing 0.0% -> " in lines[1]


def test_a_constant_column_is_compared_by_its_value(drift: Callable[..., Result], run: Run, tmp_path: Path) -> None:
    constant = write(tmp_path, "constant.parquet", {"country": np.ones(2000)})
    other = write(tmp_path, "other.parquet", {"country": np.full(2000, 2.0)})
    (tmp_path / "drift.yaml").write_text("minimumSamples: 1000")
    settings = ("--settings", tmp_path / "drift.yaml")

    assert "no drift" in run("drift", "fraud", "--reference", constant, "--current", constant, *settings).output
    assert "fraud: drift" in run("drift", "fraud", "--reference", constant, "--current", other, *settings).output


def test_each_feature_has_a_method_of_its_own(drift: Callable[..., Result], tmp_path: Path) -> None:
    settings = "{minimumSamples: 1000, method: jensenshannon, threshold: 0.2, columns: {age: {method: ks}, amount: {threshold: 0.3}, city: {method: chisquare, threshold: 0.01}}}"

    drift(FEATURES, "--json", tmp_path / "report.json", settings=settings)

    features = json.loads((tmp_path / "report.json").read_text())["features"]
    assert [(each["method"], each["threshold"], each["driftsIf"]) for each in features] == [
        ("ks", 0.05, "score < threshold"),
        ("jensenshannon", 0.3, "score > threshold"),
        ("chisquare", 0.01, "score < threshold"),
        ("jensenshannon", 0.2, "score > threshold"),
    ]


def test_prometheus_gets_every_score_and_the_verdict() -> None:
    feature = FeatureDrift('a "b"', Rule(Method.PSI, 0.15), 0.25, 0.0, 0.5, lost_values=True)

    text = DriftReport("fraud", 20_000, DriftSettings(), (feature,), judged=20_000).to_prometheus()

    assert [line for line in text.splitlines() if not line.startswith("#")] == [
        'drift_score{model="fraud",check="features",feature="a \\"b\\"",method="psi"} 0.25',
        'drift_missing_share{model="fraud",check="features",feature="a \\"b\\""} 0.5',
        'drift_share{model="fraud",check="features"} 1',
        'drift_samples{model="fraud",check="features"} 20000',
        'drift_detected{model="fraud",check="features"} 1',
    ]


def test_metrics_are_a_file(drift: Callable[..., Result], tmp_path: Path) -> None:
    drift(FEATURES, "--metrics", tmp_path / "drift.prom")

    assert 'drift_detected{model="fraud",check="features"} 0\n' in (tmp_path / "drift.prom").read_text()


def test_columns_that_cannot_be_compared_are_left_out(run: Run, tmp_path: Path) -> None:
    reference = write(tmp_path, "reference.parquet", {"age": [1.0, 2.0], "when": pa.array([0, 1], pa.timestamp("s"))})

    assert "0 of 1 features" in run("drift", "fraud", "--reference", reference, "--current", reference).output


def test_the_reference_is_the_one_that_was_written_with_the_model(run: Run, tmp_path: Path) -> None:
    from cdk8s_mlops_runtime.packing import sha256_of

    reference = write(tmp_path, "reference.parquet", FEATURES)

    assert (
        "waiting"
        in run("drift", "fraud", "--reference", reference, "--current", reference, "--reference-sha256", sha256_of(reference)).output
    )


def test_a_feature_that_nobody_fills_any_more_has_drifted_and_the_others_are_judged(drift: Callable[..., Result], tmp_path: Path) -> None:
    holes = {**FEATURES, "age": np.full(4000, np.nan)}

    lines = drift(holes, "--json", tmp_path / "report.json", "--metrics", tmp_path / "drift.prom").output.splitlines()

    assert lines[0] == "fraud: no drift; 1 of 4 features drifted in 4000 samples: age"
    assert lines[1] == "* age: psi no value (threshold 0.15), missing 0.0% -> 100.0%"
    assert json.loads((tmp_path / "report.json").read_text())["features"][0]["score"] is None
    assert 'feature="age",method="psi"' not in (tmp_path / "drift.prom").read_text()
    assert 'drift_missing_share{model="fraud",check="features",feature="age"} 1\n' in (tmp_path / "drift.prom").read_text()
