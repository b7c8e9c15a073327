"""A folder in S3 as registry. Its manifest is replaced with conditional writes, so that of two writers one wins and the other knows."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from cdk8s_mlops_runtime import layout
from cdk8s_mlops_runtime.download import download
from cdk8s_mlops_runtime.object_store import LostRace, ObjectStore
from cdk8s_mlops_runtime.packing import CHUNK, sha256_of
from cdk8s_mlops_runtime.problems import Conflict, InputProblem, Tampered

from .ledger import Ledger
from .registry import Held
from .version import ModelVersion, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from cdk8s_mlops_runtime.release import Lineage


class S3Registry:
    """Candidates, releases, manifests and audit records as `RegistryLayout` of the library lays them out."""

    def __init__(self, uri: str) -> None:
        self.store = ObjectStore(uri)

    def register(self, model: str, version: str | None, artifact: Path, lineage: Lineage, reference: Path | None = None) -> ModelVersion:
        """Upload the files, then the record: a candidate without a record is not complete."""
        if version is None:
            raise InputProblem(
                "register/no-version",
                f"a registry in S3 does not count versions, so give '{model}' one with --version, such as the short Git commit",
            )
        candidate = ModelVersion(model, version, sha256_of(artifact), lineage)
        known = self.store.read(layout.candidate_record(model, version))
        if known is not None:
            return self._same(candidate, self._candidate(known.body, model, version))
        self._upload(candidate, layout.candidate_artifact(model, version), artifact, candidate.artifact_sha256)
        if reference is not None:
            self._upload(candidate, layout.candidate_reference(model, version), reference, sha256_of(reference))
        try:
            self.store.create(layout.candidate_record(model, version), _text(candidate.to_json()))
        except LostRace:
            return self.register(model, version, artifact, lineage, reference)
        return candidate

    def _upload(self, candidate: ModelVersion, key: str, path: Path, sha256: str) -> None:
        try:
            self.store.upload(key, lambda: path.open("rb"))
        except LostRace:
            if self._stored_sha256(key) != sha256:
                raise Conflict(
                    "register/other-artifact",
                    f"somebody began to register another artifact as version '{candidate.version}' of '{candidate.model}'; choose another version",
                ) from None

    @staticmethod
    def _same(candidate: ModelVersion, known: ModelVersion) -> ModelVersion:
        if (known.artifact_sha256, known.lineage) != (candidate.artifact_sha256, candidate.lineage):
            raise Conflict(
                "register/version-taken",
                f"version '{candidate.version}' of '{candidate.model}' is registered already with other content (artifact {known.artifact_sha256[:12]}); choose another version",
            )
        return known

    def find(self, model: str, version: str) -> ModelVersion:
        """From the manifest, or from the record of the candidate."""
        known = self.read(model).ledger.versions.get(version)
        if known is not None:
            return known
        stored = self.store.read(layout.candidate_record(model, version))
        if stored is None:
            raise Conflict(
                "registry/version-missing",
                f"version '{version}' of '{model}' is not in '{self.store.uri}'; register it with 'mlops register', or look for a slip",
            )
        return self._candidate(stored.body, model, version)

    def _candidate(self, body: bytes, model: str, version: str) -> ModelVersion:
        place = self.store.uri + layout.candidate_record(model, version)
        found = ModelVersion.from_json(parse_json(body, place), place)
        if (found.model, found.version) != (model, version):
            raise Tampered(
                "registry/other-version",
                f"'{place}' is about version '{found.version}' of '{found.model}'; restore the object's last good version",
            )
        return found

    def fetch(self, version: ModelVersion, archive: Path) -> None:
        """From production, or the candidate's where there is no release yet."""
        released = layout.artifact(version.model, version.version)
        key = released if self.store.size(released) is not None else layout.candidate_artifact(version.model, version.version)
        download(lambda start: self.store.reader(key, start), archive, f"{self.store.uri}{key}")

    def fetch_reference(self, version: ModelVersion, target: Path) -> str:
        """From production, where every version that has an alias is."""
        place = f"{self.store.uri}{layout.release_reference(version.model, version.version)}"
        download(lambda start: self.store.reader(layout.release_reference(version.model, version.version), start), target, place)
        return place

    def exclusive(self, model: str) -> AbstractContextManager[None]:  # noqa: ARG002
        """Conditional writes need no lock."""
        return nullcontext()

    def read(self, model: str) -> Held:
        """The manifest, or an empty ledger."""
        stored = self.store.read(layout.manifest(model))
        if stored is None:
            return Held(Ledger(model), None)
        place = self.store.uri + layout.manifest(model)
        ledger = Ledger.from_bytes(parse_json(stored.body, place), model, place)
        strangers = sorted({name for name in ledger.aliases.values() if name not in ledger.versions})
        if strangers:
            raise Tampered(
                "registry/alias-to-nowhere",
                f"'{place}' has an alias for version '{strangers[0]}', of which it knows nothing; restore the object's last good version",
            )
        return Held(ledger, stored.etag)

    def write(self, ledger: Ledger, token: str | None) -> Held:
        """Replace exactly the manifest that was read."""
        key, body = layout.manifest(ledger.model), ledger.to_bytes()
        return Held(ledger, self.store.create(key, body) if token is None else self.store.replace(key, body, token))

    def secure(self, version: ModelVersion) -> None:
        """Copy the candidate to where pods load from. Only bytes whose hash is right become an object there."""
        name = (version.model, version.version)
        if version.lineage.reference_sha256 is not None:
            self._secure(layout.candidate_reference(*name), layout.release_reference(*name), version.lineage.reference_sha256)
        self._secure(layout.candidate_artifact(*name), layout.artifact(*name), version.artifact_sha256)

    def _secure(self, candidate: str, released: str, sha256: str) -> None:
        if self.store.size(released) is None:
            self._release(candidate, released, sha256)
        found = self._stored_sha256(released)
        if found != sha256:
            raise Tampered(
                "registry/artifact-changed",
                f"'{self.store.uri}{released}' has the hash {found}, registered was {sha256}; restore the object's last good version",
            )

    def _release(self, key: str, released: str, sha256: str) -> None:
        with suppress(LostRace):
            self.store.upload(released, lambda: self._verified(key, sha256))

    @contextmanager
    def _verified(self, key: str, sha256: str) -> Iterator[_Verified]:
        with self.store.reader(key) as source:
            if source is None:
                raise Tampered(
                    "registry/candidate-gone",
                    f"'{self.store.uri}{key}' is not there any more (candidates expire); register the version again under another name",
                )
            yield _Verified(source, sha256, self.store.uri + key)

    def _stored_sha256(self, key: str) -> str:
        digest = hashlib.sha256()
        with self.store.reader(key) as source:
            while source is not None and (piece := source.read(CHUNK)):
                digest.update(piece)
        return digest.hexdigest()

    def apply(self, ledger: Ledger) -> None:
        """The manifest is all there is."""

    def audit(self, model: str) -> S3AuditTrail:
        """Records below `audit/<model>/`."""
        return S3AuditTrail(self.store, layout.audit(model))


class _Verified:
    """A stream that fails at its end if it was not what it should be."""

    def __init__(self, source: BinaryIO, sha256: str, place: str) -> None:
        self.source, self.sha256, self.place = source, sha256, place
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        piece = self.source.read(size)
        self.digest.update(piece)
        if not piece:
            self._require()
        return piece

    def _require(self) -> None:
        found = self.digest.hexdigest()
        if found != self.sha256:
            raise Tampered(
                "registry/candidate-changed",
                f"'{self.place}' has the hash {found}, registered was {self.sha256}; somebody changed it, register the version again under another name",
            )


class S3AuditTrail:
    """Records that are made once. Nobody is granted to delete one."""

    def __init__(self, store: ObjectStore, prefix: str) -> None:
        self.store = store
        self.prefix = prefix

    def append(self, name: str, text: str) -> None:
        """Keep a record."""
        try:
            self.store.create(f"{self.prefix}{name}.json", text.encode())
        except LostRace:
            return

    def records(self) -> dict[str, str]:
        """The texts of all records by name."""
        found = {key: self.store.read(key) for key in self.store.names(self.prefix)}
        return {
            key.removeprefix(self.prefix).removesuffix(".json"): stored.body.decode() for key, stored in found.items() if stored is not None
        }


def _text(record: Any) -> bytes:
    return f"{json.dumps(record, indent=2, ensure_ascii=False)}\n".encode()
