"""What a new version must meet at a stage, counted as an analysis of Argo Rollouts counts it."""

from __future__ import annotations

import math
import operator
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cdk8s_mlops_runtime.problems import InputProblem

from .prometheus import Away

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .prometheus import Prometheus

_COMPARISON = re.compile(r"(<=|>=|==|!=|<|>) (-?[0-9]+(?:[.][0-9]+)?)")
_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip

#: Argo Rollouts asks again after an error, whatever the interval.
RETRY = 10.0


@dataclass(frozen=True, slots=True)
class Guardrail:
    """One number, and what must hold of it."""

    name: str
    query: str
    condition: str
    #: How often a stage asks; none where it does all the time.
    measurements: int | None = None
    #: Seconds from the beginning of a stage, where it is asked so seldom.
    first_measurement: float = 0.0

    def __post_init__(self) -> None:
        if not _COMPARISON.fullmatch(self.condition):
            raise InputProblem(
                "stage/malformed-condition", f"'condition' of '{self.name}' must be a comparison such as '< 0.1', got '{self.condition}'"
            )

    def holds(self, value: float) -> bool:
        """Whether a number is as it must be."""
        sign, bound = _COMPARISON.fullmatch(self.condition).groups()  # type: ignore[union-attr]
        return _OPERATORS[sign](value, float(bound))

    def query_of(self, arguments: Mapping[str, str]) -> str:
        """The query for two versions, by the names that they have today."""
        query = self.query
        for name, value in arguments.items():
            query = query.replace(f"{{{{args.{name}}}}}", value)
        return query


@dataclass(frozen=True, slots=True)
class Policy:
    """How often is measured, and what a measurement means."""

    interval: float
    tolerated_breaches: int
    #: `pause`, `fail` or `pass`.
    on_empty: str
    #: Seconds that no data is tolerated, measurements taken together.
    patience: float
    #: Seconds that Prometheus may be away.
    unreachable: float


class Breach(Exception):  # noqa: N818 - a verdict, not an error
    """A guardrail does not hold."""


@dataclass
class Judgement:
    """The measurements of one stage."""

    guardrails: list[Guardrail]
    policy: Policy
    prometheus: Prometheus
    arguments: Mapping[str, str]
    #: Measurements of the stage.
    count: int
    clock: Callable[[], float]
    #: Waits for so many seconds; whoever stops the program raises in it.
    wait: Callable[[float], None]
    say: Callable[[str], None]
    asked: Counter[str] = field(default_factory=Counter)
    breaches: Counter[str] = field(default_factory=Counter)
    blanks: Counter[str] = field(default_factory=Counter)

    def measure(self, elapsed: float) -> None:
        """Ask the guardrails whose time has come, so many seconds after the stage began; raises when the version must go back."""
        for guardrail in self.guardrails:
            if elapsed >= guardrail.first_measurement and self.asked[guardrail.name] < self._count_of(guardrail):
                self.asked[guardrail.name] += 1
                self._judge(guardrail, self._ask(guardrail))

    def _count_of(self, guardrail: Guardrail) -> int:
        return self.count if guardrail.measurements is None else guardrail.measurements

    def _ask(self, guardrail: Guardrail) -> list[float]:
        away_since: float | None = None
        while True:
            try:
                return self.prometheus.ask(guardrail.query_of(self.arguments))
            except Away as away:
                now = self.clock()
                away_since = now if away_since is None else away_since
                self.say(f"{guardrail.name}: Prometheus cannot be asked: {away}")
                if now - away_since >= self.policy.unreachable:
                    raise Breach(f"Prometheus could not be asked for {now - away_since:.0f} s: {away}") from away
                self.wait(min(RETRY, max(self.policy.unreachable - (now - away_since), 0.1)))

    def _judge(self, guardrail: Guardrail, values: list[float]) -> None:
        numbers = [value for value in values if not math.isnan(value)]
        # each series counts: which one is the first, Prometheus decides anew every time
        bad = next((value for value in numbers if not guardrail.holds(value)), None)
        if bad is not None:
            self.say(f"{guardrail.name}: {bad:g}, which is not {guardrail.condition}")
            self._count_breach(guardrail, f"{bad:g} is not {guardrail.condition}")
        elif numbers:
            self.say(f"{guardrail.name}: {numbers[0]:g}, {guardrail.condition} as it must be")
        else:
            self._judge_nothing(guardrail)

    def _judge_nothing(self, guardrail: Guardrail) -> None:
        self.say(f"{guardrail.name}: no data")
        if self.policy.on_empty == "fail":
            self._count_breach(guardrail, "there is no data")
        elif self.policy.on_empty == "pause":
            self.blanks[guardrail.name] += 1
            if self.blanks[guardrail.name] > min(math.floor(self.policy.patience / self.policy.interval), self._count_of(guardrail) - 1):
                raise Breach(f"guardrail '{guardrail.name}': no data for longer than {self.policy.patience:.0f} s")

    def _count_breach(self, guardrail: Guardrail, why: str) -> None:
        self.breaches[guardrail.name] += 1
        if self.breaches[guardrail.name] > min(self.policy.tolerated_breaches, self._count_of(guardrail) - 1):
            raise Breach(f"guardrail '{guardrail.name}': {why}")
