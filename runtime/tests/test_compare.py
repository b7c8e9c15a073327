"""`mlops compare`: answers of a shadow beside those of the live model."""

from __future__ import annotations

import gzip
import json
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cdk8s_mlops_runtime.commands.compare import _day, command
from cdk8s_mlops_runtime.compare.answers import agree, difference
from cdk8s_mlops_runtime.compare.comparison import Comparison, Demand, compare
from cdk8s_mlops_runtime.compare.log import AnswerLog, Fields
from cdk8s_mlops_runtime.compare.pairs import Join
from cdk8s_mlops_runtime.problems import NotYet, Problem, Verdict
from shadow_world import DAY, line, pushgateway, text, write_log

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
THIRTIETH = date(2027, 1, 30)
RANDOM = np.random.default_rng(7)

NUMBERS = st.one_of(st.integers(-(10**6), 10**6), st.floats(allow_nan=True, allow_infinity=True))
ANSWERS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.text(max_size=4), NUMBERS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=2), inner, max_size=3)),
    max_leaves=6,
)


@pytest.fixture
def judged(run: Run, tmp_path: Path) -> Callable[..., tuple[dict[str, Any], Problem | None]]:
    """Compare two logs, and the result with what was said about it."""

    def call(live: list[dict[str, Any]], shadow: list[dict[str, Any]], *more: object) -> tuple[dict[str, Any], Problem | None]:
        logs = (f"--live-log={write_log(tmp_path / 'live', live)}", f"--shadow-log={write_log(tmp_path / 'shadow', shadow)}")
        told: Problem | None = None
        try:
            run("compare", "--live=fraud", "--shadow=next", *logs, f"--day={DAY}", f"--json={tmp_path / 'result.json'}", *more)
        except Problem as problem:
            told = problem
        return json.loads((tmp_path / "result.json").read_text()), told

    return call


def join(folder: Path, live: list[dict[str, Any]], shadow: list[dict[str, Any]], **more: Any) -> Join:
    return Join(AnswerLog(str(write_log(folder / "live", live))), AnswerLog(str(write_log(folder / "shadow", shadow))), THIRTIETH, **more)


def test_the_result_says_what_was_compared_and_how(judged: Callable[..., tuple[dict[str, Any], Problem | None]]) -> None:
    live = [line(number, round(number / 10, 1), latency=0.010 + number / 1000) for number in range(10)]
    shadow = [
        {**each, "prediction": each["prediction"] + (0.3 if each["request_id"] == "r4" else 0.01), "latency_seconds": 0.03} for each in live
    ]

    result, told = judged(live, shadow, "--tolerance=0.02", "--agreement-at-least=0.9", "--minimum-pairs=10")

    assert told is None
    assert result == {
        "live": "fraud",
        "shadow": "next",
        "day": DAY,
        "verdict": "agree",
        "pairs": 10,
        "minimumPairs": 10,
        "agreeing": 9,
        "agreement": 0.9,
        "agreementInterval95": [pytest.approx(0.5958, abs=1e-4), pytest.approx(0.9821, abs=1e-4)],
        "agreesIf": "agreement >= 0.9",
        "tolerance": 0.02,
        "distance": {"method": "kolmogorov-smirnov", "value": pytest.approx(0.2)},
        "latencySeconds": {
            "live": {"p50": pytest.approx(0.0145), "p95": pytest.approx(0.01855)},
            "shadow": {"p50": 0.03, "p95": 0.03},
            "medianDifference": pytest.approx(0.0155),
        },
        "worst": [{"requestId": "r4", "difference": pytest.approx(0.3)}],
        "liveOnly": 0,
        "shadowOnly": 0,
        "duplicates": 0,
        "sampledShare": 1.0,
        "skipped": {
            "live": {"unreadable": 0, "withoutRequestId": 0, "withoutTimestamp": 0, "withoutPrediction": 0},
            "shadow": {"unreadable": 0, "withoutRequestId": 0, "withoutTimestamp": 0, "withoutPrediction": 0},
        },
    }


def test_one_answer_less_than_asked_for_is_no_agreement(judged: Callable[..., tuple[dict[str, Any], Problem | None]]) -> None:
    live = [line(number, "yes") for number in range(100)]
    shadow = [line(number, "no" if number < 2 else "yes") for number in range(100)]

    result, told = judged(live, shadow, "--minimum-pairs=100")

    assert (result["verdict"], result["agreement"], result["worst"]) == (
        "disagree",
        0.98,
        [{"requestId": "r0", "difference": None}, {"requestId": "r1", "difference": None}],
    )
    assert isinstance(told, Verdict)
    assert judged(live, shadow, "--minimum-pairs=100", "--agreement-at-least=0.98")[1] is None


def test_few_pairs_say_nothing_however_well_they_agree(judged: Callable[..., tuple[dict[str, Any], Problem | None]]) -> None:
    live = [line(number, 1) for number in range(100)]

    result, told = judged(live, live[:99], "--minimum-pairs=100")

    assert (result["verdict"], result["pairs"], result["liveOnly"], result["agreement"]) == ("no verdict", 99, 1, 1.0)
    assert isinstance(told, NotYet)


def test_nothing_at_all_says_nothing(judged: Callable[..., tuple[dict[str, Any], Problem | None]]) -> None:
    result, told = judged([], [])

    assert (result["verdict"], result["agreement"], result["agreementInterval95"], result["distance"], result["latencySeconds"]) == (
        "no verdict",
        None,
        None,
        None,
        None,
    )
    assert isinstance(told, NotYet)


def test_lines_without_meaning_are_counted_and_told(run: Run, tmp_path: Path) -> None:
    good = [line(number, 1) for number in range(3)]
    bad: list[dict[str, Any]] = [
        {"timestamp": f"{DAY}T00:00:00Z", "prediction": 1},
        {"request_id": "a", "prediction": 1},
        {"request_id": "b", "timestamp": "yesterday", "prediction": 1},
        {"request_id": "c", "timestamp": True, "prediction": 1},
        {"request_id": "d", "timestamp": 1e300, "prediction": 1},
        {"request_id": "", "timestamp": f"{DAY}T00:00:00Z", "prediction": 1},
        {"request_id": "e", "timestamp": f"{DAY}T00:00:00Z"},
    ]
    live = write_log(tmp_path / "live", [*good, *bad])
    with (live / "2027/01/30/12.jsonl").open("ab") as file:
        file.write(b'{"request_id": "cut o\n\n[1, 2]\n')
    shadow = write_log(tmp_path / "shadow", good)

    page = run(
        "compare", "--live=fraud", "--shadow=next", f"--live-log={live}", f"--shadow-log={shadow}", f"--day={DAY}", "--minimum-pairs=3"
    ).output

    assert "| lines of the live log without meaning | 2 unreadable, 2 withoutRequestId, 4 withoutTimestamp, 1 withoutPrediction |" in page
    assert "shadow log" not in page


def test_the_first_of_several_answers_counts(tmp_path: Path) -> None:
    both = join(tmp_path, [line(1, "a"), line(1, "b"), line(2, "a")], [line(1, "a"), line(1, "c"), line(2, "a")])

    assert [(pair.request_id, pair.live, pair.shadow) for pair in both.pairs()] == [("r1", "a", "a"), ("r2", "a", "a")]
    assert both.duplicates == 2


def test_a_day_is_one_of_utc_and_copies_may_be_late(tmp_path: Path) -> None:
    moments = ["2027-01-29T23:59:59.999Z", "2027-01-30T00:00:00+00:00", "2027-01-31T00:59:59+01:00", "2027-01-31T00:00:00"]
    live = [line(number, 1, at=moment) for number, moment in enumerate(moments)]
    shadow = [
        line(0, 1, at=moments[1]),
        line(1, 1, at="2027-01-29T23:55:00Z"),
        line(2, 1, at="2027-01-31T00:04:59Z"),
        line(9, 1, at="2027-01-31T00:01:00Z"),
    ]

    both = join(tmp_path, live, shadow)

    assert [pair.request_id for pair in both.pairs()] == ["r1", "r2"]
    assert (both.live_only, both.shadow_only) == (0, 1)


@pytest.mark.parametrize("at", [1801310400, 1801310400.5, 1801310400000, "2027-01-30T12:00:00"])
def test_moments_may_be_numbers(tmp_path: Path, at: object) -> None:
    log = AnswerLog(str(write_log(tmp_path, [line(1, 1) | {"timestamp": at}])))

    assert [answer.at.replace(microsecond=0) for answer in log.answers(THIRTIETH)] == [datetime(2027, 1, 30, 12, tzinfo=UTC)]


def test_fields_may_have_other_names_and_lie_deeper(tmp_path: Path) -> None:
    record = {"meta": {"id": 7, "ms": 20}, "time": f"{DAY}T10:00:00Z", "answer.score": 0.5}
    log = AnswerLog(str(write_log(tmp_path, [record])), Fields("meta.id", "answer.score", "meta.ms", "time"))

    (answer,) = log.answers(THIRTIETH)

    assert (answer.request_id, answer.prediction, answer.latency) == ("7", 0.5, 20)


@pytest.mark.parametrize("latency", ["fast", -1, None, True, math.inf])
def test_a_latency_that_is_none_is_left_out(tmp_path: Path, latency: Any) -> None:
    log = AnswerLog(str(write_log(tmp_path, [line(1, 1, latency=latency)])))

    assert [answer.latency for answer in log.answers(THIRTIETH)] == [None]


@pytest.mark.parametrize(
    "name", ["2027/01/30/a.jsonl", "2027/01/30/a.jsonl.gz", "2027/01/31/00.ndjson", "a.jsonl.gz", "dt=2027-01-30/part-0.jsonl"]
)
def test_layouts_of_a_log(tmp_path: Path, name: str) -> None:
    folder = write_log(tmp_path, [line(1, 1)], name)
    (folder / "README.md").write_text("no log")

    assert [answer.request_id for answer in AnswerLog(str(folder)).answers(THIRTIETH)] == ["r1"]
    assert [answer.request_id for answer in AnswerLog(str(folder / name)).answers(THIRTIETH)] == ["r1"]


def test_days_that_have_folders_leave_the_others_alone(tmp_path: Path) -> None:
    write_log(tmp_path, [line(1, 1)])
    write_log(tmp_path, [line(2, 1)], "2027/01/29/12.jsonl")

    assert [answer.request_id for answer in AnswerLog(str(tmp_path)).answers(THIRTIETH)] == ["r1"]


def test_in_s3_with_a_report_for_each_day(run: Run, bucket: str) -> None:
    client, name = boto3.client("s3"), bucket.removeprefix("s3://")
    lines = [line(number, number % 3) for number in range(50)]
    client.put_object(Bucket=name, Key="log/fraud/2027/01/30/a.jsonl", Body=text(lines[:30]))
    client.put_object(Bucket=name, Key="log/fraud/2027/01/31/00.jsonl.gz", Body=gzip.compress(text(lines[30:])))
    client.put_object(Bucket=name, Key="log/next/all.jsonl", Body=text([*lines, line("old", 1, at="2027-01-12T00:00:00Z")]))
    args = (
        "compare",
        "--live=fraud",
        "--shadow=next",
        f"--live-log={bucket}/log/fraud",
        f"--shadow-log={bucket}/log/next/",
        f"--day={DAY}",
    )

    for _ in range(2):
        run(*args, "--minimum-pairs=50", f"--report={bucket}/reports/shadow")

    kept = client.get_object(Bucket=name, Key=f"reports/shadow/{DAY}.json")["Body"].read()
    page = client.get_object(Bucket=name, Key=f"reports/shadow/{DAY}.md")["Body"].read().decode()
    assert (json.loads(kept)["verdict"], json.loads(kept)["pairs"]) == ("agree", 50)
    assert page.splitlines()[0] == f"# next beside fraud on {DAY}: agree"


def test_the_page_is_for_people(run: Run, tmp_path: Path) -> None:
    live = write_log(tmp_path / "live", [line(number, 0.5) for number in range(10)])
    shadow = write_log(tmp_path / "shadow", [line(number, 0.5 if number else "no|", latency=0.03) for number in range(9)])

    run(
        "compare", "--live=fraud", "--shadow=next", f"--live-log={live}", f"--shadow-log={shadow}", f"--day={DAY}", "--minimum-pairs=9",
        "--agreement-at-least=0.8", f"--report={tmp_path / 'reports'}",
    )  # fmt: skip

    assert (tmp_path / "reports" / f"{DAY}.md").read_text() == "\n".join(
        [
            f"# next beside fraud on {DAY}: agree",
            "",
            "| | |",
            "|---|---|",
            "| requests that both answered | 9, of 9 that a verdict takes |",
            "| answers that agree | 88.8889% (95 %: 56.5000% to 98.0109%), of 80.0000% asked for |",
            "| numbers agree | if they are equal |",
            "| latency p50 | 30.0 ms, live 20.0 ms |",
            "| latency p95 | 30.0 ms, live 20.0 ms |",
            "| median difference of latencies | +10.0 ms |",
            "| answered by one of them only | 1 by the live model, 0 by the shadow |",
            "",
            "Furthest apart: `r0`.",
            "",
        ]
    )


def test_numbers_reach_the_pushgateway_and_none_about_agreement_where_there_is_no_verdict(run: Run, tmp_path: Path) -> None:
    live = write_log(tmp_path / "live", [line(number, 0.5, latency=0.25) for number in range(4)])
    shadow = write_log(tmp_path / "shadow", [line(number, 0.5, latency=0.5) for number in range(4)])
    args = ("compare", "--live=fraud", "--shadow=next", f"--live-log={live}", f"--shadow-log={shadow}", f"--day={DAY}")

    with pushgateway(503, 200) as (address, got):
        run(*args, "--minimum-pairs=4", f"--push={address}/")
        with pytest.raises(NotYet):
            run(*args, "--minimum-pairs=5", f"--push={address}")

    samples = [[sample for sample in body.splitlines() if not sample.startswith("#")] for _, _, body in got]
    assert {(method, path) for method, path, _ in got} == {("PUT", "/metrics/job/mlops-compare/model/fraud/shadow/next")}
    assert samples[1] == [
        "shadow_pairs 4", "shadow_disagrees 0", "shadow_agreement_ratio 1", 'shadow_answer_distance{method="kolmogorov-smirnov"} 0',
        "shadow_latency_difference_seconds 0.25",
    ]  # fmt: skip
    assert [sample.split()[0] for sample in samples[2] if "agreement" in sample] == []


def test_yesterday_is_compared_until_the_morning_after_the_last_day(run: Run, tmp_path: Path) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    lines = [line(1, 1, at=f"{yesterday}T12:00:00Z")]
    logs = (
        f"--live-log={write_log(tmp_path / 'live', lines, 'a.jsonl')}",
        f"--shadow-log={write_log(tmp_path / 'shadow', lines, 'a.jsonl')}",
    )

    page = run("compare", "--live=fraud", "--shadow=next", *logs, "--minimum-pairs=1", f"--until={yesterday}").output

    assert page.splitlines()[0] == f"# next beside fraud on {yesterday}: agree"
    with pytest.raises(Problem, match="ended on"):
        run("compare", "--live=fraud", "--shadow=next", *logs, "--minimum-pairs=1", f"--until={yesterday - timedelta(days=1)}")


@given(answer=ANSWERS, tolerance=st.floats(0, 10))
def test_every_answer_agrees_with_itself(answer: Any, tolerance: float) -> None:
    again = json.loads(json.dumps(answer))

    assert agree(answer, again, tolerance)
    assert difference(answer, again) == 0


@given(one=ANSWERS, other=ANSWERS, tolerance=st.floats(0, 10), more=st.floats(0, 10))
def test_agreement_has_no_direction_and_more_tolerance_never_ends_it(one: Any, other: Any, tolerance: float, more: float) -> None:
    agreed = agree(one, other, tolerance)

    assert agreed == agree(other, one, tolerance)
    assert not agreed or agree(one, other, tolerance + more)
    assert difference(one, other) == difference(other, one)


@given(one=NUMBERS, other=NUMBERS, tolerance=st.floats(0.001, 10))
def test_numbers_agree_exactly_up_to_the_tolerance_and_rounding(one: float, other: float, tolerance: float) -> None:
    apart = difference(one, other)
    slack = 1e-9 * max(1.0, abs(one), abs(other)) if math.isfinite(one) and math.isfinite(other) else 0.0

    assert agree(one, other, tolerance) == (apart <= tolerance + slack)


@pytest.mark.parametrize(
    ("one", "other", "tolerance", "expected"),
    [
        (0.83, 0.85, 0.02, True),
        (0.83, 0.8501, 0.02, False),
        (1, 1.0, 0, True),
        (1, True, 0, False),
        (None, None, 0, True),
        (None, 0, 1, False),
        ("1", 1, 1, False),
        ([0.1, 0.9], [0.11, 0.89], 0.02, True),
        ([0.1], [0.1, 0.2], 1, False),
        ({"fraud": 0.5}, {"fraud": 0.6}, 0.05, False),
        ({"fraud": 0.5}, {"card": 0.5}, 1, False),
        (math.nan, math.nan, 0, True),
        (math.inf, -math.inf, 100, False),
        (math.nan, 1, 100, False),
    ],
)
def test_what_agrees(one: Any, other: Any, tolerance: float, expected: bool) -> None:
    assert agree(one, other, tolerance) is expected


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, 400), min_size=1), st.sets(st.integers(0, 400), min_size=1), st.integers(1, 60))
def test_a_sample_is_decided_by_ids_alone(tmp_path_factory: pytest.TempPathFactory, live: set[int], shadow: set[int], at_most: int) -> None:
    folder = tmp_path_factory.mktemp("sample")
    lines = [line(number, number) for number in sorted(live)], [line(number, number) for number in sorted(shadow)]

    whole = join(folder / "whole", *lines)
    everything = {pair.request_id for pair in whole.pairs()}
    sample = join(folder / "sample", *lines, at_most=at_most)
    sampled = {pair.request_id for pair in sample.pairs()}
    backwards = join(folder / "backwards", lines[0][::-1], lines[1][::-1], at_most=at_most)

    assert everything == {f"r{number}" for number in live & shadow}
    assert (whole.live_only, whole.shadow_only, whole.sampled_share) == (len(live - shadow), len(shadow - live), 1)
    assert sampled <= everything
    assert len(sampled) + sample.shadow_only <= at_most
    assert {pair.request_id for pair in backwards.pairs()} == sampled
    assert (backwards.sampled_share, backwards.live_only) == (sample.sampled_share, sample.live_only)


def test_a_sample_says_so_and_estimates_the_whole(judged: Callable[..., tuple[dict[str, Any], Problem | None]]) -> None:
    live = [line(number, number % 10) for number in range(4000)]
    shadow = [line(number, 0 if number % 10 == 5 else number % 10) for number in range(4000)]

    result, told = judged(live, shadow, "--pairs-at-most=1000", "--minimum-pairs=100", "--agreement-at-least=0.85")

    assert told is None
    assert result["pairs"] <= 1000
    assert result["sampledShare"] == 0.25 or result["sampledShare"] == 0.125
    assert result["agreement"] == pytest.approx(0.9, abs=0.05)


def test_distances_are_those_of_scipy(tmp_path: Path) -> None:
    one, other = RANDOM.normal(0, 1, 500).tolist(), RANDOM.normal(0.3, 1, 500).tolist()
    both = join(tmp_path, [line(i, value) for i, value in enumerate(one)], [line(i, value) for i, value in enumerate(other)])

    found = compare("fraud", "next", both, Demand()).distance

    assert found is not None
    assert found.value == pytest.approx(stats.ks_2samp(one, other).statistic, abs=1e-12)


@pytest.mark.parametrize(
    ("live", "shadow", "expected"),
    [
        (["a", "a", "b", "b"], ["a", "a", "b", "b"], ("jensenshannon", 0.0)),
        (["a", "a"], ["b", "b"], ("jensenshannon", pytest.approx(math.sqrt(math.log(2))))),
        ([True, False], [False, True], ("jensenshannon", 0.0)),
        ([[1], [2]], [[1], [2]], None),
        ([1, "a"], [1, "a"], None),
        ([math.nan], [math.nan], None),
    ],
)
def test_what_has_a_distribution(tmp_path: Path, live: list[Any], shadow: list[Any], expected: Any) -> None:
    both = join(tmp_path, [line(i, value) for i, value in enumerate(live)], [line(i, value) for i, value in enumerate(shadow)])

    found = compare("fraud", "next", both, Demand()).distance

    assert (found and (found.method, found.value)) == expected


@given(st.integers(1, 5000), st.data())
def test_the_interval_is_that_of_wilson(pairs: int, data: st.DataObject) -> None:
    agreeing = data.draw(st.integers(0, pairs))
    empty = Join(AnswerLog("a"), AnswerLog("b"), THIRTIETH)
    found = Comparison("a", "b", THIRTIETH, Demand(), empty, pairs, agreeing, [], None, None)

    expected = stats.binomtest(agreeing, pairs).proportion_ci(0.95, method="wilson")

    assert found.interval == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_a_day_is_read_as_people_write_it() -> None:
    assert _day("--day", "2028-02-29") == date(2028, 2, 29)


def test_what_the_library_renders_is_what_the_command_reads() -> None:
    manifests = (ROOT / "examples" / "shadow" / "__snapshots__" / "main.test.ts.snap").read_text()
    first = manifests.index('"--live=')
    rendered = re.findall(r'"(--[a-z-]+)=[^"]*"', manifests[first : manifests.index("]", first)])

    assert (
        {"--live", "--shadow", "--until", "--push"}
        <= set(rendered)
        <= {option for parameter in command.params for option in parameter.opts}
    )


def test_the_logs_of_the_example_disagree_in_one_request(run: Run) -> None:
    logs = ROOT / "examples" / "shadow" / "answers"
    args = (
        "compare",
        "--live=fraud-detection",
        "--shadow=fraud-detection-shadow",
        f"--live-log={logs / 'live'}",
        f"--shadow-log={logs / 'shadow'}",
    )

    with pytest.raises(Verdict, match=re.escape("in 87.5000% of 8 requests of 2030-01-07, less than 98.0000%")):
        run(*args, "--day=2030-01-07", "--agreement-at-least=0.98", "--tolerance=0.02", "--minimum-pairs=5")
