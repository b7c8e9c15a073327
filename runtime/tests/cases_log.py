"""Logs of predictions that cannot be."""

from __future__ import annotations

import socket

import pytest

from cases import ErrorCase, World

LOG = ("log", "fraud", "--version", "7", "--to", "s3://acme-registry/predictions-log/fraud/")


def taken(world: World) -> object:
    with socket.socket() as first, pytest.MonkeyPatch.context() as patch:
        patch.setattr("cdk8s_mlops_runtime.commands.log.run", lambda *_: None)
        first.bind(("127.0.0.1", 9092))
        first.listen()
        return world.run(*LOG, "--column=amount")


CASES = [
    ErrorCase(
        "log/no-columns",
        "a log of nothing",
        lambda world: world.run(*LOG),
        "no column may leave the pod; name those that drift and comparisons need with '--column'",
    ),
    ErrorCase(
        "log/column-twice",
        "a column as it is and hashed",
        lambda world: world.run(*LOG, "--column=email", "--hash=email"),
        "the column 'email' is named twice, or written by the agent itself (request_id, timestamp, model, model_version); name it once",
    ),
    ErrorCase(
        "log/no-key",
        "hashes that everybody can compute",
        lambda world: world.run(*LOG, "--column=amount", "--hash=email"),
        "hashes of email need a secret of at least 32 bytes in PREDICTION_LOG_HASH_KEY, got 0; without one, whoever has the log can try all names",
    ),
    ErrorCase(
        "log/malformed-share",
        "a share in percent",
        lambda world: world.run(*LOG, "--column=amount", "--share=30"),
        "'--share' is a share of the requests, above 0 and at most 1, got 30",
    ),
    ErrorCase(
        "log/port-taken",
        "a port that the server has",
        taken,
        "port 9092 of this pod is taken (Address already in use); choose another one for the agent",
        3,
    ),
]
