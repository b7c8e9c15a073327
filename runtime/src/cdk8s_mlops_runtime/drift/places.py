"""Where samples are: files and folders here, or in S3."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cdk8s_mlops_runtime.download import download
from cdk8s_mlops_runtime.object_store import ObjectStore
from cdk8s_mlops_runtime.problems import InputProblem

if TYPE_CHECKING:
    from datetime import datetime

    from .window import Window

SUFFIXES = (".parquet", ".csv", ".csv.gz", ".jsonl", ".jsonl.gz")
_AT_ONCE = 8


def is_s3(address: str) -> bool:
    """Whether an address is one of S3."""
    return address.startswith("s3://")


def fetch(address: str, folder: Path) -> tuple[Path, datetime | None]:
    """A file as it is here, and when it was written where that is known for sure: a copy of a file here is as old as the copy."""
    if not is_s3(address):
        path = Path(address)
        if not path.is_file():
            raise InputProblem("drift/no-file", f"the file '{address}' is not there; look for a slip in the address")
        return path, None
    store, key = _split(address)
    written = store.written(key)
    target = folder / Path(key).name
    download(lambda start: store.reader(key, start), target, address)
    return target, written


def collect(address: str, folder: Path, window: Window | None) -> list[Path]:
    """The files of a log that may hold requests of a window, in their order."""
    if not is_s3(address):
        path = Path(address)
        if not path.exists():
            raise InputProblem("drift/no-file", f"the file '{address}' is not there; look for a slip in the address")
        return sorted(found for found in path.rglob("*") if found.name.endswith(SUFFIXES)) if path.is_dir() else [path]
    if address.endswith(SUFFIXES):
        return [fetch(address, folder)[0]]
    store = ObjectStore(address)
    keys = _keys(store, window)
    targets = [folder / f"{index:06}-{Path(key).name}" for index, key in enumerate(keys)]

    def one(index: int) -> None:
        download(lambda start: store.reader(keys[index], start), targets[index], f"{store.uri}{keys[index]}")

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        list(threads.map(one, range(len(keys))))
    return targets


def _keys(store: ObjectStore, window: Window | None) -> list[str]:
    """Folders of days (`2026/01/31/`) are taken by their names; any other layout by when its objects were written, which is after what they hold."""
    if window is None:
        return [key for key in store.names("") if key.endswith(SUFFIXES)]
    days = [window.start + timedelta(days=day) for day in range((window.end.date() - window.start.date()).days + 1)]
    by_day = [key for day in days for key in store.names(f"{day:%Y/%m/%d}/")]
    found = by_day or [key for key, written in store.listed("") if written >= window.start]
    return [key for key in found if key.endswith(SUFFIXES)]


def put(address: str, body: bytes, content_type: str) -> None:
    """Write a file, here or in S3, over the one that is there."""
    if is_s3(address):
        store, key = _split(address)
        store.put(key, body, content_type)
        return
    path = Path(address)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def _split(address: str) -> tuple[ObjectStore, str]:
    match = re.fullmatch(r"(s3://[^/]+(?:/.+)?)/([^/]+)", address)
    if match is None:
        raise InputProblem("drift/no-file", f"the file '{address}' is not there; look for a slip in the address")
    return ObjectStore(match[1]), match[2]
