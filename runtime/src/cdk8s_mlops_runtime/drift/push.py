"""Hand numbers to a Pushgateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdk8s_mlops_runtime.problems import InputProblem, Unreachable

if TYPE_CHECKING:
    from .report import DriftReport

JOB = "mlops-drift"


def push(gateway: str, report: DriftReport) -> None:
    """Replace the numbers of the last check of this kind: a feature that is gone is gone there, too."""
    import urllib3  # noqa: PLC0415

    if not gateway.startswith(("http://", "https://")):
        raise InputProblem(
            "drift/malformed-gateway", f"the Pushgateway must look like 'http://pushgateway.monitoring.svc:9091', got '{gateway}'"
        )
    url = f"{gateway.rstrip('/')}/metrics/job/{JOB}/model/{report.model}/check/{report.check}"
    retries = urllib3.Retry(3, backoff_factor=0.5, status_forcelist=(502, 503, 504), allowed_methods={"PUT"})
    try:
        answer = urllib3.PoolManager(timeout=10).request(
            "PUT", url, body=report.to_prometheus().encode(), headers={"Content-Type": "text/plain; version=0.0.4"}, retries=retries
        )
    except urllib3.exceptions.HTTPError as error:
        raise Unreachable(
            "drift/gateway-unreachable", f"the Pushgateway at '{gateway}' does not answer ({_reason(error)}); check address, egress and DNS"
        ) from error
    if answer.status not in {200, 202}:
        raise Unreachable(
            "drift/gateway-refused",
            f"the Pushgateway at '{gateway}' refused the numbers: {answer.status} {answer.data.decode(errors='replace').strip()[:200]}",
        )


def _reason(error: Exception) -> str:
    return type(getattr(error, "reason", None) or error).__name__
