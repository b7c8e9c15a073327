"""Runs of Kubeflow Pipelines, through its API v2beta1, with a token that is made for it alone."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from .problems import InputProblem, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOKEN_VARIABLE = "KF_PIPELINES_SA_TOKEN_PATH"  # noqa: S105 - the name of a variable, as Kubeflow's own client calls it
TOKEN_FILE = Path("/var/run/secrets/kubeflow/pipelines/token")
TIMEOUT = 10.0
_ENDED = {"SUCCEEDED", "SKIPPED", "FAILED", "CANCELED"}
_EQUALS = 1


@dataclass(frozen=True, slots=True)
class PipelineServer:
    """Where runs are made, and where they stand."""

    url: str
    namespace: str
    experiment: str

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> PipelineServer:
        """From the settings of a trigger."""
        for name in ("url", "namespace", "experiment"):
            if not isinstance(content[name], str):
                raise TypeError(f"'{name}' is no text")
        return cls(content["url"], content["namespace"], content["experiment"])


class KubeflowRuns:
    """
    Runs of one experiment.

    The server knows no names that are given once: `make` looks whether a run of that name is there, so only one may call it at a time.
    """

    names_are_unique = False

    def __init__(self, server: PipelineServer, body: dict[str, Any]) -> None:
        self._server, self._body = server, body
        self._experiment: str | None = None

    def under_way(self) -> str | None:
        """Name of a run that has not ended, whoever started it."""
        return next((str(run["display_name"]) for run in self._runs() if run.get("state") not in _ENDED), None)

    def make(self, name: str, parameters: Mapping[str, str]) -> None:
        """Start a run, unless one of that name was started."""
        if any(run["display_name"] == name for run in self._runs()):
            return
        config = self._body["runtime_config"]
        self._call(
            "POST",
            "runs",
            body={
                **self._body,
                "experiment_id": self._experiment_id(),
                "display_name": name,
                "runtime_config": {**config, "parameters": {**config["parameters"], **parameters}},
            },
        )

    def _runs(self) -> Iterator[dict[str, Any]]:
        query = {"experiment_id": self._experiment_id(), "page_size": "100", "sort_by": "created_at desc"}
        while True:
            page = self._call("GET", "runs", query)
            yield from page.get("runs") or []
            if not page.get("next_page_token"):
                return
            query = {**query, "page_token": page["next_page_token"]}

    def _experiment_id(self) -> str:
        """The experiment of the pipeline; it is made with the first run."""
        if self._experiment is None:
            name, namespace = self._server.experiment, self._server.namespace
            wanted = {"predicates": [{"operation": _EQUALS, "key": "display_name", "stringValue": name}]}
            found = self._call("GET", "experiments", {"namespace": namespace, "filter": json.dumps(wanted)}).get("experiments") or []
            known = next((one for one in found if one["display_name"] == name), None)
            made = known or self._call("POST", "experiments", body={"display_name": name, "namespace": namespace})
            self._experiment = str(made["experiment_id"])
        return self._experiment

    def _call(self, method: str, resource: str, query: Mapping[str, str] | None = None, body: Any = None) -> dict[str, Any]:
        import urllib3  # noqa: PLC0415 - who starts nothing needs no client

        url = self._server.url
        address = f"{url}/apis/v2beta1/{resource}{f'?{urlencode(query)}' if query else ''}"
        # what was sent once may have been heard, though no answer came
        retries = urllib3.Retry(3 if method == "GET" else 0, backoff_factor=0.5, status_forcelist=(502, 503, 504), raise_on_status=False)
        try:
            with urllib3.PoolManager(timeout=TIMEOUT) as pool:
                answer = pool.request(
                    method,
                    address,
                    body=None if body is None else json.dumps(body).encode(),
                    headers={"Authorization": f"Bearer {_token()}", "Content-Type": "application/json"},
                    retries=retries,
                )
        except urllib3.exceptions.HTTPError as error:
            reason = type(getattr(error, "reason", None) or error).__name__
            raise Unreachable(
                "kubeflow/no-answer", f"the API of Kubeflow Pipelines at '{url}' does not answer ({reason}); check address, egress and DNS"
            ) from error
        if answer.status == HTTPStatus.OK:
            return _object(answer.data, url)
        told = " ".join(answer.data.decode(errors="replace").split())[:200]
        if answer.status == HTTPStatus.BAD_REQUEST:
            raise InputProblem(
                "kubeflow/malformed",
                f"the API of Kubeflow Pipelines at '{url}' does not accept what it was asked: {told}; synthesize the manifests again",
            )
        raise Unreachable(
            "kubeflow/refused",
            f"the API of Kubeflow Pipelines at '{url}' refuses to {'list' if method == 'GET' else 'make'} {resource} ({answer.status} {told}); "
            f"check the audience of the token and the rights of its account",
        )


def _object(data: bytes, url: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(data)
        found.get("")
    except (ValueError, AttributeError) as error:
        raise Unreachable(
            "kubeflow/no-pipelines", f"what answers at '{url}' is not Kubeflow Pipelines (it sent no JSON object); check the address"
        ) from error
    return found


def _token() -> str:
    """It is read each time, as it is replaced before it expires."""
    path = Path(os.environ.get(TOKEN_VARIABLE) or TOKEN_FILE)
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise InputProblem(
            "kubeflow/no-token",
            f"the token for Kubeflow Pipelines cannot be read from '{path}'; mount one for its audience, or name its file with {TOKEN_VARIABLE}",
        ) from error
