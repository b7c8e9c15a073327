"""`mlops evaluate`: the same golden set and the same program for candidate and champion; the exit code is the verdict."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from cdk8s_mlops_runtime.gates import Gate, judge, read_gates
from cdk8s_mlops_runtime.packing import sha256_of
from cdk8s_mlops_runtime.problems import Conflict

Run = Callable[..., Result]
LINEAGE = ("--git-commit", "4b825dc6", "--data", "lakefs:lakefs://fraud-data@5d6e7f8a", "--trained-by", "nightly")
# the text of the practice that these gates come from
GATES = """\
metrics:
  accuracy:
    minimum: 0.92
    comparison: "gte" # greater than or equal to baseline
  latency_p95_ms:
    maximum: 50
    comparison: "lte"
  model_size_mb:
    maximum: 500
  feature_importance_stability:
    minimum: 0.85 # correlation with baseline feature importance
"""
EVALUATOR = (
    "import json, os, pathlib\n"
    "model = json.loads((pathlib.Path(os.environ['MODEL_PATH']) / 'model.json').read_text())\n"
    "assert pathlib.Path(os.environ['GOLDEN_SET']).read_text() == 'golden'\n"
    "pathlib.Path(os.environ['METRICS_PATH']).write_text(json.dumps(model))\n"
)
GOOD = {"accuracy": 0.95, "latency_p95_ms": 40, "feature_importance_stability": 0.9}


@pytest.fixture
def evaluate(run: Run, bucket: str, tmp_path: Path) -> Callable[..., tuple[int, Any, str]]:
    """Register a candidate that measures so, and judge it: exit code, report, text."""
    (tmp_path / "gates.yaml").write_text(GATES)
    (tmp_path / "golden").write_text("golden")

    def call(version: str, metrics: dict[str, Any], architecture: str = "trees") -> tuple[int, Any, str]:
        (tmp_path / "model.json").write_text(json.dumps(metrics))
        (tmp_path / "architecture").write_text(architecture)
        run("register", "fraud", tmp_path / "model.json", "--version", version, *LINEAGE, "--architecture", tmp_path / "architecture")
        files = (
            "--gates",
            tmp_path / "gates.yaml",
            "--golden-set",
            tmp_path / "golden",
            "--golden-set-sha256",
            sha256_of(tmp_path / "golden"),
        )
        reports = ("--json", tmp_path / "report.json", "--markdown", tmp_path / "report.md", "--approval-file", tmp_path / "approval")
        code = 0
        try:
            run("evaluate", "fraud", "--version", version, *files, *reports, "--", sys.executable, "-c", EVALUATOR)
        except SystemExit as left:
            code = int(str(left.code))
        return code, json.loads((tmp_path / "report.json").read_text()), (tmp_path / "report.md").read_text()

    return call


def test_the_first_candidate_has_nobody_to_beat_and_is_promoted_with_its_report(
    evaluate: Callable[..., tuple[int, Any, str]], run: Run, tmp_path: Path
) -> None:
    code, report, text = evaluate("7", GOOD)

    assert (code, report["verdict"], report["champion"]) == (0, "passed", None)
    assert [(gate["metric"], gate["passed"]) for gate in report["gates"]] == [
        ("accuracy", True),
        ("latency_p95_ms", True),
        ("model_size_mb", True),
        ("feature_importance_stability", True),
    ]
    assert text == (
        "# fraud/7 passed 4 gates\n\nCompared with nothing: there is no champion yet.\n\n"
        "| metric | candidate | champion | asked is | |\n|---|---|---|---|---|\n"
        "| accuracy | 0.95 | - | at least 0.92, at least the champion's | passed |\n"
        "| latency_p95_ms | 40 | - | at most 50, at most the champion's | passed |\n"
        "| model_size_mb | 0.01024 | - | at most 500 | passed |\n"
        "| feature_importance_stability | 0.9 | - | at least 0.85 | passed |\n"
    )
    assert (
        "move 1 is made" in run("promote", "fraud", "--version", "7", "--gate-report", tmp_path / "report.json", "--without-record").output
    )


def test_good_enough_is_not_enough_if_the_champion_is_better(
    evaluate: Callable[..., tuple[int, Any, str]], run: Run, tmp_path: Path
) -> None:
    evaluate("7", GOOD)
    run("promote", "fraud", "--version", "7", "--gate-report", tmp_path / "report.json", "--without-record")

    code, report, text = evaluate("8", {**GOOD, "accuracy": 0.94, "latency_p95_ms": 45})

    assert (code, report["verdict"], report["champion"]) == (1, "failed", "7")
    assert [gate.get("failure") for gate in report["gates"]] == [
        "0.94 is below the champion's 0.95",
        "45 is above the champion's 40",
        None,
        None,
    ]
    assert text.startswith("# fraud/8 failed 2 of 4 gates\n\nCompared with version 7.\n")


def test_what_is_as_good_as_the_champion_passes(evaluate: Callable[..., tuple[int, Any, str]], run: Run, tmp_path: Path) -> None:
    evaluate("7", GOOD)
    run("promote", "fraud", "--version", "7", "--gate-report", tmp_path / "report.json", "--without-record")

    assert evaluate("8", GOOD)[0] == 0


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"accuracy": 0.9199}, "0.9199 is below 0.92"),
        ({"latency_p95_ms": 50.1}, "50.1 is above 50"),
        ({"accuracy": None}, "not reported"),
        ({"accuracy": float("nan")}, "nan is no finite number"),
    ],
)
def test_bounds_hold_and_what_is_not_reported_fails(
    evaluate: Callable[..., tuple[int, Any, str]], change: dict[str, Any], failure: str
) -> None:
    metrics = {name: value for name, value in {**GOOD, **change}.items() if value is not None}

    code, report, _ = evaluate("7", metrics)

    assert code == 1
    assert [gate["failure"] for gate in report["gates"] if not gate["passed"]] == [failure]


def test_a_champion_that_was_never_measured_lets_nobody_through() -> None:
    [judgement] = judge([Gate("auc", comparison="gte")], {"auc": 0.9}, {})

    assert judgement.failure == "not reported of the champion, so nobody knows whether it got worse"


def test_gates_are_read_as_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "gates.yaml").write_text(GATES)

    assert read_gates(tmp_path / "gates.yaml") == [
        Gate("accuracy", minimum=0.92, comparison="gte"),
        Gate("latency_p95_ms", maximum=50.0, comparison="lte"),
        Gate("model_size_mb", maximum=500.0),
        Gate("feature_importance_stability", minimum=0.85),
    ]


def test_another_architecture_than_the_champions_waits_for_a_person(
    evaluate: Callable[..., tuple[int, Any, str]], run: Run, tmp_path: Path
) -> None:
    promote = ("promote", "fraud", "--gate-report", tmp_path / "report.json", "--without-record")
    _, first, _ = evaluate("7", GOOD)
    run(*promote, "--version", "7")
    _, routine, _ = evaluate("8", GOOD)
    _, novel, _ = evaluate("9", GOOD, architecture="a network")

    assert [first["approval"], routine["approval"], novel["approval"]] == ["none", "none", "required"]
    assert (tmp_path / "approval").read_text() == "required"
    with pytest.raises(Conflict, match="has another architecture than the champion '7'"):
        run(*promote, "--version", "9")
    run(*promote, "--version", "9", "--canary", "--approved-by", "ada@example.com")
    assert "version 9, before it was 7" in run(*promote, "--version", "9").output
