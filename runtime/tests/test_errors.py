"""Every problem has an id, and every id has a case in a file `cases_*.py` with the whole message."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import cdk8s_mlops_runtime
from cases import ErrorCase, World, all_cases
from cdk8s_mlops_runtime.problems import Problem

PROBLEMS = {"InputProblem", "Conflict", "Tampered", "Unreachable", "Verdict", "NotYet"}
ALL = all_cases()


@pytest.mark.parametrize("case", ALL, ids=[f"{case.id} refuses {case.when}" for case in ALL])
def test_problem(case: ErrorCase, bucket: str, run: Callable[..., Result], tmp_path: Path) -> None:
    with pytest.raises(Problem) as told:
        case.provoke(World(tmp_path, bucket, run))

    message = str(told.value).replace(bucket, "s3://registry").replace(str(tmp_path), "/folder")
    assert message == f"{case.message} ({case.id})"
    assert told.value.exit_code == case.exit_code


def test_every_id_in_the_sources_has_a_case_and_every_case_an_id_in_the_sources() -> None:
    folder = Path(cdk8s_mlops_runtime.__file__).parent
    in_sources = {found for file in folder.rglob("*.py") for found in ids_in(file.read_text())}

    assert sorted({case.id for case in ALL}) == sorted(in_sources)


def test_messages_are_lower_case_and_have_no_full_stop() -> None:
    odd = [case.message for case in ALL if re.match(r"[A-Z][a-z]", case.message) or case.message.endswith(".")]

    assert odd == []


def ids_in(source: str) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    found: list[str] = []
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id in PROBLEMS:
            first = call.args[0]
            assert isinstance(first, ast.Constant), f"line {call.lineno}: an id must be a literal, so that it can be searched for"
            found.append(str(first.value))
    return found
