"""The command line: help without a registry, exit codes that a workflow can act on."""

from __future__ import annotations

import errno
import json
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import Result

import cdk8s_mlops_runtime
from cdk8s_mlops_runtime import cli

ROOT = Path(__file__).parents[2]


def test_the_version_is_that_of_the_library() -> None:
    library = json.loads((ROOT / "package.json").read_text())["version"]
    package = re.search(r'^version = "(.*)"$', (ROOT / "runtime" / "pyproject.toml").read_text(), re.MULTILINE)

    assert package is not None
    assert {library, package[1]} == {cdk8s_mlops_runtime.__version__}


def test_help_names_every_command(run: Callable[..., Result]) -> None:
    output = run("--help").output

    assert [name for name in cli.COMMANDS if f"  {name} " not in output] == []


@pytest.mark.parametrize("name", list(cli.COMMANDS))
def test_every_command_is_a_file_and_every_file_a_command(name: str) -> None:
    assert import_module(f"cdk8s_mlops_runtime.commands.{name}").command.name == name


def test_every_file_of_commands_is_listed() -> None:
    folder = Path(cli.__file__).parent / "commands"

    assert sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__") == sorted(cli.COMMANDS)


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["--version"], 0, ""),
        (["nonsense"], 2, "No such command 'nonsense'."),
        (
            ["load", "--model-uri=s3://bucket/model.tar", "--output=out"],
            2,
            "mlops: 's3://bucket/model.tar' is a file, and nobody but the release record",
        ),
    ],
)
def test_exit_codes(args: list[str], code: int, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["mlops", *args])

    try:
        cli.main()
        left: object = 0
    except SystemExit as leave:
        left = leave.code

    assert left == code
    assert told in capsys.readouterr().err


def test_who_interrupts_gets_the_code_of_a_signal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(**_: object) -> None:
        raise click.Abort

    monkeypatch.setattr(cli.mlops, "main", interrupted)

    with pytest.raises(SystemExit) as leave:
        cli.main()

    assert (leave.value.code, capsys.readouterr().err) == (130, "mlops: interrupted\n")


@pytest.mark.parametrize(
    ("end", "code", "told"),
    [
        (RuntimeError("out\nof luck"), 70, "RuntimeError: out of luck"),
        (MemoryError(), 70, "MemoryError:"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 70, "RuntimeError: whoever read the output is gone"),
        (KeyboardInterrupt(), 130, None),
        (SystemExit(143), 143, None),
    ],
    ids=["a fault", "no memory", "a reader that is gone", "an interrupt", "an exit"],
)
def test_what_breaks_a_command_is_no_verdict(
    end: BaseException, code: int, told: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def break_down(**_: object) -> None:
        raise end

    monkeypatch.setattr(import_module("cdk8s_mlops_runtime.commands.pack").command, "callback", break_down)
    monkeypatch.setattr(sys, "argv", ["mlops", "pack", str(tmp_path), str(tmp_path / "model.tar")])

    with pytest.raises(SystemExit) as leave:
        cli.main()

    said = capsys.readouterr().err
    last = f"mlops: this command broke down, which is no verdict ({told}); report it with the lines above (runtime/fault)\n"
    assert leave.value.code == code
    assert (said.startswith("Traceback"), said.endswith(last)) == (told is not None, told is not None)


def test_it_runs_as_a_module_and_help_imports_no_client() -> None:
    script = "import runpy, sys; sys.argv = ['mlops', '--help']\ntry: runpy.run_module('cdk8s_mlops_runtime')\nfinally: print(sorted({'boto3', 'mlflow', 'numpy'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert result.stdout.endswith("\n[]\n")
