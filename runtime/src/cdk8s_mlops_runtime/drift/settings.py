"""What is compared, how, and from when on it is drift."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from cdk8s_mlops_runtime.problems import InputProblem

from .kinds import DECLARED
from .methods import Method, Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

_KNOWN = {"minimumSamples", "sampleCap", "driftShare", "missingShare", "method", "threshold", "columns", "otherColumns"}
_KNOWN_OF_COLUMN = {"type", "method", "threshold"}


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """
    The settings of one check. The operators are fixed: a distance drifts above its threshold, a p-value below; the model has drifted if more
    than the share of its features has.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    default: Rule = field(default_factory=lambda: Rule(Method.PSI, Method.PSI.default_threshold))
    # what columns hold, where a number may be a label
    types: Mapping[str, str] = field(default_factory=dict)
    # whether columns without a rule of their own are compared by the default
    others: bool = True
    minimum_samples: int = 10_000
    sample_cap: int = 1_000_000
    drift_share: float = 0.3
    missing_share: float = 0.1

    def rule_of(self, column: str, *, numeric: bool) -> Rule:
        """The rule of a column, which must suit what the column holds."""
        rule = self.rules.get(column, self.default)
        if rule.method is Method.CHI_SQUARE and numeric:
            raise InputProblem(
                "drift/method-of-wrong-kind",
                f"'{rule.method}' counts labels, and '{column}' holds numbers; use 'psi', 'ks' or 'wasserstein'",
            )
        if rule.method in {Method.KS, Method.WASSERSTEIN} and not numeric:
            raise InputProblem(
                "drift/method-of-wrong-kind", f"'{rule.method}' needs an order, and '{column}' holds labels; use 'psi' or 'chisquare'"
            )
        return rule

    @classmethod
    def read(cls, path: Path) -> DriftSettings:
        """Read a YAML or JSON file."""
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            _require_known(path, "", content, _KNOWN)
            columns = content.get("columns") or {}
            for name, column in columns.items():
                _require_known(path, f"columns.{name}.", column, _KNOWN_OF_COLUMN)
            defaults = cls()
            return cls(
                rules={str(name): _rule(column, content) for name, column in columns.items()},
                default=_rule(content, {}),
                types={
                    str(name): _one_of(f"columns.{name}.type", column["type"], DECLARED)
                    for name, column in columns.items()
                    if "type" in column
                },
                others=_one_of("otherColumns", content.get("otherColumns", "compare"), ("compare", "ignore")) == "compare",
                minimum_samples=_count("minimumSamples", content, defaults.minimum_samples),
                sample_cap=_count("sampleCap", content, defaults.sample_cap),
                drift_share=_share("driftShare", content, defaults.drift_share),
                missing_share=_share("missingShare", content, defaults.missing_share),
            )
        except (yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise InputProblem(
                "drift/malformed-settings", f"'{path}' must hold settings of a drift check as YAML or JSON ({reason})"
            ) from error


def _require_known(path: Path, prefix: str, content: Any, known: set[str]) -> None:
    for name in content:
        if name not in known:
            raise InputProblem("drift/unknown-setting", f"'{prefix}{name}' in '{path}' is no setting; there is {', '.join(sorted(known))}")


def _rule(content: Any, fallback: Any) -> Rule:
    method = Method(content.get("method", fallback.get("method", Method.PSI)))
    # a threshold without a method of its own belongs to the method of all
    inherited = fallback.get("threshold") if "method" not in content else None
    threshold = content.get("threshold", inherited)
    return Rule(method, method.default_threshold if threshold is None else float(threshold))


def _share(name: str, content: Any, default: float) -> float:
    share = float(content.get(name, default))
    if not 0 <= share < 1:
        raise InputProblem("drift/malformed-share", f"'{name}' is a share of at least 0 and below 1, got {share:g}")
    return share


def _count(name: str, content: Any, default: int) -> int:
    count = content.get(name, default)
    if not isinstance(count, int) or count < 1:
        raise InputProblem("drift/malformed-count", f"'{name}' is a whole number of at least 1, got {count}")
    return count


def _one_of(name: str, found: Any, known: Collection[str]) -> str:
    if found not in known:
        raise InputProblem("drift/unknown-choice", f"'{name}' is one of {', '.join(known)}, got '{found}'")
    return str(found)
