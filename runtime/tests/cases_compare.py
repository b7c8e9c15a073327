"""Comparisons that do not begin, cannot be read, or say no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import boto3

from cases import ErrorCase, World
from cdk8s_mlops_runtime.object_store import ObjectStore
from shadow_world import DAY, line, pushgateway, text, write_log


def compare(*more: object, shadow: list[dict[str, Any]] | None = None) -> Callable[[World], object]:
    def provoke(world: World) -> object:
        lines = [line(number, 0.5) for number in range(10)]
        logs = (
            f"--live-log={write_log(world.folder / 'live', lines)}",
            f"--shadow-log={write_log(world.folder / 'shadow', lines if shadow is None else shadow)}",
        )
        return world.run("compare", "--live=fraud", "--shadow=next", *logs, f"--day={DAY}", "--minimum-pairs=10", *more)

    return provoke


def refused(world: World) -> object:
    with pushgateway(400) as (address, _):
        try:
            return compare(f"--push={address}")(world)
        except Exception as error:
            error.args = (str(error).replace(address, "http://gateway"),)
            raise


def broken(world: World) -> object:
    write_log(world.folder / "live", [], "2027/01/30/12.jsonl")
    (world.folder / "live" / "2027" / "01" / "30" / "13.jsonl.gz").write_bytes(b"no gzip")
    return compare()(world)


def gone(world: World) -> object:
    client = boto3.client("s3")
    for name in ("live", "shadow"):
        client.put_object(Bucket=world.bucket.removeprefix("s3://"), Key=f"{name}/2027/01/30/12.jsonl", Body=text([line(1, 1)]))
    logs = (f"--live-log={world.bucket}/live", f"--shadow-log={world.bucket}/shadow")
    with patch.object(ObjectStore, "read", return_value=None):
        return world.run("compare", "--live=fraud", "--shadow=next", *logs, f"--day={DAY}")


CASES = [
    ErrorCase(
        "compare/disagree",
        "a shadow that answers something else",
        compare(shadow=[line(number, 0.5 if number else 0.9) for number in range(10)]),
        "'next' agrees with 'fraud' in 90.0000% of 10 requests of 2027-01-30, less than 99.0000%",
        1,
    ),
    ErrorCase(
        "compare/too-few-pairs",
        "copies that lose the ids of their requests",
        compare(shadow=[line(f"copy{number}", 0.5) for number in range(9)]),
        "there is no verdict on 'next': 0 requests of 2027-01-30 are in both logs, and it takes 10; the live log has 10 more, the shadow's 9: "
        "wait, copy more requests, or look whether a copy keeps the id of its request",
        5,
    ),
    ErrorCase(
        "compare/ended",
        "a day after the last one",
        compare("--until=2027-01-29"),
        "the comparison of 'next' ended on 2027-01-29, and 2027-01-30 was not compared; remove the shadow, or choose a later day",
        3,
    ),
    ErrorCase(
        "compare/malformed-day",
        "a day that is none",
        compare("--day=2027-02-30"),
        "'--day' must be a day such as '2027-01-31', got '2027-02-30'",
    ),
    ErrorCase(
        "compare/malformed-day",
        "an end that is none",
        compare("--until=soon"),
        "'--until' must be a day such as '2027-01-31', got 'soon'",
    ),
    ErrorCase(
        "compare/one-log",
        "a log that is compared with itself",
        compare("--live-log=s3://log/fraud", "--shadow-log=s3://log/fraud/"),
        "'--live-log' and '--shadow-log' are both 's3://log/fraud'; a log that is compared with itself always agrees",
    ),
    ErrorCase(
        "compare/no-log",
        "a folder that is not there",
        compare("--live-log=/nowhere"),
        "the log '/nowhere' is not there; look for a slip in the address",
    ),
    ErrorCase(
        "compare/unreadable",
        "a file that is not what its name says",
        broken,
        "'13.jsonl.gz' cannot be read (Not a gzipped file (b'no')); look at what writes the log",
    ),
    ErrorCase(
        "compare/file-gone",
        "a file that goes while it is compared",
        gone,
        "'s3://registry/shadow/2027/01/30/12.jsonl' was listed and is not there any more; compare again",
        3,
    ),
    ErrorCase(
        "push/malformed-address",
        "a Pushgateway without a scheme",
        compare("--push=pushgateway:9091"),
        "the Pushgateway must look like 'http://pushgateway.monitoring.svc:9091', got 'pushgateway:9091'",
    ),
    ErrorCase(
        "push/unreachable",
        "a Pushgateway that is away",
        compare("--push=http://127.0.0.1:9"),
        "the Pushgateway at 'http://127.0.0.1:9' does not answer (NewConnectionError); check address, egress and DNS",
        5,
    ),
    ErrorCase(
        "push/refused",
        "a Pushgateway that does not take the numbers",
        refused,
        "the Pushgateway at 'http://gateway' refused the numbers (400 out of memory); look into its log",
        5,
    ),
]
