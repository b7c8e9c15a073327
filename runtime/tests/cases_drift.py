"""Windows, references and settings that cannot be compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cases import ErrorCase, World
from cases_artifacts import a_file

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
        "a column of nulls",
        drift({"age": pa.nulls(3, pa.float64())}),
        "the column 'age' of 'window.parquet' holds no value in 3 rows; find out who stopped to fill it",
    ),
    ErrorCase(
        "drift/all-null",
        "a column of NaN and infinity",
        drift({"age": [float("nan"), float("inf"), float("-inf")]}),
        "the column 'age' of 'window.parquet' holds no finite value in 3 rows; find out who stopped to fill it",
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
        "'window.parquet' is neither Parquet nor CSV that can be read (Parquet magic bytes not found in footer. Either the file is corrupted or this is not a parquet file.)",
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
        "'columns.age.treshold' in '/folder/drift.yaml' is no setting; there is method, threshold",
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
]
