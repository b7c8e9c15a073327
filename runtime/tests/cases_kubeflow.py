"""Runs of Kubeflow Pipelines that do not begin, and verdicts that are none."""

from __future__ import annotations

import os
from unittest.mock import patch

from cases import ErrorCase, World
from cases_retrain import Server, retrain
from kubeflow_mock import KubeflowMock, serving
from test_kubeflow import kubeflow_settings


def starts(world: World, mock: KubeflowMock, *, token: bool = True, url: str | None = None) -> object:
    """A check that starts a run, as far as it gets; messages name no port."""
    file = world.folder / "token"
    if token:
        file.write_text("for pipelines")
    with serving(mock), patch.dict(os.environ, {"KF_PIPELINES_SA_TOKEN_PATH": str(file)}):
        real = mock.url
        chosen = kubeflow_settings(url or real)
        try:
            return Server(404).runs(world, *retrain(world, chosen=chosen))
        except Exception as problem:
            problem.args = (str(problem).replace(real, "http://kubeflow"),)
            raise


CASES = [
    ErrorCase(
        "kubeflow/no-token",
        "a run without a token",
        lambda world: starts(world, KubeflowMock(), token=False),
        "the token for Kubeflow Pipelines cannot be read from '/folder/token'; mount one for its audience, or name its file with KF_PIPELINES_SA_TOKEN_PATH",
    ),
    ErrorCase(
        "kubeflow/refused",
        "a token for somebody else",
        lambda world: starts(world, KubeflowMock(token="for the API server")),
        "the API of Kubeflow Pipelines at 'http://kubeflow' refuses to list experiments (401 "
        '{"error":"Request header error: there is no user identity header.","code":16}); '
        "check the audience of the token and the rights of its account",
        5,
    ),
    ErrorCase(
        "kubeflow/refused",
        "an account without rights in the namespace",
        lambda world: starts(world, KubeflowMock(namespace="others")),
        "the API of Kubeflow Pipelines at 'http://kubeflow' refuses to list experiments (403 "
        '{"error":"User is not authorized in namespace ml","code":7}); check the audience of the token and the rights of its account',
        5,
    ),
    ErrorCase(
        "kubeflow/malformed",
        "a pipeline that the server does not understand",
        lambda world: starts(world, KubeflowMock(always=(400, '{"error":"unknown template format","code":3}'))),
        "the API of Kubeflow Pipelines at 'http://kubeflow' does not accept what it was asked: "
        '{"error":"unknown template format","code":3}; synthesize the manifests again',
    ),
    ErrorCase(
        "kubeflow/no-pipelines",
        "a page of somebody else",
        lambda world: starts(world, KubeflowMock(always=(200, "<html>Log in</html>"))),
        "what answers at 'http://kubeflow' is not Kubeflow Pipelines (it sent no JSON object); check the address",
        5,
    ),
    ErrorCase(
        "kubeflow/no-answer",
        "a server that is not there",
        lambda world: starts(world, KubeflowMock(), url="http://127.0.0.1:1"),
        "the API of Kubeflow Pipelines at 'http://127.0.0.1:1' does not answer (NewConnectionError); check address, egress and DNS",
        5,
    ),
    ErrorCase(
        "retrain/malformed-settings",
        "a server without an address",
        lambda world: world.run(*retrain(world, chosen=kubeflow_settings(None))),  # type: ignore[arg-type]
        "'retrain.json' holds no settings that the library wrote (TypeError(\"'url' is no text\")); give its file with --settings",
    ),
    ErrorCase(
        "verdict/no-program",
        "a verdict of nobody",
        lambda world: world.run("verdict", "--file", world.folder / "verdict", "--", "no-such-program"),
        "'no-such-program' cannot be run (No such file or directory); name a program after '--'",
    ),
]
