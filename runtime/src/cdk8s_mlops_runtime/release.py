"""Release records (`releases/<model>.json`) in the one form in which the library reads and writes them."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .problems import InputProblem
from .signature import require_signature

if TYPE_CHECKING:
    from collections.abc import Mapping

SHA256 = re.compile(r"[0-9a-f]{64}")
_LABEL = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_MODEL = re.compile(r"[a-z]([-a-z0-9]{0,50}[a-z0-9])?")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_MOVING = {"main", "master", "trunk", "develop", "dev", "head", "latest"}
_ALIASES = {"champion", "challenger", "previous"}
_KINDS = ("dvc", "lakefs", "s3", "git")


def is_moving_name(revision: str) -> bool:
    """Whether a revision certainly names something else tomorrow."""
    name = revision.lower()
    return re.sub(r"[~^@].*$", "", name) in _MOVING or re.match(r"(refs/heads|refs/remotes|origin)/", name) is not None


def require_model(model: str) -> str:
    """The name of a model: it becomes a label and part of object names."""
    if not _MODEL.fullmatch(model):
        raise InputProblem(
            "model/malformed-name",
            f"the model must be at most 52 lower-case letters, digits and '-', starting with a letter, got '{model}'",
        )
    return model


def require_version(version: str) -> str:
    """A version: it becomes a label, and must not be what moves."""
    if version.lower() in _ALIASES or is_moving_name(version):
        raise InputProblem(
            "version/moving-name",
            f"the version must be one such as '7', got the moving name '{version}'; give the version that it stands for",
        )
    if not _LABEL.fullmatch(version):
        raise InputProblem(
            "version/malformed",
            f"the version must be at most 63 letters, digits, '-', '_' and '.', starting and ending with a letter or digit, got '{version}'",
        )
    return version


def require_sha256(what: str, value: str) -> str:
    """A SHA-256 in hex."""
    if not SHA256.fullmatch(value):
        raise InputProblem("hash/malformed", f"{what} must be 64 lower-case hex digits, got '{value}'; take the output of 'sha256sum'")
    return value


def require_commit(commit: str) -> str:
    """A Git commit or tag."""
    if not _PRINTABLE.fullmatch(commit) or is_moving_name(commit):
        raise InputProblem(
            "lineage/moving-commit", f"the Git commit must be a commit id or a tag, got '{commit}'; take the output of 'git rev-parse HEAD'"
        )
    return commit


@dataclass(frozen=True, slots=True)
class DataSnapshot:
    """Data as it was at one moment."""

    kind: str
    uri: str
    revision: str

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise InputProblem(
                "data-snapshot/unknown-kind", f"the kind of a data snapshot must be one of {', '.join(_KINDS)}, got '{self.kind}'"
            )
        for what, value in (("address", self.uri), ("revision", self.revision)):
            if not _PRINTABLE.fullmatch(value):
                raise InputProblem(
                    "data-snapshot/malformed",
                    f"the {what} of a data snapshot must be printable ASCII without blanks, got '{value}'; encode others with '%'",
                )
        if re.match(r"[a-z][-a-z0-9+.]*://[^/]*@", self.uri):
            host = self.uri.split("@", 1)[1].split("/", 1)[0]
            raise InputProblem(
                "data-snapshot/credentials",
                f"the address of a data snapshot must not hold a user or password, got one for '{host}'; it is written on every object",
            )
        if (self.kind == "s3" and self.revision == "null") or (self.kind != "s3" and is_moving_name(self.revision)):
            raise InputProblem(
                "data-snapshot/moving-revision",
                f"the revision of a data snapshot must name the same data for ever, got '{self.revision}'; give a commit id or the version of an object",
            )

    @classmethod
    def parse(cls, text: str) -> DataSnapshot:
        """Read `<kind>:<address>@<revision>`, as the library writes it on every object."""
        match = re.fullmatch(r"([a-z0-9]+):(.+)@([^@]+)", text)
        if match is None:
            raise InputProblem(
                "data-snapshot/malformed-text",
                f"a data snapshot must look like 'lakefs:lakefs://fraud-data@5d6e7f8a' (kind, address, revision), got '{text}'",
            )
        return cls(*match.groups())

    def __str__(self) -> str:
        return f"{self.kind}:{self.uri}@{self.revision}"

    def to_json(self) -> dict[str, str]:
        """As it stands in a record."""
        return {"kind": self.kind, "uri": self.uri, "revision": self.revision}


@dataclass(frozen=True, slots=True)
class Lineage:
    """Who trained what, on which data, with which parameters, and how good it is."""

    git_commit: str
    data_snapshot: DataSnapshot
    trained_by: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    feature_schema_sha256: str | None = None
    architecture_sha256: str | None = None
    reference_sha256: str | None = None
    image_digest: str | None = None
    artifact_signature: str | None = None

    def __post_init__(self) -> None:
        require_commit(self.git_commit)
        if self.trained_by.strip() == "":
            raise InputProblem("lineage/nobody", "who trained the model must be a person or a pipeline, got ''")
        for name, value in self.metrics.items():
            if not math.isfinite(value):
                raise InputProblem(
                    "lineage/not-finite", f"the metric '{name}' must be a finite number, got {value}; leave out what could not be measured"
                )
        if self.feature_schema_sha256 is not None:
            require_sha256("the hash of the feature schema", self.feature_schema_sha256)
        if self.architecture_sha256 is not None:
            require_sha256("the hash of the architecture", self.architecture_sha256)
        if self.reference_sha256 is not None:
            require_sha256("the hash of the reference", self.reference_sha256)
        if self.artifact_signature is not None:
            require_signature("the signature of the artifact", self.artifact_signature)
        if self.image_digest is not None and not re.fullmatch(r"sha256:[0-9a-f]{64}", self.image_digest):
            raise InputProblem(
                "lineage/malformed-digest",
                f"the image digest must look like 'sha256:<64 hex digits>', got '{self.image_digest}'; a tag can be moved, a digest cannot",
            )


_FIELDS = (
    "model",
    "version",
    "artifactSha256",
    "artifactSignature",
    "imageDigest",
    "gitCommit",
    "dataSnapshot",
    "trainedBy",
    "approvedBy",
    "parameters",
    "metrics",
    "gateResult",
    "featureSchemaSha256",
    "architectureSha256",
    "referenceSha256",
    "previousVersion",
)


def release_text(release: Mapping[str, Any]) -> str:
    """The text of a release record, byte for byte as the library writes it."""
    record = {name: release[name] for name in _FIELDS if release.get(name) is not None}
    return f"{_as_javascript(record, '')}\n"


def _as_javascript(value: Any, indent: str) -> str:
    if isinstance(value, dict):
        if not value:
            return "{}"
        inner = f"{indent}  "
        # the order of the fields is ours; names of parameters and metrics come in the order of JavaScript
        names = list(value) if indent == "" else _javascript_order(value)
        lines = ",\n".join(f"{inner}{json.dumps(name, ensure_ascii=False)}: {_as_javascript(value[name], inner)}" for name in names)
        return f"{{\n{lines}\n{indent}}}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return javascript_number(value)
    return json.dumps(value, ensure_ascii=False)


def _javascript_order(names: Mapping[str, Any]) -> list[str]:
    """Names that are indices of an array come first, by value; the others by their UTF-16 code units."""
    if set(names) == {"kind", "uri", "revision"}:
        return ["kind", "uri", "revision"]
    indices = [name for name in names if re.fullmatch(r"0|[1-9]\d{0,9}", name) and int(name) < 2**32 - 1]
    others = [name for name in names if name not in set(indices)]
    return sorted(indices, key=int) + sorted(others, key=lambda name: name.encode("utf-16-be"))


def javascript_number(value: float) -> str:
    """A number as `JSON.stringify` writes it: the shortest text that reads back as the same double."""
    number = float(value)
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    mantissa, _, exponent = f"{abs(number)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = (len(whole) if whole != "0" else len(fraction.lstrip("0")) - len(fraction)) + int(exponent or 0)
    digits = digits.rstrip("0")
    return sign + _place_point(digits, point)


_LARGEST_PLAIN = 21
_SMALLEST_PLAIN = -6


def _place_point(digits: str, point: int) -> str:
    if len(digits) <= point <= _LARGEST_PLAIN:
        return digits + "0" * (point - len(digits))
    if 0 < point <= _LARGEST_PLAIN:
        return f"{digits[:point]}.{digits[point:]}"
    if _SMALLEST_PLAIN < point <= 0:
        return f"0.{'0' * -point}{digits}"
    exponent = point - 1
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{'+' if exponent > 0 else '-'}{abs(exponent)}"
