"""`mlops log`: what of a prediction leaves the pod, and how it arrives."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import urllib3

from cdk8s_mlops_runtime.commands.log import run
from cdk8s_mlops_runtime.object_store import ObjectStore
from cdk8s_mlops_runtime.prediction_log import spool as spool_module
from cdk8s_mlops_runtime.prediction_log.record import NotAPrediction, Recorder, Redaction
from cdk8s_mlops_runtime.prediction_log.server import Agent
from cdk8s_mlops_runtime.prediction_log.spool import Spool
from cdk8s_mlops_runtime.problems import Unreachable
from conftest import S3Server, free_port, keys

KEY = b"0123456789abcdef0123456789abcdef"
PREDICTION = {"request_id": "a1", "amount": 12.5, "country": "CH", "customer_id": 4711, "email": "ada@example.com", "prediction": 0.93}


def recorder(*columns: str, share: float = 1.0, hashed: tuple[str, ...] = ()) -> Recorder:
    return Recorder("fraud", "7", Redaction(columns or ("amount", "prediction"), hashed, KEY), share)


def row(made: Recorder, posted: Any, request_id: str | None = None) -> dict[str, Any]:
    line = made.row(posted, request_id)
    assert line is not None
    found: dict[str, Any] = json.loads(line)
    return found


class FakeBucket:
    """Takes files, unless it is told to be away."""

    def __init__(self) -> None:
        self.files: dict[str, list[dict[str, Any]]] = {}
        self.away = 0

    def put(self, key: str, body: bytes, content_type: str) -> None:
        if self.away:
            self.away -= 1
            raise Unreachable("store/unreachable", "the bucket is away")
        self.files[key] = [json.loads(line) for line in gzip.decompress(body).splitlines()]


def test_what_is_not_named_stays_in_the_pod() -> None:
    found = row(recorder("amount", "country", "prediction"), PREDICTION)

    assert found | {"timestamp": ""} == {
        "request_id": "a1",
        "timestamp": "",
        "model": "fraud",
        "model_version": "7",
        "amount": 12.5,
        "country": "CH",
        "prediction": 0.93,
    }
    assert found["timestamp"].endswith("Z")


def test_a_hash_can_be_joined_by_those_who_have_the_key_and_by_nobody_else() -> None:
    found = row(recorder("amount", hashed=("customer_id", "email")), PREDICTION)

    assert found["customer_id"] == hmac.new(KEY, b"customer_id\x004711", hashlib.sha256).hexdigest()
    assert "ada@example.com" not in json.dumps(found)
    assert row(recorder("amount", hashed=("email",)), {"email": None})["email"] is None
    assert row(recorder("amount", hashed=("a",)), {"a": 1})["a"] != row(recorder("amount", hashed=("b",)), {"b": 1})["b"]


def test_a_request_and_its_copy_have_the_same_lot() -> None:
    live, shadow = recorder(share=0.3), Recorder("next", "8", Redaction(("prediction",)), 0.3)
    drawn = [live.row({"request_id": str(i), "amount": 1}) is not None for i in range(5000)]

    assert drawn == [shadow.row({"request_id": str(i)}) is not None for i in range(5000)]
    assert 0.27 < sum(drawn) / 5000 < 0.33


def test_a_request_without_an_id_gets_that_of_the_header_or_a_new_one() -> None:
    assert row(recorder(), {"amount": 1}, "b2")["request_id"] == "b2"
    assert len(row(recorder(), {"amount": 1})["request_id"]) == 36
    assert row(recorder(), {"amount": 1, "timestamp": "2026-01-01T00:00:00Z"})["timestamp"] == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("posted", "written"),
    [
        (1767268800.5, "2026-01-01T12:00:00.500Z"),
        (1767268800, "2026-01-01T12:00:00.000Z"),
        (1767268800123, "2026-01-01T12:00:00.123Z"),
        ("2026-01-01T13:00:00+01:00", "2026-01-01T13:00:00+01:00"),
        ("2026-01-01 12:00:00", "2026-01-01 12:00:00"),
    ],
    ids=["seconds", "whole seconds", "milliseconds", "text", "text without an offset"],
)
def test_a_time_is_written_as_those_who_read_it_understand_it(posted: Any, written: str) -> None:
    assert row(recorder(), {"amount": 1, "timestamp": posted})["timestamp"] == written


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_row_without_a_time_has_that_at_which_it_came(nothing: Any) -> None:
    began = datetime.now(UTC)

    found = datetime.fromisoformat(row(recorder(), {"amount": 1, "timestamp": nothing})["timestamp"])

    assert timedelta(seconds=-1) < found - began < timedelta(minutes=1)


def test_what_json_has_no_number_for_is_nothing() -> None:
    assert row(recorder(), {"amount": float("nan"), "prediction": float("inf")}) | {"request_id": "", "timestamp": ""} == {
        "request_id": "",
        "timestamp": "",
        "model": "fraud",
        "model_version": "7",
        "amount": None,
        "prediction": None,
    }


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ([1], "a prediction must be an object of names and values, got list"),
        ({"amount": [1, 2]}, "'amount' must be a number, a text, true, false or null, got list; post columns one by one"),
        *(
            (
                {"timestamp": value},
                f"'timestamp' must be ISO 8601, or seconds or milliseconds since 1970, got {told}; leave it out where the time at which it is posted will do",
            )
            for value, told in (("soon", "'soon'"), (True, "True"), (float("nan"), "nan"), (1e300, "1e\\+300"), ({}, "{}"))
        ),
    ],
)
def test_what_cannot_be_a_row_is_told_to_whoever_posts_it(posted: Any, words: str) -> None:
    with pytest.raises(NotAPrediction, match=words.replace("'", ".")):
        recorder().row(posted)


def test_rows_become_files_of_the_hour() -> None:
    bucket = FakeBucket()
    spool = Spool(bucket, "pod-1", 100_000, print)
    for i in range(3):
        spool.add(json.dumps({"i": i}).encode() + b"\n")

    assert spool.flush()
    assert spool.flush()
    [(key, rows)] = bucket.files.items()
    assert rows == [{"i": 0}, {"i": 1}, {"i": 2}]
    assert key == f"{time.strftime('%Y/%m/%d/%H', time.gmtime())}/pod-1-000000.jsonl.gz"
    assert (spool.written, spool.waiting, spool.lost) == (3, 0, 0)


def test_rows_wait_while_the_bucket_is_away_and_the_oldest_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "FILE_ROWS", 2)
    bucket, told = FakeBucket(), list[str]()
    spool = Spool(bucket, "pod-1", 5 * len(b'{"i": 0}\n'), told.append)
    bucket.away = 1
    for i in range(4):
        spool.add(json.dumps({"i": i}).encode() + b"\n")

    assert not spool.flush()
    assert (spool.waiting, told) == (4, ["2 predictions are not written yet, 0 were lost: the bucket is away (store/unreachable)"])
    for i in range(4, 7):
        spool.add(json.dumps({"i": i}).encode() + b"\n")
    assert spool.flush()

    assert [each["i"] for rows in bucket.files.values() for each in rows] == [2, 3, 4, 5, 6]
    assert (spool.written, spool.lost) == (5, 2)


@contextmanager
def agent(made: Recorder, bucket: FakeBucket) -> Iterator[Agent]:
    served = Agent(0, made, Spool(bucket, "pod-1", 100_000, print))
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.shutdown()
        served.server_close()
        thread.join()


def test_the_agent_takes_one_or_several_and_says_what_became_of_them() -> None:
    bucket = FakeBucket()
    http = urllib3.PoolManager()
    with agent(recorder(), bucket) as served:
        url = f"http://127.0.0.1:{served.server_port}"
        statuses = [
            http.request("POST", url, json=PREDICTION).status,
            http.request("POST", url, json={"amount": 1}, headers={"X-Request-Id": "b2"}).status,
            http.request("POST", url, json=[{"amount": 2}, {"amount": 3}]).status,
            http.request("POST", url, body=b"no JSON").status,
            http.request("POST", url, json={"amount": {}}).status,
            http.request("POST", url, json={"amount": 1, "timestamp": "soon"}).status,
            http.request("POST", url).status,
            http.request("POST", url, body=b" " * (4 * 1024 * 1024 + 1)).status,
        ]
        served.spool.flush()
        numbers = http.request("GET", url).data.decode().splitlines()

    assert statuses == [202, 202, 202, 400, 400, 400, 411, 413]
    assert [each["amount"] for rows in bucket.files.values() for each in rows] == [12.5, 1, 2, 3]
    assert [each["request_id"] for rows in bucket.files.values() for each in rows][:2] == ["a1", "b2"]
    assert numbers[2:] == [
        *(
            'prediction_log_records{state="written"} 4',
            'prediction_log_records{state="waiting"} 0',
            'prediction_log_records{state="lost"} 0',
        ),
        *('prediction_log_records{state="left_out"} 0', 'prediction_log_records{state="refused"} 3'),
    ]


def test_the_last_predictions_of_a_pod_are_written(bucket: str, s3: S3Server) -> None:
    port = free_port()
    command = [sys.executable, "-m", "cdk8s_mlops_runtime", "log", "fraud", "--version", "7", "--to", f"{bucket}/predictions-log/fraud/"]
    command += ["--column", "amount", "--hash", "customer_id", "--every", "3600", "--port", str(port)]
    environment = {**os.environ, "PREDICTION_LOG_HASH_KEY": KEY.decode(), "HOSTNAME": "fraud-0"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"taking predictions on port {port}\n"
        for i in range(20):
            body = json.dumps({**PREDICTION, "request_id": f"r{i}"}).encode()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}", body, timeout=10) as answer:
                assert answer.status == 202
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()

    assert (process.returncode, said) == (0, "20 predictions written, 0 left out, 0 refused, 0 lost\n")
    [key] = keys(bucket)
    assert key.startswith("predictions-log/fraud/")
    rows = gzip.decompress(boto3.client("s3").get_object(Bucket=bucket.removeprefix("s3://"), Key=key)["Body"].read()).splitlines()
    assert [set(json.loads(line)) for line in rows] == [{"request_id", "timestamp", "model", "model_version", "amount", "customer_id"}] * 20


def test_files_are_written_while_it_runs_and_the_rest_when_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    bucket = FakeBucket()
    served = Agent(0, recorder(), Spool(bucket, "pod-1", 100_000, print))
    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}

    def use() -> None:
        url = f"http://127.0.0.1:{served.server_port}"
        urllib3.request("POST", url, json={"amount": 1})
        while not bucket.files:
            time.sleep(0.01)
        urllib3.request("POST", url, json={"amount": 2})
        os.kill(os.getpid(), signal.SIGTERM)

    user = threading.Thread(target=use)
    user.start()
    try:
        run(served, 0.05)
    finally:
        user.join()
        for name, handler in before.items():
            signal.signal(name, handler)

    assert [each["amount"] for rows in bucket.files.values() for each in rows] == [1, 2]
    assert capsys.readouterr().out.endswith("2 predictions written, 0 left out, 0 refused, 0 lost\n")


def test_a_bucket_that_is_away_does_not_stop_the_agent(s3: S3Server, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    spool = Spool(ObjectStore("s3://not-there/log/"), "pod", 1000, told.append)
    spool.add(b"{}\n")

    assert not spool.flush()
    assert told[0].startswith("1 predictions are not written yet, 0 were lost: the bucket 'not-there' is not there")
