"""A comparison as people, programs and Prometheus read it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .comparison import AgreementVerdict

if TYPE_CHECKING:
    from .comparison import Comparison


def to_json(comparison: Comparison) -> dict[str, Any]:
    """The result that is kept."""
    demand, join, latencies = comparison.demand, comparison.join, comparison.latencies
    return {
        "live": comparison.live,
        "shadow": comparison.shadow,
        "day": comparison.day.isoformat(),
        "verdict": comparison.verdict.value,
        "pairs": comparison.pairs,
        "minimumPairs": demand.minimum_pairs,
        "agreeing": comparison.agreeing,
        "agreement": comparison.agreement,
        "agreementInterval95": comparison.interval and list(comparison.interval),
        "agreesIf": f"agreement >= {demand.at_least:g}",
        "tolerance": demand.tolerance,
        "distance": comparison.distance and {"method": comparison.distance.method, "value": comparison.distance.value},
        "latencySeconds": latencies
        and {
            "live": {f"p{quantile}": value for quantile, value in latencies.live.items()},
            "shadow": {f"p{quantile}": value for quantile, value in latencies.shadow.items()},
            "medianDifference": latencies.median_difference,
        },
        # JSON knows no infinity: answers of two kinds have no difference
        "worst": [{"requestId": request, "difference": apart if math.isfinite(apart) else None} for apart, request in comparison.worst],
        "liveOnly": join.live_only,
        "shadowOnly": join.shadow_only,
        "duplicates": join.duplicates,
        "sampledShare": join.sampled_share,
        "skipped": {"live": join.live.skipped.to_json(), "shadow": join.shadow.skipped.to_json()},
    }


def to_markdown(comparison: Comparison) -> str:
    """The result for a person."""
    demand, join = comparison.demand, comparison.join
    lines = [f"# {comparison.shadow} beside {comparison.live} on {comparison.day}: {comparison.verdict}", ""]
    rows = [("requests that both answered", f"{comparison.pairs}, of {demand.minimum_pairs} that a verdict takes")]
    if comparison.agreement is not None and comparison.interval is not None:
        low, high = comparison.interval
        rows.append(
            ("answers that agree", f"{comparison.agreement:.4%} (95 %: {low:.4%} to {high:.4%}), of {demand.at_least:.4%} asked for")
        )
        rows.append(("numbers agree", f"within {demand.tolerance:g}" if demand.tolerance > 0 else "if they are equal"))
    if comparison.distance:
        rows.append((f"distance of the distributions ({comparison.distance.method})", f"{comparison.distance.value:.4g}"))
    if comparison.latencies:
        latencies = comparison.latencies
        for quantile, value in latencies.live.items():
            rows.append((f"latency p{quantile}", f"{1000 * latencies.shadow[quantile]:.1f} ms, live {1000 * value:.1f} ms"))
        rows.append(("median difference of latencies", f"{1000 * latencies.median_difference:+.1f} ms"))
    rows.append(("answered by one of them only", f"{join.live_only} by the live model, {join.shadow_only} by the shadow"))
    if join.sampled_share < 1:
        rows.append(("sample", f"{join.sampled_share:.4%} of the requests, by their ids"))
    rows += [(f"lines of the {name} log without meaning", text) for name, text in _skipped(comparison)]
    lines += ["| | |", "|---|---|", *(f"| {_cell(name)} | {_cell(value)} |" for name, value in rows), ""]
    if comparison.worst:
        worst = (
            f"`{_cell(request)}` ({apart:.4g})" if math.isfinite(apart) else f"`{_cell(request)}`" for apart, request in comparison.worst
        )
        lines += [f"Furthest apart: {', '.join(worst)}.", ""]
    return "\n".join(lines)


def to_prometheus(comparison: Comparison) -> str:
    """The result as a Pushgateway takes it. Without a verdict there is no agreement, so that a gate knows that nobody knows."""
    verdict = comparison.verdict
    numbers: list[tuple[str, str, str, float]] = [
        ("shadow_pairs", "", "Requests that both models answered.", comparison.pairs),
        ("shadow_disagrees", "", "Whether too few answers agree.", int(verdict is AgreementVerdict.DISAGREE)),
    ]
    if comparison.agreement is not None and verdict is not AgreementVerdict.NONE:
        numbers.append(("shadow_agreement_ratio", "", "Share of the answers that agree.", comparison.agreement))
    if comparison.distance:
        labels = f'{{method="{comparison.distance.method}"}}'
        numbers.append(("shadow_answer_distance", labels, "How far the distributions of the answers are apart.", comparison.distance.value))
    if comparison.latencies:
        difference = comparison.latencies.median_difference
        numbers.append(("shadow_latency_difference_seconds", "", "Median of what the shadow takes longer.", difference))
    return "".join(f"# HELP {name} {text}\n# TYPE {name} gauge\n{name}{labels} {value:.17g}\n" for name, labels, text, value in numbers)


def _skipped(comparison: Comparison) -> list[tuple[str, str]]:
    logs = (("live", comparison.join.live), ("shadow", comparison.join.shadow))
    told = ((name, [f"{number} {reason}" for reason, number in log.skipped.to_json().items() if number]) for name, log in logs)
    return [(name, ", ".join(reasons)) for name, reasons in told if reasons]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("`", "'").replace("\n", " ")
