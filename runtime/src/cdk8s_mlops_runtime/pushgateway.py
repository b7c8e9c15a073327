"""Hand numbers to a Pushgateway."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from .problems import InputProblem, Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping


def push(gateway: str, group: Mapping[str, str], numbers: str) -> None:
    """Replace the numbers of a group, so that what is gone is gone there, too."""
    import urllib3  # noqa: PLC0415 - what pushes nothing needs no client

    if not gateway.startswith(("http://", "https://")):
        raise InputProblem(
            "push/malformed-address", f"the Pushgateway must look like 'http://pushgateway.monitoring.svc:9091', got '{gateway}'"
        )
    path = "/".join(f"{name}/{quote(value, safe='')}" for name, value in group.items())
    retries = urllib3.Retry(3, backoff_factor=0.5, status_forcelist=(502, 503, 504), allowed_methods={"PUT"}, raise_on_status=False)
    try:
        with urllib3.PoolManager(timeout=10) as pool:
            answer = pool.request(
                "PUT",
                f"{gateway.rstrip('/')}/metrics/{path}",
                body=numbers.encode(),
                headers={"Content-Type": "text/plain; version=0.0.4"},
                retries=retries,
            )
    except urllib3.exceptions.HTTPError as error:
        reason = type(getattr(error, "reason", None) or error).__name__
        raise Unreachable(
            "push/unreachable", f"the Pushgateway at '{gateway}' does not answer ({reason}); check address, egress and DNS"
        ) from error
    if answer.status not in {200, 202}:
        told = " ".join(answer.data.decode(errors="replace").split())[:200]
        raise Unreachable("push/refused", f"the Pushgateway at '{gateway}' refused the numbers ({answer.status} {told}); look into its log")
