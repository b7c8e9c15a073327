"""
What a command says when it does not do what it was asked.

A message is lower case, has no full stop, and gives the value and the remedy; the id can be searched for. The class says who can help, and a
workflow sees it as exit code: only what is unreachable is worth another try.
"""

from __future__ import annotations


class Problem(Exception):  # noqa: N818 - one vocabulary for those who read code and those who read output
    """Something that the caller has to know, and can do something about."""

    exit_code = 2

    def __init__(self, problem_id: str, message: str) -> None:
        super().__init__(f"{message} ({problem_id})")
        self.problem_id = problem_id


class InputProblem(Problem):
    """A value that was given is wrong."""

    exit_code = 2


class Verdict(Problem):
    """What was judged is not good enough."""

    exit_code = 1


class Conflict(Problem):
    """Somebody else was faster, or the state does not allow it."""

    exit_code = 3


class Tampered(Problem):
    """What is stored is not what was registered."""

    exit_code = 4


class Unreachable(Problem):
    """A server does not answer, or does not let us in."""

    exit_code = 5


class NotYet(Problem):
    """What has to be judged is not there yet; time brings it."""

    exit_code = 5
