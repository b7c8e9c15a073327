"""The predictions log as it comes: in folders and files, in formats, with times that are written in all ways."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import Result

from cdk8s_mlops_runtime.drift import rows as rows_module
from cdk8s_mlops_runtime.drift.rows import Rows
from cdk8s_mlops_runtime.drift.table import Table
from cdk8s_mlops_runtime.drift.window import Dropped, Gate, Window, moments_of

Run = Callable[..., Result]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
MICROS = int(NOON.timestamp() * 1e6)
KINDS = {"age": "numbers", "city": "labels"}


def lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


@pytest.mark.parametrize(
    "array",
    [
        pa.array([NOON], pa.timestamp("ns", "UTC")),
        pa.array([MICROS * 1000 + 1], pa.timestamp("ns", "UTC")),
        pa.array([NOON.replace(tzinfo=None)], pa.timestamp("s")),
        pa.array(["2026-01-31T12:00:00Z"]),
        pa.array(["2026-01-31T13:00:00+01:00"]),
        pa.array(["2026-01-31 12:00:00"]),
        pa.array([NOON.timestamp()]),
        pa.array([int(NOON.timestamp() * 1000)]),
    ],
    ids=["timestamp", "a nanosecond more", "naive", "text", "offset", "text without an offset", "seconds", "milliseconds"],
)
def test_a_time_is_understood(array: Any) -> None:
    assert moments_of(array).tolist() == [MICROS]


def test_what_is_no_time_is_never() -> None:
    never = np.iinfo(np.int64).min

    assert moments_of(pa.array(["soon", None, "2026-01-31T12:00:00Z"])).tolist() == [never, never, MICROS]
    assert moments_of(pa.array([None, float("nan")], pa.float64())).tolist() == [never, never]
    assert moments_of(pa.array([MICROS * 1000])).tolist() == [never]
    assert moments_of(pa.array([True])).tolist() == [never]
    assert moments_of(pa.array([None], pa.timestamp("us", "UTC"))).tolist() == [never]


def test_a_window_ends_with_its_end_and_begins_after_its_start() -> None:
    gate = Gate(Window.of(60, NOON, trained=datetime(2026, 1, 31, 11, 59, 30, tzinfo=UTC)))
    seconds = [-61, -60, -59, -30, 0, 1]

    passing = gate.passes(pa.array([NOON.timestamp() + second for second in seconds]))

    assert passing.tolist() == [False, False, False, True, True, False]
    assert gate.dropped == Dropped(outside=3, untimed=0, before_training=1)
    assert gate.window.to_json() == {"from": "2026-01-31T11:59:00Z", "to": "2026-01-31T12:00:00Z", "trained": "2026-01-31T11:59:30Z"}


def test_files_of_all_formats_are_one_log(tmp_path: Path) -> None:
    pq.write_table(pa.table({"age": [1, 2], "city": ["Bern", None]}), tmp_path / "a.parquet")
    (tmp_path / "b.csv").write_text("city,age,more\nGenf,3.5,x\nNA,,x\n")
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress(b"age\n4\n"))
    (tmp_path / "d.jsonl").write_bytes(lines([{"age": 5, "city": True}, {"city": False, "age": None}]))
    (tmp_path / "e.jsonl.gz").write_bytes(gzip.compress(lines([{"age": 6.5, "city": 7}])[:-1]))
    found = Rows("log", sorted(tmp_path.iterdir()), KINDS)

    table = pa.concat_tables(list(found.batches()))

    assert table.column("age").to_pylist() == [1, 2, 3.5, None, 4, 5, None, 6.5]
    assert table.column("city").to_pylist() == ["Bern", None, "Genf", "NA", None, "true", "false", "7"]
    assert list(found.seen) == ["age", "city", "more"]


def test_a_block_ends_with_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "_BLOCK", 7)
    (tmp_path / "a.jsonl").write_bytes(lines([{"age": i} for i in range(5)]) + b"\n")

    batches = list(Rows("log", [tmp_path / "a.jsonl"], {"age": "numbers"}).batches())

    assert len(batches) > 1
    assert pa.concat_tables(batches).column("age").to_pylist() == [0, 1, 2, 3, 4]


def test_a_column_that_is_null_in_a_file_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines([{"age": None, "city": None}]))
    found = Rows("log", [tmp_path / "a.jsonl"], KINDS)

    assert [batch.to_pylist() for batch in found.batches()] == [[{"age": None, "city": None}]]
    found.require_columns()


def test_a_number_is_a_label_where_the_settings_say_so(run: Run, tmp_path: Path) -> None:
    pq.write_table(pa.table({"country": [756, 276] * 600}), tmp_path / "reference.parquet")
    (tmp_path / "log.jsonl").write_bytes(lines([{"country": "756"}, {"country": "276"}] * 600))
    (tmp_path / "drift.yaml").write_text("{minimumSamples: 1000, columns: {country: {type: categorical, method: chisquare}}}")

    result = run(
        *("drift", "fraud", "--reference", tmp_path / "reference.parquet", "--current", tmp_path / "log.jsonl"),
        *("--settings", tmp_path / "drift.yaml"),
    )

    assert result.output.splitlines() == [
        "fraud: no drift; 0 of 1 features drifted in 1200 samples",
        "  country: chisquare 1 (threshold 0.05)",
    ]


def test_labels_that_are_written_as_floats_are_the_same_labels() -> None:
    table = Table.of("t", pa.table({"x": [756.0, float("nan"), 1.5]}), {"x": "categorical"})

    assert table.column("x", "labels").counts == {"756": 1, "1.5": 1}
    assert table.column("x", "labels").missing_share == pytest.approx(1 / 3)


def test_labels_that_are_written_as_decimals_are_the_same_labels() -> None:
    decimals = pa.array([Decimal("756.00"), None, Decimal("1.50")], pa.decimal128(10, 2))

    table = Table.of("t", pa.table({"x": decimals}), {"x": "categorical"})

    assert table.column("x", "labels").counts == {"756": 1, "1.5": 1}


def test_labels_that_are_written_as_floats_are_the_same_labels_in_a_window(tmp_path: Path) -> None:
    times = pa.array([NOON] * 3, pa.timestamp("us", "UTC"))
    pq.write_table(pa.table({"timestamp": times, "x": [756.0, float("nan"), 1.5]}), tmp_path / "log.parquet")
    rows = Rows("log", [tmp_path / "log.parquet"], {"x": "labels"}, Window.of(60, NOON))

    column = Table.sampled(rows, 100).column("x", "labels")

    assert column.counts == {"756": 1, "1.5": 1}
    assert column.missing_share == pytest.approx(1 / 3)


@pytest.mark.parametrize("method", ["psi", "kl_div", "jensenshannon", "ks", "wasserstein"])
@pytest.mark.parametrize("more", [(), ("--stream",)], ids=["at once", "read twice"])
@pytest.mark.parametrize("step", [1, 100], ids=["many values", "few values"])
def test_decimals_of_a_reference_are_the_numbers_of_the_log(
    run: Run, tmp_path: Path, method: str, step: int, more: tuple[str, ...]
) -> None:
    cents = [i % 1000 // step * step + 7 for i in range(2000)]
    decimals = pa.array([Decimal(each) / 100 for each in cents], pa.decimal128(10, 2))
    pq.write_table(pa.table({"amount": decimals}), tmp_path / "reference.parquet")
    (tmp_path / "log.jsonl").write_bytes(lines([{"amount": each / 100, "timestamp": "2026-01-31T11:59:59Z"} for each in cents]))
    (tmp_path / "drift.yaml").write_text(f"{{minimumSamples: 1000, columns: {{amount: {{method: {method}}}}}}}")

    run(
        *("drift", "fraud", "--reference", tmp_path / "reference.parquet", "--current", tmp_path / "log.jsonl"),
        *("--settings", tmp_path / "drift.yaml", "--json", tmp_path / "report.json"),
        *("--window", 60, "--until", "2026-01-31T12:00:00Z", *more),
    )

    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["verdict"], report["samples"], report["features"][0]["missingShareBefore"]) == ("no drift", 2000, 0)
    assert report["features"][0]["score"] == pytest.approx(1 if method == "ks" else 0, abs=1e-9)


def test_a_folder_of_the_machine_is_a_log(run: Run, tmp_path: Path) -> None:
    (tmp_path / "log" / "pod-1").mkdir(parents=True)
    (tmp_path / "reference.jsonl").write_bytes(lines([{"age": i, "id": "x"} for i in range(50)]))
    for pod in (1, 2):
        (tmp_path / "log" / "pod-1" / f"{pod}.jsonl").write_bytes(
            lines([{"age": i, "timestamp": "2026-01-31T11:59:59Z"} for i in range(30)])
        )
    (tmp_path / "log" / "_SUCCESS").write_text("")
    (tmp_path / "drift.yaml").write_text("{minimumSamples: 10, otherColumns: ignore, columns: {age: {method: ks}}}")

    result = run(
        *(
            "drift",
            "fraud",
            "--reference",
            tmp_path / "reference.jsonl",
            "--current",
            tmp_path / "log",
            "--settings",
            tmp_path / "drift.yaml",
        ),
        *("--window", 60, "--until", "2026-01-31T12:00:00Z", "--report", tmp_path / "reports"),
    )

    assert result.output.splitlines()[0] == "fraud: drift; 1 of 1 features drifted in 60 samples: age"
    written = sorted(str(path.relative_to(tmp_path / "reports")) for path in (tmp_path / "reports").rglob("*") if path.is_file())
    assert written == [
        *("features/2026/01/31/1200.html", "features/2026/01/31/1200.json"),
        *("features/latest.html", "features/latest.json"),
    ]


def test_a_log_that_is_not_by_day_is_found_by_when_it_was_written(run: Run, bucket: str, tmp_path: Path) -> None:
    store, name = boto3.client("s3"), bucket.removeprefix("s3://")
    store.put_object(
        Bucket=name, Key="log/part-0.jsonl", Body=lines([{"age": i, "timestamp": datetime.now(UTC).isoformat()} for i in range(20)])
    )
    store.put_object(Bucket=name, Key="log/readme.txt", Body=b"no log")
    (tmp_path / "reference.csv").write_text("age\n1\n2\n")
    words = ("drift", "fraud", "--reference", tmp_path / "reference.csv", "--window", 600)

    assert " in 20 samples" in run(*words, "--current", f"{bucket}/log/").output
    assert " in 20 samples" in run(*words, "--current", f"{bucket}/log/part-0.jsonl").output
    assert " in 20 samples" in run("drift", "fraud", "--reference", tmp_path / "reference.csv", "--current", f"{bucket}/log").output


def test_a_page_of_features_that_have_no_value_has_no_picture(run: Run, tmp_path: Path) -> None:
    (tmp_path / "reference.csv").write_text("age\n1\n2\n")
    pq.write_table(pa.table({"age": pa.nulls(5, pa.float64())}), tmp_path / "log.parquet")

    run(
        *(
            "drift",
            "fraud",
            "--reference",
            tmp_path / "reference.csv",
            "--current",
            tmp_path / "log.parquet",
            "--report",
            tmp_path / "reports",
        )
    )

    page = (tmp_path / "reports" / "features" / "latest.html").read_text()
    assert "<b>lost its values</b>" in page
    assert len(page) < 2000


def test_a_feature_that_is_not_in_the_rows_that_are_drawn_is_in_the_numbers(run: Run, tmp_path: Path) -> None:
    rare = np.full(200_000, np.nan)
    rare[0] = 1.0
    for name in ("reference", "log"):
        pq.write_table(pa.table({"rare": rare, "age": np.arange(200_000) % 90}), tmp_path / f"{name}.parquet")

    result = run(
        *("drift", "fraud", "--reference", tmp_path / "reference.parquet", "--current", tmp_path / "log.parquet"),
        *("--report", tmp_path / "reports"),
    )

    assert (result.exit_code, result.stderr) == (0, "")
    page = (tmp_path / "reports" / "features" / "latest.html").read_text()
    assert "<td>rare</td>" in page
    # what Evidently draws is larger than the numbers
    assert len(page) > 100_000


def test_a_picture_that_fails_leaves_the_numbers_and_a_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from evidently.core.report import Report

    def fail(*_: object) -> None:
        raise ValueError("an empty column\n'age' was provided")

    monkeypatch.setattr(Report, "run", fail)
    (tmp_path / "reference.csv").write_text("age\n1\n2\n")

    result = run(
        *("drift", "fraud", "--reference", tmp_path / "reference.csv", "--current", tmp_path / "reference.csv"),
        *("--report", tmp_path / "reports"),
    )

    assert result.exit_code == 0
    assert result.stderr == "the page of 'fraud' has numbers and no picture: ValueError: an empty column 'age' was provided\n"
    page = (tmp_path / "reports" / "features" / "latest.html").read_text()
    assert "<h1>fraud: waiting for samples</h1>" in page
    assert "<td>age</td>" in page
