"""One file per model: how a folder becomes `model.tar`, and a folder again."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
from typing import TYPE_CHECKING, BinaryIO

from .problems import InputProblem, Tampered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHUNK = 1024 * 1024
# MLflow writes it beside a model that it hands out; it is no part of what was evaluated
ADDED_BY_MLFLOW = "registered_model_meta"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(source: Path, target: Path) -> str:
    """
    Pack a file or a folder without compression, and return the SHA-256.

    The same content gives the same bytes wherever and whenever it is packed: names are sorted; owners, times and modes are no content.
    """
    with target.open("wb") as file, _pax(file) as tar:
        for name, path in _entries(source):
            _add(tar, name, path)
    return sha256_of(target)


def _pax(file: BinaryIO) -> tarfile.TarFile:
    return tarfile.TarFile(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)


def _entries(source: Path) -> Iterator[tuple[str, Path]]:
    if source.is_file():
        yield source.name, source
        return
    names = sorted(path.relative_to(source).as_posix() for path in source.rglob("*"))
    names = [name for name in names if name != ADDED_BY_MLFLOW]
    if not names:
        raise InputProblem("pack/empty", f"'{source}' holds no file, so there is nothing to pack; give the folder that the training wrote")
    for name in names:
        yield name, source / name


def _add(tar: tarfile.TarFile, name: str, path: Path) -> None:
    if path.is_symlink() or not (path.is_dir() or path.is_file()):
        raise InputProblem("pack/special-file", f"'{name}' is neither a file nor a folder; copy what it points to into the model")
    entry = tarfile.TarInfo(name)
    if path.is_dir():
        entry.type = tarfile.DIRTYPE
        entry.mode = 0o755
        tar.addfile(entry)
        return
    entry.size = path.stat().st_size
    entry.mode = 0o644
    with path.open("rb") as file:
        tar.addfile(entry, file)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive whose hash was compared. What would leave the folder is refused, and so is a link or a device."""
    try:
        with tarfile.open(archive, "r:") as tar:
            for member in tar:
                _require_plain(member)
                tar.extract(member, folder, filter="data")
    except (tarfile.TarError, EOFError) as error:
        raise Tampered(
            "load/not-a-tar", f"the artifact is no tar file without compression ({error}); register the model with 'mlops register'"
        ) from error


def _require_plain(member: tarfile.TarInfo) -> None:
    if not (member.isfile() or member.isdir()):
        raise Tampered(
            "load/special-file",
            f"the artifact holds '{member.name}', which is neither a file nor a folder; register the model with 'mlops register'",
        )


def is_tar(path: Path) -> bool:
    """Whether a file was packed already."""
    return path.is_file() and path.suffix == ".tar"


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file that is there as a whole or not at all, and that a power cut leaves alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
