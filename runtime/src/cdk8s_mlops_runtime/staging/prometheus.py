"""Questions to Prometheus, as Argo Rollouts asks them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import urllib3

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT = 20.0


class Away(Exception):  # noqa: N818 - what it says, not how it ends
    """Prometheus cannot be asked, or cannot say."""


@dataclass
class Prometheus:
    """One server, or a proxy in front of it."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    _pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False), repr=False)

    def ask(self, query: str) -> list[float]:
        """The value of each series; none where there is no series. NaN stays what it is."""
        try:
            answer = self._request("POST", query)
            if answer.status in {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}:
                answer = self._request("GET", query)
        except urllib3.exceptions.HTTPError as error:
            raise Away(f"no answer ({type(error).__name__})") from error
        return _values(answer.status, answer.data)

    def _request(self, method: str, query: str) -> urllib3.BaseHTTPResponse:
        options: dict[str, Any] = {} if method == "GET" else {"encode_multipart": False}
        return self._pool.request(
            method, f"{self.url.rstrip('/')}/api/v1/query", fields={"query": query}, headers=dict(self.headers), timeout=TIMEOUT, **options
        )


def _values(status: int, data: bytes) -> list[float]:
    try:
        body = json.loads(data)
        if status != HTTPStatus.OK or body["status"] != "success":
            raise Away(f"it says {status}: {body.get('error', 'no reason')}")
        found = body["data"]
        if found["resultType"] == "scalar":
            return [float(found["result"][1])]
        if found["resultType"] == "vector":
            return [float(series["value"][1]) for series in found["result"]]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise Away(f"it says {status}, and nothing that Prometheus would say") from error
    raise Away(f"it answers a {found['resultType']}, which is no number")
