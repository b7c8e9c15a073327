"""Windows, references and settings that cannot be compared."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cases import ErrorCase, World
from cases_artifacts import a_file, put, register
from cdk8s_mlops_runtime.drift import streaming
from cdk8s_mlops_runtime.problems import Unreachable
from gateway import serve

NUMBERS = {"age": [31.0, 42.0, 53.0]}


def table(world: World, name: str, columns: dict[str, Any]) -> Path:
    path = world.folder / f"{name}.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def drift(
    current: dict[str, Any], reference: dict[str, Any] | None = None, settings: str | None = None, *more: str
) -> Callable[[World], object]:
    def provoke(world: World) -> object:
        files = ("--reference", table(world, "reference", reference or NUMBERS), "--current", table(world, "window", current))
        asked = ("--settings", a_file(world, "drift.yaml", settings)) if settings is not None else ()
        return world.run("drift", "fraud", *files, *asked, *more)

    return provoke


def unreadable(world: World) -> object:
    (world.folder / "window.parquet").write_text("no Parquet")
    return world.run("drift", "fraud", "--reference", table(world, "reference", NUMBERS), "--current", world.folder / "window.parquet")


def refused(world: World) -> object:
    with serve() as gateway:
        gateway.refuse.append(400)
        try:
            return drift(NUMBERS, NUMBERS, None, f"--push={gateway.url}")(world)
        except Unreachable as problem:
            raise Unreachable(problem.problem_id, re.sub(r"127.0.0.1:\d+", "gateway", str(problem).rpartition(" (")[0])) from problem


def too_many(world: World) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streaming, "MOST_VALUES", 2)
        return drift({"id": ["a", "b"]}, {"id": ["a", "b", "c"]}, None, "--stream")(world)


def of_champion(changed: str | None) -> Callable[[World], object]:
    """Whose reference somebody changed, or who has none."""

    def provoke(world: World) -> object:
        reference = () if changed is None else ("--reference", a_file(world, "reference.csv", "amount\n1\n"))
        register(world, *reference)
        world.run("promote", "fraud", "--version", "7", "--without-gate", "a test", "--by", "ada", "--releases", world.folder / "releases")
        if changed is not None:
            put(world, "production/fraud/7/reference", changed)
        return world.run("drift", "fraud", "--reference-of", "champion", "--current", a_file(world, "b.csv"))

    return provoke


EMPTY = pa.array([], pa.float64())

CASES = [
    ErrorCase(
        "drift/empty-window",
        "a window without requests",
        drift({"age": EMPTY}),
        "the window 'window.parquet' of 'fraud' has no requests; look at the predictions log, or widen the window",
    ),
    ErrorCase(
        "drift/empty-reference",
        "a reference without rows",
        drift(NUMBERS, {"age": EMPTY}),
        "the reference 'reference.parquet' of 'fraud' has no rows; write it again at the next training",
    ),
    ErrorCase(
        "drift/all-null",
        "a reference of nulls",
        drift(NUMBERS, {"age": pa.nulls(3, pa.float64())}),
        "the column 'age' of 'reference.parquet' holds no finite value in 3 rows; leave it out of the features, or write the reference again",
    ),
    ErrorCase(
        "drift/all-null",
        "a reference of NaN and infinity, read twice",
        drift(NUMBERS, {"age": [float("nan"), float("inf"), float("-inf")]}, None, "--stream"),
        "the column 'age' of 'reference.parquet' holds no finite value in 3 rows; leave it out of the features, or write the reference again",
    ),
    ErrorCase(
        "drift/column-missing",
        "a feature that is not recorded",
        drift({"amount": [1.0]}),
        "'window.parquet' has no column 'age', it has amount; record the feature, or take it out of the reference",
    ),
    ErrorCase(
        "drift/other-type",
        "numbers that became text",
        drift({"age": ["31", "42"]}),
        "the column 'age' held numbers when the model was trained and holds labels now; look at what writes the predictions log",
    ),
    ErrorCase(
        "drift/unreadable",
        "another file",
        unreadable,
        "'window.parquet' is neither Parquet, CSV nor JSON lines that can be read (Parquet magic bytes not found in footer. Either the file is corrupted or this is not a parquet file.)",
    ),
    ErrorCase(
        "drift/which-reference",
        "a file and a version",
        lambda world: world.run(
            "drift", "fraud", "--reference", "a.csv", "--reference-of", "champion", "--current", a_file(world, "b.csv")
        ),
        "a check compares with a file (--reference, and its --reference-sha256) or with what a version was registered with (--reference-of), got --reference and --reference-of",
    ),
    ErrorCase(
        "drift/which-reference",
        "the hash of what the registry knows",
        lambda world: world.run(
            "drift", "fraud", "--reference-sha256", "a" * 64, "--reference-of", "champion", "--current", a_file(world, "b.csv")
        ),
        "a check compares with a file (--reference, and its --reference-sha256) or with what a version was registered with (--reference-of), got --reference-sha256 and --reference-of",
    ),
    ErrorCase(
        "drift/which-reference",
        "nothing to compare with",
        lambda world: world.run("drift", "fraud", "--current", a_file(world, "b.csv")),
        "a check compares with a file (--reference, and its --reference-sha256) or with what a version was registered with (--reference-of), got none of them",
    ),
    ErrorCase(
        "drift/no-reference",
        "a champion that was registered without a reference",
        of_champion(None),
        "version '7', which 'fraud@champion' stands for, was registered without a reference; let the training write one to REFERENCE_PATH and promote what it makes, or compare with a file until then ('--reference')",
        3,
    ),
    ErrorCase(
        "registry/reference-changed",
        "a reference that somebody changed",
        of_champion("amount\n2\n"),
        "the reference of version '7' of 'fraud' has the hash 4f361b937dfd0d7f36d65ee67752cd65e7cc222183fffd5d4eecf798057ea5b1, registered was d37bf21d1e430136735c6406b95d46574d61f891186403354fabbdb6e0f9f8e6; restore what was registered, or register the version again under another name",
        4,
    ),
    ErrorCase(
        "drift/other-reference",
        "a reference of another training",
        lambda world: world.run(
            "drift", "fraud", "--reference", a_file(world, "a.csv"), "--current", a_file(world, "b.csv"), "--reference-sha256", "a" * 64
        ),
        "the reference 'a.csv' has SHA-256 9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c, expected was "
        + "a" * 64
        + "; take the one that was written with the model",
        4,
    ),
    ErrorCase(
        "drift/threshold-of-wrong-kind",
        "a distance as level of significance",
        drift(NUMBERS, NUMBERS, "{method: ks, threshold: 0.15}"),
        "the threshold of 'ks' is a level of significance, above 0 and at most 0.1, got 0.15; a distance such as that of 'psi' is another kind",
    ),
    ErrorCase(
        "drift/threshold-too-small",
        "a level of significance as distance",
        drift(NUMBERS, NUMBERS, "{columns: {age: {method: psi, threshold: 0.05}}}"),
        "the threshold of 'psi' is a distance above 0.05, got 0.05; a level of significance such as that of 'ks' is another kind",
    ),
    ErrorCase(
        "drift/method-of-wrong-kind",
        "labels by their order",
        drift({"city": ["a"]}, {"city": ["a", "b"]}, "{method: ks}"),
        "'ks' needs an order, and 'city' holds labels; use 'psi' or 'chisquare'",
    ),
    ErrorCase(
        "drift/method-of-wrong-kind",
        "numbers as labels",
        drift(NUMBERS, NUMBERS, "{method: chisquare}"),
        "'chisquare' counts labels, and 'age' holds numbers; use 'psi', 'ks' or 'wasserstein'",
    ),
    ErrorCase(
        "drift/malformed-settings",
        "a method that nobody knows",
        drift(NUMBERS, NUMBERS, "{method: magic}"),
        "'/folder/drift.yaml' must hold settings of a drift check as YAML or JSON ('magic' is not a valid Method)",
    ),
    ErrorCase(
        "drift/unknown-setting",
        "a setting with a slip",
        drift(NUMBERS, NUMBERS, "{columns: {age: {treshold: 0.2}}}"),
        "'columns.age.treshold' in '/folder/drift.yaml' is no setting; there is method, threshold, type",
    ),
    ErrorCase(
        "drift/malformed-share",
        "a share in percent",
        drift(NUMBERS, NUMBERS, "{driftShare: 30}"),
        "'driftShare' is a share of at least 0 and below 1, got 30",
    ),
    ErrorCase(
        "drift/unknown-column",
        "a rule for a feature that is not there",
        drift(NUMBERS, NUMBERS, "{columns: {agee: {threshold: 0.2}}}"),
        "the settings name 'agee', which is no feature of the reference; it has age",
    ),
    ErrorCase(
        "drift/no-file",
        "a reference that is not there",
        lambda world: world.run("drift", "fraud", "--reference", "training.parquet", "--current", a_file(world, "b.csv")),
        "the file 'training.parquet' is not there; look for a slip in the address",
    ),
    ErrorCase(
        "drift/no-file",
        "a log that is not there",
        lambda world: world.run("drift", "fraud", "--reference", a_file(world, "a.csv", "age\n1\n"), "--current", "log"),
        "the file 'log' is not there; look for a slip in the address",
    ),
    ErrorCase(
        "drift/no-file",
        "a bucket as reference",
        lambda world: world.run("drift", "fraud", "--reference", "s3://acme-registry", "--current", a_file(world, "b.csv")),
        "the file 's3://acme-registry' is not there; look for a slip in the address",
    ),
    ErrorCase(
        "load/missing",
        "a reference that is not in the bucket",
        lambda world: world.run("drift", "fraud", "--reference", f"{world.bucket}/training.parquet", "--current", a_file(world, "b.csv")),
        "'s3://registry/training.parquet' is not there, or not for us to read; promote the version, look for a slip in the address, or give the role of this pod the grant of its command ('registry.grants')",
        3,
    ),
    ErrorCase(
        "drift/empty-window",
        "a folder of the log without files",
        lambda world: world.run(
            "drift", "fraud", "--reference", table(world, "reference", NUMBERS), "--current", f"{world.bucket}/log/", "--window=60"
        ),
        "the window 's3://registry/log/' of 'fraud' has no requests; look at the predictions log, or widen the window",
    ),
    ErrorCase(
        "drift/empty-window",
        "a window in which nobody asked",
        drift({**NUMBERS, "timestamp": ["2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "soon"]}, None, None, "--window=60"),
        "the window '/folder/window.parquet' of 'fraud' has no requests; look at the predictions log, or widen the window",
    ),
    ErrorCase(
        "drift/no-timestamps",
        "a window over a log without times",
        drift(NUMBERS, None, None, "--window=60"),
        "'window.parquet' of '/folder/window.parquet' has no column 'timestamp', so nobody knows which requests are in the window; it has age",
    ),
    ErrorCase(
        "drift/column-missing",
        "a feature that no file of the log has",
        drift({"amount": [1.0], "timestamp": [0]}, None, None, "--window=60"),
        "'/folder/window.parquet' has no column 'age', it has amount, timestamp; record the feature, or take it out of the reference",
    ),
    ErrorCase(
        "drift/other-type",
        "text among the numbers of a CSV file",
        lambda world: world.run(
            "drift",
            *("fraud", "--reference", table(world, "reference", NUMBERS), "--window=60"),
            *("--current", a_file(world, "log.csv", "timestamp,age\n2026-01-01T00:00:00Z,old\n")),
        ),
        "the column 'age' held numbers when the model was trained and holds labels now; look at what writes the predictions log",
    ),
    ErrorCase(
        "drift/other-type",
        "text among the numbers of JSON lines",
        lambda world: world.run(
            "drift",
            *("fraud", "--reference", table(world, "reference", NUMBERS), "--window=60"),
            *("--current", a_file(world, "log.jsonl", '{"timestamp": "2026-01-01T00:00:00Z", "age": "old"}\n')),
        ),
        "the column 'age' held numbers when the model was trained and holds labels now; look at what writes the predictions log",
    ),
    ErrorCase(
        "drift/declared-type",
        "text that is called a number",
        drift({"city": ["a"]}, {"city": ["a", "b"]}, "{columns: {city: {type: numerical}}}"),
        "the settings call 'city' numerical, but the reference holds labels; call it categorical, or write numbers into the reference",
    ),
    ErrorCase(
        "drift/malformed-count",
        "half a sample",
        drift(NUMBERS, NUMBERS, "{sampleCap: 0.5}"),
        "'sampleCap' is a whole number of at least 1, got 0.5",
    ),
    ErrorCase(
        "drift/unknown-choice",
        "a type of another vocabulary",
        drift(NUMBERS, NUMBERS, "{columns: {age: {type: float}}}"),
        "'columns.age.type' is one of numerical, categorical, got 'float'",
    ),
    ErrorCase(
        "drift/malformed-check",
        "a check that is no part of an address",
        drift(NUMBERS, NUMBERS, None, "--check=a/b"),
        "the name of a check must be lower-case letters, digits and '-', got 'a/b'",
    ),
    ErrorCase(
        "push/refused",
        "a Pushgateway that refuses what a check found",
        refused,
        "the Pushgateway at 'http://gateway' refused the numbers (400 words); look into its log",
        5,
    ),
    ErrorCase(
        "drift/too-many-values",
        "a name of a request as a feature",
        too_many,
        "the column 'id' has more than 2 different values, which are too many to count one by one; leave out what names a request or a person",
    ),
]
