"""Folders of a registry in object storage, as `RegistryLayout` of the library defines them; a test compares the two."""

from __future__ import annotations

ARTIFACT = "model.tar"
REFERENCE = "reference"


def candidate(model: str, version: str) -> str:
    """Folder of a candidate, written by trainers."""
    return f"models/{model}/candidates/{version}/"


def candidate_artifact(model: str, version: str) -> str:
    """The one file of a candidate."""
    return f"{candidate(model, version)}{ARTIFACT}"


def candidate_reference(model: str, version: str) -> str:
    """What a candidate was trained on, for drift checks."""
    return f"{candidate(model, version)}{REFERENCE}"


def candidate_record(model: str, version: str) -> str:
    """What is known about a candidate. It is written last: a candidate without it is not complete."""
    return f"{candidate(model, version)}candidate.json"


def artifact(model: str, version: str) -> str:
    """The one file of a release, written once by a promoter."""
    return f"production/{model}/{version}/{ARTIFACT}"


def release_reference(model: str, version: str) -> str:
    """What a release was trained on, copied with its artifact."""
    return f"production/{model}/{version}/{REFERENCE}"


def manifest(model: str) -> str:
    """Which version each alias stands for, and the move that is under way."""
    return f"production/{model}/manifest.json"


def audit(model: str) -> str:
    """Who did what."""
    return f"audit/{model}/"


def reference(model: str) -> str:
    """Distributions that drift is measured against."""
    return f"reference/{model}/"


def predictions_log(model: str) -> str:
    """Requests and answers."""
    return f"predictions-log/{model}/"
