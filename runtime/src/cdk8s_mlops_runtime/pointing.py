"""What a pod says about the version that it serves, and how it is made to say another."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from .problems import InputProblem

if TYPE_CHECKING:
    from .registry.version import ModelVersion

_PREFIX = "cdk8s-mlops.io/"


def points_at(template: Any) -> str | None:
    """SHA-256 of the artifact that a pod template serves, where it says one."""
    if isinstance(template, list):
        return next((found for one in template if (found := points_at(one)) is not None), None)
    if not isinstance(template, dict):
        return None
    if template.get("name") == "MODEL_SHA256" and isinstance(template.get("value"), str):
        return str(template["value"])
    return next((found for one in template.values() if (found := points_at(one)) is not None), None)


def pointed(template: dict[str, Any], version: ModelVersion) -> dict[str, Any]:
    """The same pod template for another version: its labels, its variables, the address, the hash and the signature that its loader is given, its baked image."""
    changed: dict[str, Any] = copy.deepcopy(template)
    if _point(changed, version) == 0:
        raise InputProblem(
            "release/nothing-to-point",
            f"nothing in the pod template loads '{version.model}' or holds it baked in; serve it with ModelSource.loadedFrom(), or bake the version into an image",
        )
    return changed


def _point(value: Any, version: ModelVersion) -> int:
    """How many places decide what is loaded."""
    if isinstance(value, list):
        return sum(_point(one, version) for one in value)
    if not isinstance(value, dict):
        return 0
    if value.get("name") in {"MODEL_VERSION", "MODEL_SHA256"} and "value" in value:
        value["value"] = version.version if value["name"] == "MODEL_VERSION" else version.artifact_sha256
    for key in ("labels", "annotations"):
        if isinstance(value.get(key), dict):
            _describe(value[key], version)
    found = _bake(value, version)
    if isinstance(value.get("args"), list):
        found += _load(value["args"], version)
    if isinstance(value.get("storageUri"), str):
        value["storageUri"] = _address(value["storageUri"], version)
        found += 1
    return found + sum(_point(one, version) for one in value.values())


def _describe(texts: dict[str, Any], version: ModelVersion) -> None:
    """Labels and annotations that are there; `trained-by` and the like are of the version, too."""
    known = {
        "app.kubernetes.io/version": version.version,
        f"{_PREFIX}model-version": version.version,
        f"{_PREFIX}git-commit": version.lineage.git_commit,
        f"{_PREFIX}data-snapshot": str(version.lineage.data_snapshot),
        f"{_PREFIX}artifact-sha256": version.artifact_sha256,
        f"{_PREFIX}trained-by": version.lineage.trained_by,
        f"{_PREFIX}approved-by": version.approved_by or "nobody had to",
    }
    texts.update({name: value for name, value in known.items() if name in texts})


def _bake(container: dict[str, Any], version: ModelVersion) -> int:
    """The container that is told the hash is the server; its image holds the version where the version has an image."""
    variables = {one.get("name") for one in container.get("env") or [] if isinstance(one, dict)}
    digest = version.lineage.image_digest
    if digest is None or "MODEL_SHA256" not in variables or "@" not in str(container.get("image")):
        return 0
    _require_schema(container, version)
    container["image"] = f"{container['image'].partition('@')[0]}@{digest}"
    return 1


def _require_schema(container: dict[str, Any], version: ModelVersion) -> None:
    """A server whose features are known is not given a version that was trained with others: nothing beside it would stop it."""
    served = next((one.get("value") for one in container["env"] if one.get("name") == "FEATURE_SCHEMA_SHA256"), None)
    if served is not None and _schema(version) != served:
        raise InputProblem(
            "release/other-schema",
            f"version '{version.version}' of '{version.model}' was trained with another feature schema ({_schema(version)[:12]}…) than the one that is served ({served[:12]}…); serve that one first",
        )


def _load(arguments: list[Any], version: ModelVersion) -> int:
    found = 0
    for i, argument in enumerate(arguments):
        name, equals, value = str(argument).partition("=")
        if equals and name == "--sha256":
            arguments[i] = f"{name}={version.artifact_sha256}"
        elif equals and name == "--feature-schema-sha256":
            arguments[i] = f"{name}={_schema(version)}"
        elif equals and name == "--signature":
            arguments[i] = f"{name}={_signature(version)}"
        elif equals and name == "--model-uri":
            arguments[i] = f"{name}={_address(value, version)}"
            found += 1
    return found


def _schema(version: ModelVersion) -> str:
    """A server that computes other features would give answers, and wrong ones."""
    schema = version.lineage.feature_schema_sha256
    if schema is None:
        raise InputProblem(
            "release/no-schema",
            f"version '{version.version}' of '{version.model}' names no feature schema, and what serves it compares it; register it with --feature-schema",
        )
    return schema


def _signature(version: ModelVersion) -> str:
    """Whoever asks for a signature would not start without one."""
    signature = version.lineage.artifact_signature
    if signature is None:
        raise InputProblem(
            "release/unsigned",
            f"version '{version.version}' of '{version.model}' has no signature, and what serves it asks for one; sign the artifact, and register it with --signature",
        )
    return signature


def _address(known: str, version: ModelVersion) -> str:
    """The address of another version of the same model in the same registry."""
    model = re.escape(version.model)
    for pattern in (
        rf"(s3://.*/production/{model}/)[^/]+(/model\.tar)?",
        rf"(s3://[^/]+/production/{model}/)[^/]+(/?)",
        rf"(models:/{model}/)\d+()",
    ):
        match = re.fullmatch(pattern, known)
        if match:
            return f"{match[1]}{version.version}{match[2] or ''}"
    raise InputProblem(
        "release/unknown-address",
        f"'{known}' is no address of a version of '{version.model}' in a registry of ours, so it cannot be pointed at another; load it from one",
    )
