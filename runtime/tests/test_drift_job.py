"""
The words that `DriftCronJob` renders, said to the real command.

`rendered/drift.json` is what a test of the library renders and compares. Here its arguments are passed literally: the log and the references are in a
mock of S3, the numbers go to a mock of the Pushgateway, the mounts are folders, and the name of the gateway leads to this machine.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
import urllib3
from click.testing import Result
from prometheus_client.parser import text_string_to_metric_families

import drift_world
from cdk8s_mlops_runtime.prediction_log.server import Agent
from conftest import S3Server, keys
from gateway import Gateway, serve

RENDERED_FILES = Path(__file__).parent / "rendered"
RENDERED = json.loads((RENDERED_FILES / "drift.json").read_text())
BUCKET = "acme-registry"
LOG = "predictions-log/fraud-detection"


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """The address that was rendered leads to the mock."""
    from urllib3.util import connection

    connect = connection.create_connection
    with serve() as found:
        port = int(found.url.rsplit(":", 1)[1])
        here = {("pushgateway.monitoring.svc", 9091): ("127.0.0.1", port)}

        def connect_here(address: tuple[str, int], *more: Any, **options: Any) -> Any:
            return connect(here.get(address, address), *more, **options)

        monkeypatch.setattr(connection, "create_connection", connect_here)
        yield found


@pytest.fixture
def store(s3: S3Server) -> Iterator[Any]:
    """The bucket with what the training wrote."""
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    client.put_object(Bucket=BUCKET, Key="reference/fraud-detection/7/features.csv", Body=drift_world.reference_of_features())
    client.put_object(Bucket=BUCKET, Key="reference/fraud-detection/7/answers.csv", Body=drift_world.reference_of_answers())
    yield client
    for key in keys(f"s3://{BUCKET}"):
        client.delete_object(Bucket=BUCKET, Key=key)
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def job(run: Callable[..., Result], tmp_path: Path) -> Callable[[], list[str]]:
    """Run the containers of the job one after the other, and return what each says."""
    mounts = {"settings": tmp_path / "settings", "results": tmp_path / "results"}
    for folder in mounts.values():
        folder.mkdir()
    for name, text in RENDERED["settings"].items():
        (mounts["settings"] / name).write_text(text)

    def call() -> list[str]:
        said = []
        for container in RENDERED["containers"]:
            program, *words = container["words"]
            assert program == "mlops"
            for name, folder in mounts.items():
                words = [re.sub(f"=({container['mounts'][name]})/", f"={folder}/", word) for word in words]
            said.append(run(*words).output)
        return said

    return call


def log(store: Any, *, moved: bool, rows: int = 4000, at: datetime | None = None, first: int = 10_000) -> None:
    """Write requests in two files, as two pods would."""
    moment = at or datetime.now(UTC)
    for pod in range(2):
        body = drift_world.requests(first + pod * rows // 2, rows // 2, moment, moved=moved)
        store.put_object(Bucket=BUCKET, Key=f"{LOG}/{moment:%Y/%m/%d/%H}/pod-{pod}-{first}.jsonl.gz", Body=body)


def values(gateway: Gateway, query: str, *labels: str) -> dict[Any, float]:
    """What a query finds, by some of its labels."""
    found = gateway.select(query)
    return {tuple(dict(series)[label] for label in labels) or None: value for series, value in found.items()}


def test_a_world_that_moved_is_told(store: Any, gateway: Gateway, job: Callable[[], list[str]], tmp_path: Path) -> None:
    log(store, moved=True)

    features, answers = job()

    assert (
        features.splitlines()[0]
        == "fraud-detection: drift; 2 of 6 features drifted in 4000 samples, judged by 3000 at random: amount, country"
    )
    assert (
        answers.splitlines()[0] == "fraud-detection: drift; 1 of 1 features drifted in 4000 samples, judged by 3000 at random: prediction"
    )
    record = json.loads((tmp_path / "results" / "features.json").read_text())
    assert (record["verdict"], record["driftedFeatures"], record["samples"], record["judged"]) == (
        "drift",
        ["amount", "country"],
        4000,
        3000,
    )
    assert record["dropped"] == {"outsideWindow": 0, "withoutTimestamp": 0, "beforeTraining": 0}
    assert record["page"] == "s3://acme-registry/reports/fraud-detection/features/latest.html"


def test_what_is_pushed_is_what_the_rules_are_judged_with(store: Any, gateway: Gateway, job: Callable[[], list[str]]) -> None:
    """The bench of the library gives these files to Prometheus, with the rules that it renders."""
    log(store, moved=True)

    job()

    for check, body in zip(("features", "answers"), gateway.bodies, strict=True):
        expected = samples((RENDERED_FILES / f"pushed-{check}.prom").read_text())
        assert samples(body) == {series: pytest.approx(value, rel=1e-6) for series, value in expected.items()}


def samples(text: str) -> dict[Any, float]:
    """As Prometheus' own client reads it."""
    families = text_string_to_metric_families(text)
    return {(sample.name, frozenset(sample.labels.items())): sample.value for family in families for sample in family.samples}


def test_what_the_agent_beside_the_server_writes_is_what_the_check_reads(
    store: Any, gateway: Gateway, job: Callable[[], list[str]], run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    program, *words = RENDERED["agent"]
    monkeypatch.setenv("PREDICTION_LOG_HASH_KEY", "k" * 32)

    def serve_some(agent: Agent, every: float) -> None:
        thread = Thread(target=agent.serve_forever, daemon=True)
        thread.start()
        posted = [
            {
                **drift_world.features(seed, moved=True),
                "prediction": drift_world.answer(seed, moved=True),
                "customer_id": seed,
                "email": "a@example.com",
            }
            for seed in range(2000)
        ]
        assert urllib3.request("POST", f"http://127.0.0.1:{agent.server_port}", json=posted).status == 202
        agent.shutdown()
        agent.server_close()
        assert (every, agent.spool.flush()) == (60, True)

    monkeypatch.setattr("cdk8s_mlops_runtime.commands.log.run", serve_some)
    # the port may be taken on this machine: any other does
    run(*words, "--port=0")

    assert program == "mlops"
    [key] = [key for key in keys(f"s3://{BUCKET}") if key.startswith(LOG)]
    body = gzip.decompress(store.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    assert b"example.com" not in body
    assert len(json.loads(body.splitlines()[0])["customer_id"]) == 64
    features, answers = job()
    assert features.splitlines()[0] == "fraud-detection: drift; 2 of 6 features drifted in 2000 samples: amount, country"
    assert answers.splitlines()[0] == "fraud-detection: drift; 1 of 1 features drifted in 2000 samples: prediction"


def test_panels_find_their_numbers(store: Any, gateway: Gateway, job: Callable[[], list[str]]) -> None:
    log(store, moved=True)

    job()

    panels = {title: query for title, (query,) in RENDERED["panels"].items()}
    assert values(gateway, panels["Model has drifted"]) == {None: 1}
    assert values(gateway, panels["Share of drifted features"]) == {None: pytest.approx(2 / 6)}
    assert sorted(values(gateway, panels["Drift by feature"], "feature", "method")) == [
        ("age", "ks"),
        ("amount", "psi"),
        ("balance", "jensenshannon"),
        ("country", "chisquare"),
        ("distance", "wasserstein"),
        ("income", "kl_div"),
    ]
    assert sorted(values(gateway, panels["Drift of the answers"], "method")) == [("psi",)]
    assert set(values(gateway, panels["Missing values in the log"], "feature").values()) == {0}
    assert values(gateway, panels["Requests judged"]) == {None: 4000}
    assert set(panels) == {
        *("Model has drifted", "Share of drifted features", "Drift by feature", "Drift of the answers"),
        *("Missing values in the log", "Requests judged", "Time since the last check"),
    }


def test_alerts_find_their_numbers(store: Any, gateway: Gateway, job: Callable[[], list[str]]) -> None:
    log(store, moved=True)

    job()

    assert RENDERED["alerts"]["ModelDrifted"].endswith(" > 0")
    assert values(gateway, RENDERED["alerts"]["ModelDrifted"]) == {None: 1}
    assert values(gateway, RENDERED["alerts"]["AnswersDrifted"]) == {None: 1}
    [pushed] = values(gateway, RENDERED["alerts"]["DriftCheckStale"]).values()
    assert pushed == pytest.approx(datetime.now(UTC).timestamp(), abs=60)
    assert len(values(gateway, RENDERED["alerts"]["DriftNeverChecked"])) == 1


def test_a_world_that_stayed_is_told_too(store: Any, gateway: Gateway, job: Callable[[], list[str]]) -> None:
    log(store, moved=False)

    features, answers = job()

    assert features.splitlines()[0] == "fraud-detection: no drift; 0 of 6 features drifted in 4000 samples, judged by 3000 at random"
    assert answers.splitlines()[0] == "fraud-detection: no drift; 0 of 1 features drifted in 4000 samples, judged by 3000 at random"
    assert values(gateway, RENDERED["alerts"]["ModelDrifted"]) == {None: 0}


def test_requests_that_do_not_count_are_counted(store: Any, gateway: Gateway, job: Callable[[], list[str]]) -> None:
    now = datetime.now(UTC)
    log(store, moved=False, rows=2000)
    # older than the window, though in a folder that is looked into; from before the reference; from a clock that is ahead
    body = drift_world.requests(0, 30, now - timedelta(days=2), moved=True)
    store.put_object(Bucket=BUCKET, Key=f"{LOG}/{now:%Y/%m/%d/%H}/late.jsonl.gz", Body=body)
    body = drift_world.requests(0, 20, now - timedelta(hours=5), moved=True)
    store.put_object(Bucket=BUCKET, Key=f"{LOG}/{now:%Y/%m/%d/%H}/before.jsonl.gz", Body=body)
    body = drift_world.requests(0, 10, now + timedelta(hours=5), moved=True)
    store.put_object(Bucket=BUCKET, Key=f"{LOG}/{now:%Y/%m/%d/%H}/ahead.jsonl.gz", Body=body)
    store.put_object(
        Bucket=BUCKET, Key=f"{LOG}/{now:%Y/%m/%d/%H}/odd.jsonl", Body=b'{"timestamp": "yesterday", "amount": 1}\n{"amount": 2}\n'
    )

    features, _ = job()

    assert features.splitlines()[:2] == [
        "fraud-detection: no drift; 0 of 6 features drifted in 2000 samples",
        "left out: 40 outside the window, 2 without a timestamp, 20 from before the training",
    ]


def test_few_requests_say_nothing_and_no_score(store: Any, gateway: Gateway, job: Callable[[], list[str]]) -> None:
    log(store, moved=True, rows=500)

    assert job()[0].startswith("fraud-detection: waiting for samples; 2 of 6 features drifted in 500 samples: amount, country")
    assert values(gateway, RENDERED["panels"]["Drift by feature"][0], "feature") == {}
    assert values(gateway, RENDERED["panels"]["Requests judged"][0]) == {None: 500}
    assert values(gateway, RENDERED["alerts"]["ModelDrifted"]) == {None: 0}


def test_a_new_model_waits_for_requests_of_its_own(store: Any, gateway: Gateway, job: Callable[[], list[str]]) -> None:
    log(store, moved=True, at=datetime.now(UTC) - timedelta(hours=1))

    assert job()[0].splitlines() == [
        "fraud-detection: waiting for samples; 0 of 0 features drifted in 0 samples",
        "left out: 4000 from before the training",
    ]
    assert values(gateway, RENDERED["panels"]["Requests judged"][0]) == {None: 0}


def test_the_page_is_in_the_bucket_under_the_address_that_alerts_name(store: Any, gateway: Gateway, job: Callable[[], list[str]]) -> None:
    log(store, moved=True)

    job()

    written = [key for key in keys(f"s3://{BUCKET}") if key.startswith("reports/")]
    assert [re.sub(r"\d{4}/\d{2}/\d{2}/\d{4}", "<time>", key.removeprefix("reports/fraud-detection/")) for key in written] == [
        *("answers/<time>.html", "answers/<time>.json", "answers/latest.html", "answers/latest.json"),
        *("features/<time>.html", "features/<time>.json", "features/latest.html", "features/latest.json"),
    ]
    page = store.get_object(Bucket=BUCKET, Key="reports/fraud-detection/features/latest.html")
    text = page["Body"].read().decode()
    assert page["ContentType"] == "text/html; charset=utf-8"
    assert "<h1>fraud-detection: drift</h1>" in text
    assert "2 of 6 features drifted in 4,000 requests" in text
    assert "Numbers here are of a random sample of 3,000" in text
    assert "evidently" in text.lower()
