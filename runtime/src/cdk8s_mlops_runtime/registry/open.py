"""Which registry a command talks to: what the library puts into the environment of its containers decides."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cdk8s_mlops_runtime.problems import InputProblem

if TYPE_CHECKING:
    from .registry import Registry


def open_registry(uri: str | None = None) -> Registry:
    """The registry of an address, or of the environment."""
    address = uri or os.environ.get("MODEL_REGISTRY_URI") or os.environ.get("MLFLOW_TRACKING_URI")
    if not address:
        raise InputProblem(
            "registry/unknown",
            "no registry is known; set MODEL_REGISTRY_URI to 's3://<bucket>/<folder>', or MLFLOW_TRACKING_URI to the address of MLflow",
        )
    if address.startswith("s3://"):
        from .s3 import S3Registry  # noqa: PLC0415

        return S3Registry(address)
    if address.startswith(("http://", "https://")):
        from cdk8s_mlops_runtime.lock import lock_of  # noqa: PLC0415

        from .mlflow import MlflowRegistry  # noqa: PLC0415

        return MlflowRegistry(address, lock_of(address))
    raise InputProblem("registry/malformed-uri", f"the registry must be 's3://…' or the 'http(s)://…' of an MLflow server, got '{address}'")
