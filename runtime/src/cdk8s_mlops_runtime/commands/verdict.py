"""`mlops verdict`: for engines that see no exit codes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import click

from cdk8s_mlops_runtime.packing import write_whole
from cdk8s_mlops_runtime.problems import InputProblem, Verdict

PASSED = "passed"
FAILED = "failed"


@click.command("verdict")
@click.option("--file", "path", required=True, type=click.Path(path_type=Path), help=f"File for the verdict: '{PASSED}' or '{FAILED}'.")
@click.argument("program", nargs=-1, required=True, type=click.UNPROCESSED)
def command(path: Path, program: tuple[str, ...]) -> None:
    """
    Run PROGRAM (after `--`) and write its verdict down, for engines that choose the next step by a value.

    Ends with 0 if there is a verdict, good or bad: PROGRAM ended with 0 or 1. Any other exit code is passed on, and nothing is written.
    """
    code = _run(program)
    if code not in {0, Verdict.exit_code}:
        # a signal has no exit code of its own
        sys.exit(code if code > 0 else 128 - code)
    write_whole(path, PASSED if code == 0 else FAILED)


def _run(program: tuple[str, ...]) -> int:
    child: subprocess.Popen[bytes] | None = None
    told: list[int] = []

    # whoever ends a pod tells its first process alone, and may do so while the program starts
    def pass_on(number: int, _: object) -> None:
        told.append(number)
        if child is not None:
            child.send_signal(number)

    before = signal.signal(signal.SIGTERM, pass_on)
    try:
        child = subprocess.Popen(program)
        if told:
            child.send_signal(told[0])
        return child.wait()
    except OSError as error:
        raise InputProblem("verdict/no-program", f"'{program[0]}' cannot be run ({error.strerror}); name a program after '--'") from error
    finally:
        signal.signal(signal.SIGTERM, before)
