"""What a registry knows about one version."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from cdk8s_mlops_runtime.problems import InputProblem, Tampered
from cdk8s_mlops_runtime.release import DataSnapshot, Lineage, require_model, require_sha256, require_version


class Status(StrEnum):
    """Where in its life a version is."""

    STAGED = "staged"
    CANARY = "canary"
    PRODUCTION = "production"
    ARCHIVED = "archived"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version, whose artifact is the one with this hash or none at all."""

    model: str
    version: str
    artifact_sha256: str
    lineage: Lineage
    status: Status = Status.STAGED
    gate_result: str = "not evaluated"
    approved_by: str | None = None
    previous_version: str | None = None
    registered_at: str | None = None
    #: When it became the champion, or became it again.
    live_since: str | None = None

    def __post_init__(self) -> None:
        require_model(self.model)
        require_version(self.version)
        require_sha256("the hash of the artifact", self.artifact_sha256)

    def with_status(self, status: Status) -> ModelVersion:
        """The same version, later in its life."""
        return replace(self, status=status)

    def to_release(self) -> dict[str, Any]:
        """The release record of this version."""
        lineage = self.lineage
        record = {
            "model": self.model,
            "version": self.version,
            "artifactSha256": self.artifact_sha256,
            "artifactSignature": lineage.artifact_signature,
            "imageDigest": lineage.image_digest,
            "gitCommit": lineage.git_commit,
            "dataSnapshot": lineage.data_snapshot.to_json(),
            "trainedBy": lineage.trained_by,
            "approvedBy": self.approved_by,
            "parameters": dict(lineage.parameters),
            "metrics": dict(lineage.metrics),
            "gateResult": self.gate_result,
            "featureSchemaSha256": lineage.feature_schema_sha256,
            "architectureSha256": lineage.architecture_sha256,
            "referenceSha256": lineage.reference_sha256,
            "previousVersion": self.previous_version,
        }
        return {name: value for name, value in record.items() if value is not None}

    def to_json(self) -> dict[str, Any]:
        """Everything that a registry keeps."""
        moments = {"registeredAt": self.registered_at, "liveSince": self.live_since}
        return {**self.to_release(), "status": self.status.value, **{name: at for name, at in moments.items() if at is not None}}

    @classmethod
    def from_json(cls, record: Any, place: str) -> ModelVersion:
        """What a registry kept; `place` is where."""
        try:
            snapshot = record["dataSnapshot"]
            lineage = Lineage(
                git_commit=record["gitCommit"],
                data_snapshot=DataSnapshot(snapshot["kind"], snapshot["uri"], snapshot["revision"]),
                trained_by=record["trainedBy"],
                parameters=dict(record["parameters"]),
                metrics={name: float(value) for name, value in record["metrics"].items()},
                feature_schema_sha256=record.get("featureSchemaSha256"),
                architecture_sha256=record.get("architectureSha256"),
                reference_sha256=record.get("referenceSha256"),
                image_digest=record.get("imageDigest"),
                artifact_signature=record.get("artifactSignature"),
            )
            return cls(
                model=record["model"],
                version=record["version"],
                artifact_sha256=record["artifactSha256"],
                lineage=lineage,
                status=Status(record["status"]),
                gate_result=record["gateResult"],
                approved_by=record.get("approvedBy"),
                previous_version=record.get("previousVersion"),
                registered_at=record.get("registeredAt"),
                live_since=record.get("liveSince"),
            )
        except (KeyError, TypeError, ValueError, AttributeError, InputProblem) as error:
            raise Tampered(
                "registry/malformed-version",
                f"'{place}' holds no version that we wrote ({_reason(error)}); restore the object's last good version",
            ) from error


def _reason(error: Exception) -> str:
    return f"it lacks {error}" if isinstance(error, KeyError) else str(error)


def parse_json(body: bytes, place: str) -> Any:
    """JSON that we wrote, or a word about where it breaks off."""
    try:
        return json.loads(body)
    except (ValueError, UnicodeDecodeError) as error:
        raise Tampered(
            "registry/not-json", f"'{place}' is not JSON any more, it has {len(body)} bytes; restore the object's last good version"
        ) from error
