"""Release records have the one form of the library, to the byte."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdk8s_mlops_runtime.release import DataSnapshot, javascript_number, release_text

ROOT = Path(__file__).parents[2]
RECORDS = sorted(ROOT.glob("examples/*/releases/*.json"))


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_that_the_library_accepts_is_written_as_it_was(path: Path) -> None:
    assert release_text(json.loads(path.read_text())) == path.read_text()


def test_there_are_records() -> None:
    assert len(RECORDS) >= 4


def test_what_is_not_known_is_left_out_and_names_are_in_the_order_of_javascript() -> None:
    text = release_text(
        {
            "version": "7",
            "model": "fraud",
            "previousVersion": None,
            "parameters": {"b": "2", "10": "x", "9": "y", "\U0001f600": "z", "\uff5e": "t", "a": "1"},
            "metrics": {},
        }
    )

    assert text == (
        '{\n  "model": "fraud",\n  "version": "7",\n  "parameters": {\n    "9": "y",\n    "10": "x",\n    "a": "1",\n    "b": "2",\n'
        '    "\U0001f600": "z",\n    "\uff5e": "t"\n  },\n  "metrics": {}\n}\n'
    )


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_the_same_number(number: float) -> None:
    assert float(javascript_number(number)) == number


@pytest.mark.skipif(shutil.which("node") is None, reason="no node on the path")
def test_numbers_are_written_as_node_writes_them() -> None:
    numbers = [
        0.0,
        -0.0,
        1.0,
        -1.5,
        0.1,
        1e21,
        1e20,
        123456789012345680000.0,
        1e-6,
        1e-7,
        1.5e-7,
        5e-324,
        math.pi,
        1e300,
        -2.5e-9,
        100.0,
        0.00012,
    ]
    written = subprocess.run(
        ["node", "-e", f"console.log(JSON.stringify({json.dumps(numbers)}.map((n) => JSON.stringify(n))))"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert [javascript_number(number) for number in numbers] == json.loads(written.stdout)


def test_a_snapshot_is_read_as_the_library_writes_it() -> None:
    snapshot = DataSnapshot.parse("git:https://git.example.com/fraud/data.git#features@5d6e7f8a")

    assert snapshot == DataSnapshot("git", "https://git.example.com/fraud/data.git#features", "5d6e7f8a")
    assert str(snapshot) == "git:https://git.example.com/fraud/data.git#features@5d6e7f8a"
