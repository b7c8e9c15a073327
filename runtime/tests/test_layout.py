"""The folders are those that the library grants rights to."""

from __future__ import annotations

import re
from pathlib import Path

from cdk8s_mlops_runtime import layout

SOURCE = (Path(__file__).parents[2] / "src" / "core" / "registry-layout.ts").read_text()


def of_library(name: str) -> str:
    """A folder of `RegistryLayout` for the model `fraud` and the version `7`."""
    constant = re.search(rf"static readonly {name} = '(.*)'", SOURCE)
    if constant:
        return constant[1]
    method = re.search(rf"static {name}\([^)]*\): string {{\s*return `(.*)`;", SOURCE)
    assert method, name
    return re.sub(
        r"\$\{(?:RegistryLayout\.)?(\w+)(?:\([^)]*\))?\}",
        lambda found: {"model": "fraud", "version": "7"}.get(found[1]) or of_library(found[1]),
        method[1],
    )


def test_the_folders_are_those_of_the_library() -> None:
    assert layout.candidate("fraud", "7") == of_library("candidate")
    assert layout.artifact("fraud", "7") == of_library("artifact")
    assert layout.candidate_reference("fraud", "7") == of_library("candidateReference")
    assert layout.release_reference("fraud", "7") == of_library("releaseReference")
    assert layout.manifest("fraud") == of_library("manifest")
    assert layout.audit("fraud") == of_library("audit")
    assert layout.reference("fraud") == of_library("reference")
    assert layout.predictions_log("fraud") == of_library("predictionsLog")
