"""The command `mlops`."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from typing import Any

import click

from . import __version__
from .problems import InputProblem, Problem

COMMANDS = {
    "load": "Fetch a version, compare its hash and its signature, put it in place.",
    "pack": "Make a model one file, which can be signed.",
    "register": "Hand in a candidate with its hash and its lineage.",
    "promote": "Make a version the champion, or a canary.",
    "rollback": "Go back to the version before.",
    "release": "Try a version on users, stage by stage.",
    "reject": "Say that a version will not serve.",
    "evaluate": "Judge a candidate against the champion.",
    "verdict": "Run a command and write its verdict down, for engines that see no exit codes.",
    "compare": "Compare the answers of a shadow with those of the live model.",
    "drift": "Compare what a model is asked with what it was trained on.",
    "event": "Tell the cluster that a model has drifted.",
    "log": "Write predictions into their log, without what must not leave the pod.",
    "retrain": "Start a training where a model has drifted.",
    "audit": "Who did what, and what was live when.",
    "drill": "Practise a rollback where that hurts nobody.",
    "stage": "Let a version take over stage by stage.",
}
# EX_SOFTWARE of sysexits.h
FAULT = 70


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f".commands.{cmd_name}", __package__).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            # click would end with 1, which is a verdict
            raise RuntimeError("whoever read the output is gone") from error


@click.group(cls=_LazyGroup)
@click.version_option(__version__, prog_name="mlops")
def mlops() -> None:
    """Move models from training to production, and back."""
    _require_version_of_library(os.environ.get("CDK8S_MLOPS_VERSION"))


def _require_version_of_library(expected: str | None) -> None:
    if expected not in (None, "", __version__):
        raise InputProblem(
            "runtime/other-version",
            f"what called this was made by cdk8s-mlops {expected}, and this is the runtime of {__version__}; take the image of version {expected}",
        )


def main() -> None:
    """
    Run a command. The exit code says who can help.

    1 whoever made what was judged, 2 the caller, 3 whoever was faster, 4 whoever guards the registry, 5 time, 70 whoever maintains this program: what
    Python alone would end with 1 is a fault of ours, and no verdict.
    """
    try:
        mlops.main(prog_name="mlops", standalone_mode=False)
    except Problem as problem:
        _fail(str(problem), problem.exit_code)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.Abort:
        _fail("interrupted", 130)
    except click.ClickException as usage:
        usage.show()
        sys.exit(usage.exit_code)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not look like a verdict
        _tell_fault(error)


def _tell_fault(error: Exception) -> None:
    with suppress(OSError):
        traceback.print_exception(error)
    told = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    _fail(f"this command broke down, which is no verdict ({told}); report it with the lines above (runtime/fault)", FAULT)


def _fail(message: str, code: int) -> None:
    # the code counts even if nobody listens
    with suppress(OSError):
        click.echo(f"mlops: {message}", err=True)
    sys.exit(code)
