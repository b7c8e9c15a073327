"""The command over HTTP: killed before every request that it sends, stopped at every stage, and what the next run makes of it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import Result

import faults
from cdk8s_mlops_runtime.commands import stage
from cdk8s_mlops_runtime.problems import Unreachable, Verdict
from faults import run_and_kill
from staged import KINDS, NEW, WEIGHTS, Cluster, json_of, quick, vector

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "EVERY", 0.02)


@pytest.fixture(autouse=True)
def _handlers() -> object:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_version_arrives(kind: str, run: Run, tmp_path: Path) -> None:
    cluster = Cluster(kind)

    with cluster.serve(tmp_path, **quick()) as settings:
        output = run("stage", "--settings", settings).output

    assert output.splitlines()[-1] == f"'{NEW}' has all requests"
    assert cluster.object.shares == [5, 25, 50, 100, 100]
    assert {(asked["method"], asked["query"]) for asked in cluster.asked} == {("POST", f'errors{{version="{NEW}"}}')}


@pytest.mark.parametrize(
    ("kind", "bad_from"), [*(("kserve", weight) for weight in WEIGHTS), *((kind, None) for kind in KINDS), ("istio", 50)]
)
def test_killed_before_any_write_the_next_run_continues_or_reverts(
    kind: str, bad_from: int | None, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a question changes nothing, though it is posted
    monkeypatch.setattr(faults, "_CHANGING", re.compile(rb"PATCH "))
    at, was_killed = 0, True
    while was_killed:
        at += 1
        cluster = Cluster(kind)
        cluster.says = lambda cluster=cluster: vector([0.5 if bad_from and cluster.object.share >= bad_from else 0.001])  # type: ignore[misc]
        with cluster.serve(tmp_path, **quick(0.04)) as settings:

            def attempt(settings: Path = settings) -> None:
                try:
                    run("stage", "--settings", settings)
                except Verdict:
                    if bad_from is None:
                        raise

            was_killed = run_and_kill(attempt, at)
            attempt()

        state = cluster.object.state
        assert state is not None
        assert (cluster.object.share, state.phase) == ((100, "done") if bad_from is None else (0, "sent-back")), f"killed before write {at}"
        assert max(cluster.object.shares) == (bad_from or 100)
    # of each write, its head and its body: a share for each stage up to the bad one, and the way back or the last word
    assert at == 2 * (len(WEIGHTS) if bad_from is None else WEIGHTS.index(bad_from) + 1) + 3


def started(settings: Path) -> subprocess.Popen[str]:
    script = (
        "from cdk8s_mlops_runtime.commands import stage\nstage.EVERY = 0.05\n"
        f"import sys; sys.argv = ['mlops', 'stage', '--settings={settings}']\nfrom cdk8s_mlops_runtime.cli import main\nmain()"
    )
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -9)])
@pytest.mark.parametrize("weight", WEIGHTS)
def test_a_process_that_is_stopped_takes_its_share_back_and_one_that_is_killed_cannot(
    how: signal.Signals, code: int, weight: int, run: Run, tmp_path: Path
) -> None:
    cluster = Cluster("kserve")
    slow = quick()
    for one in slow["stages"]:
        one["seconds"] = 60 if one["weight"] == weight else 0.1
    with cluster.serve(tmp_path, **slow) as settings:
        process = started(settings)
        until(lambda: cluster.object.share == weight)
        process.send_signal(how)
        process.communicate(timeout=60)
        left = cluster.object.share
        (tmp_path / "settings.json").write_text(settings.read_text().replace('"seconds": 60', '"seconds": 0.1'))
        run("stage", "--settings", settings)

    assert (process.returncode, left) == (code, 0 if how == signal.SIGTERM else weight)
    assert cluster.object.share == 100


def test_a_proxy_that_takes_questions_by_get_only_is_asked_by_get(run: Run, tmp_path: Path) -> None:
    cluster = Cluster("istio")
    cluster.says = lambda: json_of({}, 405) if cluster.asked[-1]["method"] == "POST" else vector([0.001])

    with cluster.serve(tmp_path, **quick()) as settings:
        run("stage", "--settings", settings)

    assert {asked["method"] for asked in cluster.asked} == {"POST", "GET"}


@pytest.mark.parametrize(
    ("content", "status", "why"),
    [
        ({"status": "error", "error": "parse error"}, 400, "it says 400: parse error"),
        ([], 200, "it says 200, and nothing that Prometheus would say"),
        ({"status": "success", "data": {"resultType": "matrix", "result": []}}, 200, "it answers a matrix, which is no number"),
    ],
)
def test_what_is_no_number_is_no_answer(content: object, status: int, why: str, run: Run, tmp_path: Path) -> None:
    cluster = Cluster("istio")
    cluster.says = lambda: json_of(content, status)

    with cluster.serve(tmp_path, **quick()) as settings, pytest.raises(Verdict, match=why):
        run("stage", "--settings", settings)


def test_a_scalar_is_a_number(run: Run, tmp_path: Path) -> None:
    cluster = Cluster("istio")
    cluster.says = lambda: json_of({"status": "success", "data": {"resultType": "scalar", "result": [0, "0.001"]}})

    with cluster.serve(tmp_path, **quick()) as settings:
        run("stage", "--settings", settings)

    assert cluster.object.share == 100


def test_a_prometheus_that_is_gone_is_no_answer(run: Run, tmp_path: Path) -> None:
    cluster = Cluster("istio")

    with (
        cluster.serve(tmp_path, **quick(), prometheus={"url": "http://127.0.0.1:1"}) as settings,
        pytest.raises(Verdict, match=r"Prometheus could not be asked for .* no answer"),
    ):
        run("stage", "--settings", settings)

    assert cluster.object.share == 0


def test_headers_reach_prometheus_and_secret_ones_come_from_the_environment(run: Run, tmp_path: Path) -> None:
    cluster = Cluster("istio")

    with cluster.serve(tmp_path, **quick()) as settings, patch.dict("os.environ", {"TOKEN": "Bearer secret"}):
        text = settings.read_text().replace(
            '/prometheus"', '/prometheus/", "headers": {"X-Scope-OrgID": "ml"}, "secretHeaders": {"Authorization": "TOKEN"}'
        )
        settings.write_text(text)
        output = run("stage", "--settings", settings, "--namespace", "ml").output

    headers = cluster.asked[0]["headers"]
    assert (headers["X-Scope-Orgid"], headers["Authorization"]) == ("ml", "Bearer secret")
    assert "secret" not in output


def test_an_object_that_may_not_be_read_is_told(run: Run, tmp_path: Path) -> None:
    cluster = Cluster("istio")

    with (
        cluster.serve(tmp_path, **{**quick(), "readyWithin": 0.1}) as settings,
        pytest.raises(Unreachable, match="the object 'fraud' cannot be read: the API server says 404 NOT FOUND"),
    ):
        run("stage", "--settings", settings, "--namespace", "elsewhere")
