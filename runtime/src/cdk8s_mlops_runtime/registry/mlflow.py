"""
An MLflow server as registry: aliases, tags and artifacts in its own terms, so that its other users see what they expect.

It has neither compare-and-swap nor a transaction over several aliases. So a move holds a lock (a Lease of Kubernetes, a file on a laptop), the ledger
is a tag of the registered model, and what the server says is compared with it: an alias that was moved by other means is refused, not followed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdk8s_mlops_runtime.packing import ADDED_BY_MLFLOW, pack, remove, sha256_of, unpack
from cdk8s_mlops_runtime.problems import Conflict, InputProblem, Tampered, Unreachable

from .ledger import Ledger, Outcome
from .registry import CHALLENGER, CHAMPION, PREVIOUS, Held, require_reference
from .version import ModelVersion, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlflow import MlflowClient

    from cdk8s_mlops_runtime.lock import Lock
    from cdk8s_mlops_runtime.release import Lineage

PREFIX = "cdk8s-mlops.io/"
LEDGER = f"{PREFIX}ledger"
RECORD = f"{PREFIX}version"
STATUS = "status"
SHA256 = f"{PREFIX}artifact-sha256"
REQUEST = f"{PREFIX}registration"
AUDIT = f"{PREFIX}audit."
ARTIFACT_PATH = "model"
REFERENCE_PATH = "reference"
# what is gone in the storage behind it, MLflow answers like a fault of its own, and its client would ask for four minutes; half a minute outlasts a restart
RETRIES = "4"
_OURS = (CHAMPION, PREVIOUS, CHALLENGER)


class MlflowRegistry:
    """Registered models of one server."""

    def __init__(self, uri: str, lock: Lock) -> None:
        self.uri = uri.rstrip("/")
        self.lock = lock

    @cached_property
    def client(self) -> MlflowClient:
        """Made at first use: importing it takes a second."""
        from mlflow import MlflowClient  # noqa: PLC0415

        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", RETRIES)
        # a command says what it did by itself
        logging.getLogger("mlflow").setLevel(logging.WARNING)
        return MlflowClient(tracking_uri=self.uri, registry_uri=self.uri)

    def register(self, model: str, version: str | None, artifact: Path, lineage: Lineage, reference: Path | None = None) -> ModelVersion:
        """
        Upload the files to a run, then make the version, with all that is known about it: it is there as a whole or not at all.

        A second registration of the same artifact with the same lineage finds the version, or the run, of the first.
        """
        if version is not None:
            raise InputProblem("register/mlflow-counts", f"MLflow counts versions by itself, so leave out --version, got '{version}'")
        sha256 = sha256_of(artifact)
        request = _request(model, sha256, lineage)
        with self._told(model):
            self._make_model(model)
            for known in self.client.search_model_versions(f"name = '{model}'"):
                if known.tags.get(REQUEST) == request:
                    return self._read_version(model, known)
            run_id = self._run(model, request, lineage)
            source = self._upload(run_id, artifact, sha256)
            if reference is not None:
                self._upload_reference(run_id, reference)
            unnumbered = ModelVersion(model, "0", sha256, lineage)
            tags = {REQUEST: request, SHA256: sha256, STATUS: unnumbered.status.value, RECORD: _record(unnumbered)}
            made = self.client.create_model_version(model, source, run_id=run_id, tags=tags, await_creation_for=0)
            self.client.update_run(run_id, status="FINISHED")
            return self._read_version(model, made)

    def _make_model(self, model: str) -> None:
        from mlflow.exceptions import MlflowException  # noqa: PLC0415

        try:
            self.client.create_registered_model(model)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise

    def _run(self, model: str, request: str, lineage: Lineage) -> str:
        experiment = self._experiment(model)
        for run in self.client.search_runs([experiment], f"tags.`{REQUEST}` = '{request}'", max_results=1):
            return str(run.info.run_id)
        tags = {REQUEST: request, "mlflow.source.git.commit": lineage.git_commit, "mlflow.user": lineage.trained_by}
        tags[f"{PREFIX}data-snapshot"] = str(lineage.data_snapshot)
        run = self.client.create_run(experiment, run_name=f"register {model}", tags=tags)
        for name, value in lineage.parameters.items():
            self.client.log_param(run.info.run_id, name, value)
        for name, number in lineage.metrics.items():
            self.client.log_metric(run.info.run_id, name, number)
        return str(run.info.run_id)

    def _experiment(self, model: str) -> str:
        from mlflow.exceptions import MlflowException  # noqa: PLC0415

        known = self.client.get_experiment_by_name(model)
        if known is not None:
            return str(known.experiment_id)
        try:
            return str(self.client.create_experiment(model))
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
            return str(self.client.get_experiment_by_name(model).experiment_id)

    def _upload(self, run_id: str, artifact: Path, sha256: str) -> str:
        with tempfile.TemporaryDirectory(prefix="mlops-register-") as folder:
            files = Path(folder) / ARTIFACT_PATH
            files.mkdir()
            unpack(artifact, files)
            if pack(files, Path(folder) / "again.tar") != sha256:
                raise InputProblem(
                    "register/own-packing",
                    f"'{artifact.name}' was not packed by 'mlops register', and MLflow keeps files, not archives; give the folder instead of the archive",
                )
            self.client.log_artifacts(run_id, str(files), ARTIFACT_PATH)
        return f"{self.client.get_run(run_id).info.artifact_uri}/{ARTIFACT_PATH}"

    def _upload_reference(self, run_id: str, reference: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="mlops-register-") as folder:
            # MLflow names a file as it is named here
            named = Path(folder) / REFERENCE_PATH
            named.symlink_to(reference.resolve())
            self.client.log_artifact(run_id, str(named))

    def find(self, model: str, version: str) -> ModelVersion:
        """From the tags of the version."""
        if not version.isdecimal():
            raise InputProblem(
                "registry/mlflow-version",
                f"versions in MLflow are whole numbers, got '{version}' of '{model}'; take the number that 'mlops register' said",
            )
        with self._told(f"{model}/{version}"):
            return self._read_version(model, self.client.get_model_version(model, version))

    def _read_version(self, model: str, found: Any) -> ModelVersion:
        place = f"{self.uri}, {model}/{found.version}, tag '{RECORD}'"
        if RECORD not in found.tags:
            raise Conflict(
                "registry/not-ours",
                f"version '{found.version}' of '{model}' was not registered by 'mlops register', so its hash and lineage are not known; register it",
            )
        record = parse_json(found.tags[RECORD].encode(), place)
        known = ModelVersion.from_json({**record, "version": str(found.version)} if isinstance(record, dict) else record, place)
        if known.model != model or found.tags.get(SHA256) != known.artifact_sha256:
            raise Tampered("registry/other-record", f"'{place}' is about another model or artifact; set the tag back to what it was")
        return known

    def fetch(self, version: ModelVersion, archive: Path) -> None:
        """Download the files and pack them as the trainer did: then the hash must be the trainer's."""
        files = archive.with_name(f"{archive.name}.files")
        remove(files)
        files.mkdir(parents=True)
        with self._told(f"{version.model}/{version.version}"):
            source = self.client.get_model_version_download_uri(version.model, version.version)
            if not self._listed(source):
                raise _gone(version, source)
            self._download(source, files)
        remove(files / ADDED_BY_MLFLOW)
        pack(files, archive)
        remove(files)

    def _download(self, source: str, folder: Path) -> None:
        import mlflow.artifacts  # noqa: PLC0415

        aside = folder.with_name(f"{folder.name}.inner")
        # what an earlier attempt left that was killed
        remove(aside)
        # not by the name of the model: then MLflow adds a file that depends on the moment
        mlflow.artifacts.download_artifacts(artifact_uri=source, dst_path=str(folder), tracking_uri=self.uri)
        inner = folder / ARTIFACT_PATH
        if inner.is_dir() and [path.name for path in folder.iterdir()] == [ARTIFACT_PATH]:
            inner.rename(aside)
            remove(folder)
            aside.rename(folder)

    def _listed(self, folder: str) -> list[str]:
        """Names in a folder of artifacts. Asked for a file that is gone, the server answers as if it was broken; asked what there is, it says so."""
        import mlflow.artifacts  # noqa: PLC0415

        found = mlflow.artifacts.list_artifacts(artifact_uri=folder, tracking_uri=self.uri)
        return [str(entry.path).rpartition("/")[2] for entry in found]

    def fetch_reference(self, version: ModelVersion, target: Path) -> str:
        """Download it from the run that the version was registered with."""
        import mlflow.artifacts  # noqa: PLC0415

        with self._told(f"{version.model}/{version.version}"), tempfile.TemporaryDirectory(prefix="mlops-reference-") as folder:
            run_id = self.client.get_model_version(version.model, version.version).run_id
            # not by the name of the run: then MLflow calls every fault a file that is not there
            files = self.client.get_run(run_id).info.artifact_uri
            place = f"{files}/{REFERENCE_PATH}"
            if REFERENCE_PATH not in self._listed(files):
                raise _gone(version, place)
            found = mlflow.artifacts.download_artifacts(artifact_uri=place, dst_path=folder, tracking_uri=self.uri)
            shutil.move(found, target)
        return f"runs:/{run_id}/{REFERENCE_PATH}"

    @contextmanager
    def exclusive(self, model: str) -> Iterator[None]:
        """Hold the lock of this model."""
        with self.lock.held(model):
            yield

    def read(self, model: str) -> Held:
        """The ledger, if the server's aliases are what it says."""
        with self._told(model):
            found = self._registered(model)
        if found is None:
            return Held(Ledger(model), None)
        actual = {name: str(version) for name, version in found.aliases.items()}
        if LEDGER not in found.tags:
            return Held(Ledger(model, aliases={name: actual[name] for name in _OURS if name in actual}), None)
        place = f"{self.uri}, {model}, tag '{LEDGER}'"
        ledger = Ledger.from_bytes(parse_json(found.tags[LEDGER].encode(), place), model, place)
        if ledger.pending is None:
            self._require_untouched(ledger, actual)
        return Held(ledger, None)

    def _registered(self, model: str) -> Any:
        from mlflow.exceptions import MlflowException  # noqa: PLC0415

        try:
            return self.client.get_registered_model(model)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise

    def _require_untouched(self, ledger: Ledger, actual: dict[str, str]) -> None:
        for alias in _OURS:
            said, found = ledger.aliases.get(alias), actual.get(alias)
            if said != found:
                raise Tampered(
                    "registry/alias-moved",
                    f"'{ledger.model}@{alias}' stands for {found or 'nothing'} in MLflow, and for {said or 'nothing'} since move {ledger.sequence}: "
                    f"somebody moved it by other means; set it back, then use 'mlops promote' or 'mlops rollback'",
                )

    def write(self, ledger: Ledger, token: str | None) -> Held:
        """Replace the tag, as long as the lock is ours."""
        self.lock.require(ledger.model)
        # versions stand in tags of their own, and a tag holds 100,000 characters
        text = replace(ledger, versions={}).to_bytes().decode()
        with self._told(ledger.model):
            self.client.set_registered_model_tag(ledger.model, LEDGER, text)
        return Held(ledger, token)

    def secure(self, version: ModelVersion) -> None:
        """The files are where they are; what counts is that their hash is right."""
        with tempfile.TemporaryDirectory(prefix="mlops-secure-") as folder:
            archive, reference = Path(folder) / "model.tar", Path(folder) / REFERENCE_PATH
            self.fetch(version, archive)
            found = sha256_of(archive)
            if version.lineage.reference_sha256 is not None:
                self.fetch_reference(version, reference)
                require_reference(version, reference)
        if found != version.artifact_sha256:
            raise Tampered(
                "registry/files-changed",
                f"the files of version '{version.version}' of '{version.model}' have the hash {found}, registered was {version.artifact_sha256}; register the model again",
            )

    def apply(self, ledger: Ledger) -> None:
        """Set tags and aliases to what the ledger says. @previous goes first: at any moment, both stand for something that can be loaded."""
        if ledger.pending is None or ledger.pending.outcome != Outcome.MOVED:
            return
        with self._told(ledger.model):
            for version in ledger.pending.changed.values():
                self.client.set_model_version_tag(ledger.model, version.version, RECORD, _record(version))
                self.client.set_model_version_tag(ledger.model, version.version, STATUS, version.status.value)
            for alias in (PREVIOUS, CHAMPION, CHALLENGER):
                self.lock.require(ledger.model)
                if alias in ledger.aliases:
                    self.client.set_registered_model_alias(ledger.model, alias, ledger.aliases[alias])
                elif alias in ledger.pending.before:
                    self.client.delete_registered_model_alias(ledger.model, alias)

    def audit(self, model: str) -> MlflowAuditTrail:
        """Records as tags of the registered model."""
        return MlflowAuditTrail(self, model)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """Says in our words what MLflow says in its own."""
        try:
            yield
        except _faults() as error:
            raise self._problem(error, what) from error

    def _problem(self, error: Any, what: str) -> Exception:
        said = " ".join(str(error).split())[:300]
        if getattr(error, "error_code", None) == "RESOURCE_DOES_NOT_EXIST":
            return Conflict(
                "registry/mlflow-missing",
                f"'{what}' is not in MLflow at '{self.uri}'; register it with 'mlops register', or look for a slip",
            )
        if re.search(r"\b40[13]\b", said) or _status(error) in _FORBIDDEN:
            return Unreachable(
                "registry/mlflow-forbidden",
                f"MLflow at '{self.uri}' does not let us in ({said}); check the credentials, and '--allowed-hosts' of the server for the name that we use",
            )
        return Unreachable("registry/mlflow-unreachable", f"MLflow at '{self.uri}' cannot be used: {said}; check address, egress and DNS")


_FORBIDDEN = {401, 403}


def _faults() -> tuple[type[Exception], ...]:
    """What MLflow's client raises: its own, and what it lets through of HTTP, of pages that are no JSON, and of S3 where it goes there itself."""
    from boto3.exceptions import Boto3Error  # noqa: PLC0415 - a second that is paid for where something went wrong
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
    from mlflow.exceptions import MlflowException  # noqa: PLC0415
    from requests import RequestException  # noqa: PLC0415

    return (MlflowException, RequestException, json.JSONDecodeError, Boto3Error, BotoCoreError, ClientError)


def _status(error: Any) -> int | None:
    if hasattr(error, "get_http_status_code"):
        return int(error.get_http_status_code())
    status: int | None = getattr(getattr(error, "response", None), "status_code", None)
    return status


class MlflowAuditTrail:
    """Records as tags. Who may change a model in MLflow may change them: the hash of each stands in the next one."""

    def __init__(self, registry: MlflowRegistry, model: str) -> None:
        self.registry = registry
        self.model = model

    def append(self, name: str, text: str) -> None:
        """Keep a record."""
        with self.registry._told(self.model):  # noqa: SLF001
            self.registry.client.set_registered_model_tag(self.model, AUDIT + name, text)

    def records(self) -> dict[str, str]:
        """The texts of all records by name."""
        with self.registry._told(self.model):  # noqa: SLF001
            found = self.registry._registered(self.model)  # noqa: SLF001
        tags = {} if found is None else found.tags
        return {name.removeprefix(AUDIT): text for name, text in sorted(tags.items()) if name.startswith(AUDIT)}


def _record(version: ModelVersion) -> str:
    return json.dumps(version.to_json(), ensure_ascii=False)


def _request(model: str, sha256: str, lineage: Lineage) -> str:
    content = ModelVersion(model, "0", sha256, lineage).to_release()
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _gone(version: ModelVersion, place: str) -> Tampered:
    return Tampered(
        "registry/files-gone",
        f"'{place}', where version '{version.version}' of '{version.model}' should be, is not in the storage of MLflow any more; restore it, or register the model again",
    )
