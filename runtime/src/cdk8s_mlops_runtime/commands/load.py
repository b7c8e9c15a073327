"""`mlops load`: what runs in a pod before its server starts."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cdk8s_mlops_runtime.download import download
from cdk8s_mlops_runtime.object_store import ObjectStore
from cdk8s_mlops_runtime.packing import remove, sha256_of, unpack, write_whole
from cdk8s_mlops_runtime.problems import Conflict, InputProblem, Tampered
from cdk8s_mlops_runtime.registry.open import open_registry
from cdk8s_mlops_runtime.registry.registry import ModelName, Registry, resolve
from cdk8s_mlops_runtime.release import require_sha256
from cdk8s_mlops_runtime.signature import ENVIRONMENT, verify

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command("load")
@click.option("--model-uri", required=True, help="A file in S3, or models:/<model>/<version>. On a laptop also models:/<model>@<alias>.")
@click.option("--sha256", help="SHA-256 of the file. Without one, the registry's is compared.")
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), help="Folder for the model. What was loaded there before is replaced."
)
@click.option("--signature", help="Signature of the file, base64. Without one, the registry's is checked.")
@click.option("--verify-key", envvar=ENVIRONMENT, help="Public key in PEM that the signature has to fit. Without one, none is needed.")
@click.option(
    "--feature-schema", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Schema file of the features that are served."
)
@click.option("--feature-schema-sha256", help="SHA-256 of the schema that the version was trained with.")
def command(
    model_uri: str,
    sha256: str | None,
    output: Path,
    signature: str | None,
    verify_key: str | None,
    feature_schema: Path | None,
    feature_schema_sha256: str | None,
) -> None:
    """Fetch a version, compare its SHA-256 and its signature, and put it in place."""
    if feature_schema is not None:
        _require_schema(model_uri, feature_schema, feature_schema_sha256)
    if sha256 is not None:
        require_sha256("--sha256", sha256)
    place = _Place(output, _Signed(signature, verify_key))
    place.require_ours()
    load = _load_file if model_uri.startswith("s3://") else _load_version
    loaded = load(model_uri, sha256, place)
    click.echo(f"{model_uri} is in '{output}', SHA-256 {loaded}")


def _require_schema(model_uri: str, served: Path, trained: str | None) -> None:
    if trained is None:
        raise InputProblem(
            "load/no-schema-hash", "--feature-schema is compared with what the version was trained with; give --feature-schema-sha256"
        )
    found = sha256_of(served)
    if found != require_sha256("--feature-schema-sha256", trained):
        raise Conflict(
            "load/other-schema",
            f"'{model_uri}' was trained with the feature schema {trained[:12]}…, and '{served}' is {found[:12]}…; serve the schema of that version, or train one with this schema",
        )


@dataclass(frozen=True, slots=True)
class _Signed:
    """Who must have signed what is loaded."""

    signature: str | None
    key: str | None

    def require(self, sha256: str, uri: str, registered: str | None = None) -> None:
        """Asked before anything is fetched: the hash says which file it will be."""
        if self.key is not None:
            verify(self.key, sha256, self.signature or registered, uri)


class _Place:
    """A folder that is filled beside itself and then changes at once."""

    def __init__(self, output: Path, signed: _Signed) -> None:
        self.output = output.absolute()
        self.signed = signed
        beside = self.output.parent / f".{self.output.name}"
        self.unfinished = beside.with_name(f"{beside.name}.unfinished")
        self.receipt = beside.with_name(f"{beside.name}.loaded")

    def part(self, sha256: str) -> Path:
        """Where the download goes on after a restart."""
        return self.output.parent / f".{self.output.name}.{sha256[:16]}.part"

    def require_ours(self) -> None:
        if self.output.is_dir() and not any(self.output.iterdir()):
            return
        if self.output.exists() and not self.receipt.exists():
            raise InputProblem(
                "load/foreign-output", f"'{self.output}' holds what was not loaded by this command; give an empty folder with --output"
            )

    def fill(self, archive: Path, sha256: str) -> None:
        """Unpack, then swap. Whatever happens on the way, the folder holds the old model or the new one."""
        remove(self.unfinished)
        self.unfinished.mkdir(parents=True)
        unpack(archive, self.unfinished)
        write_whole(self.receipt, f"{sha256}\n")
        _swap(self.unfinished, self.output)
        remove(self.unfinished)
        archive.unlink()


def _load_file(uri: str, sha256: str | None, place: _Place) -> str:
    if sha256 is None:
        raise InputProblem("load/no-hash", f"'{uri}' is a file, and nobody but the release record knows its hash; give it with --sha256")
    folder, _, name = uri.rpartition("/")
    if not re.fullmatch(r"s3://[^/]+/.*[^/]", uri):
        raise InputProblem(
            "load/not-a-file", f"--model-uri must name a file in S3, got '{uri}'; the artifact of a release is '…/model.tar'"
        )
    place.signed.require(sha256, uri)
    store = ObjectStore(folder)
    _fetch_verified(lambda part: download(lambda start: store.reader(name, start), part, uri), sha256, place, uri)
    return sha256


def _load_version(uri: str, sha256: str | None, place: _Place) -> str:
    name = ModelName.parse(uri)
    if name.alias is not None and os.environ.get("KUBERNETES_SERVICE_HOST"):
        raise InputProblem(
            "load/alias-in-pod",
            f"a pod must not load '{uri}': after the alias moved, a restart would load what no rollout judged; give version and --sha256 of the release record",
        )
    registry: Registry = open_registry()
    version = resolve(registry, name)
    if sha256 is not None and sha256 != version.artifact_sha256:
        raise Tampered(
            "load/other-hash",
            f"the registry has SHA-256 {version.artifact_sha256} for '{uri}', expected was {sha256}; promote the version again, or find out who changed it",
        )
    place.signed.require(version.artifact_sha256, uri, version.lineage.artifact_signature)
    _fetch_verified(lambda part: registry.fetch(version, part), version.artifact_sha256, place, uri)
    return version.artifact_sha256


def _fetch_verified(fetch: Callable[[Path], None], sha256: str, place: _Place, uri: str) -> None:
    part = place.part(sha256)
    part.parent.mkdir(parents=True, exist_ok=True)
    resumed = part.exists()
    fetch(part)
    found = sha256_of(part)
    if found != sha256 and resumed:
        # what an earlier attempt left may be the wrong half
        part.unlink()
        fetch(part)
        found = sha256_of(part)
    if found != sha256:
        size = part.stat().st_size
        part.unlink()
        raise Tampered(
            "load/wrong-hash",
            f"'{uri}' has SHA-256 {found} ({size} bytes), expected was {sha256}; nothing was unpacked, find out who changed it",
        )
    place.fill(part, sha256)


_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def _swap(new: Path, old: Path) -> None:
    """Put a folder in the place of another at once; what was there is then where the new one was."""
    if not old.exists() or not any(old.iterdir()):
        if os.name == "posix":
            new.rename(old)
            return
        remove(old)
    if sys.platform == "linux" and _exchange(new, old):
        return
    aside = old.with_name(f".{old.name}.old")
    remove(aside)
    if old.exists():
        old.rename(aside)
    new.rename(old)
    remove(aside)


def _exchange(new: Path, old: Path) -> bool:
    library = ctypes.CDLL(None)
    if not hasattr(library, "renameat2"):
        return False
    done: int = library.renameat2(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(old), _RENAME_EXCHANGE)
    return done == 0
