"""`mlops register`: the last step of a training."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import click

from cdk8s_mlops_runtime.packing import is_tar, pack, sha256_of, write_whole
from cdk8s_mlops_runtime.problems import InputProblem
from cdk8s_mlops_runtime.registry.open import open_registry
from cdk8s_mlops_runtime.release import DataSnapshot, Lineage, require_model, require_version
from cdk8s_mlops_runtime.signature import ENVIRONMENT, read_signature, verify


@click.command("register")
@click.argument("model")
@click.argument("artifact", type=click.Path(exists=True, path_type=Path))
@click.option("--version", help="Version, where the registry does not count them: the short Git commit is a good one.")
@click.option("--git-commit", required=True, help="Git commit of the training code.")
@click.option("--data", required=True, help="Data of the training, such as 'lakefs:lakefs://fraud-data@5d6e7f8a'.")
@click.option("--trained-by", required=True, help="Person or pipeline that trained it.")
@click.option("--parameter", multiple=True, metavar="NAME=VALUE", help="Hyperparameter; repeat it.")
@click.option(
    "--metrics", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON file with what was measured: {name: number}."
)
@click.option("--feature-schema", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Schema file of the features.")
@click.option(
    "--architecture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Description of the architecture, without weights. Its hash is recorded; if the file is not there, nobody knows the architecture.",
)
@click.option(
    "--reference",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Parquet, CSV or JSON lines with what it was trained on, for drift checks: features, and answers. If the file is not there, it has none.",
)
@click.option("--version-file", type=click.Path(dir_okay=False, path_type=Path), help="File for the version, where a later step reads it.")
@click.option("--image-digest", help="Digest of the image that the artifact is baked into.")
@click.option(
    "--signature",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Signature of ARTIFACT, which is a tar file then, as 'cosign sign-blob --key' writes it.",
)
@click.option("--verify-key", envvar=ENVIRONMENT, help="Public key in PEM that the signature has to fit.")
@click.option("--registry", help="Address of the registry. The environment's if left out.")
def command(
    model: str,
    artifact: Path,
    version: str | None,
    git_commit: str,
    data: str,
    trained_by: str,
    parameter: tuple[str, ...],
    metrics: Path | None,
    feature_schema: Path | None,
    architecture: Path | None,
    reference: Path | None,
    version_file: Path | None,
    image_digest: str | None,
    signature: Path | None,
    verify_key: str | None,
    registry: str | None,
) -> None:
    """Hand in ARTIFACT, a file or a folder, as a candidate of MODEL, with its hash and its lineage."""
    require_model(model)
    if version is not None:
        require_version(version)
    if signature is not None and not is_tar(artifact):
        raise InputProblem(
            "register/signature-of-no-tar",
            f"'{artifact}' is packed into a tar file here, which nobody has signed; pack it with 'mlops pack', sign that file, and register it",
        )
    artifact_signature = read_signature(signature) if signature else None
    if verify_key is not None:
        verify(verify_key, sha256_of(artifact) if is_tar(artifact) else "", artifact_signature, str(artifact))
    kept = _kept_reference(reference)
    lineage = Lineage(
        git_commit=git_commit,
        data_snapshot=DataSnapshot.parse(data),
        trained_by=trained_by,
        parameters=dict(_parameter(text) for text in parameter),
        metrics=_read_metrics(metrics) if metrics else {},
        feature_schema_sha256=sha256_of(feature_schema) if feature_schema else None,
        architecture_sha256=sha256_of(architecture) if architecture and architecture.exists() else None,
        reference_sha256=sha256_of(kept) if kept else None,
        image_digest=image_digest,
        artifact_signature=artifact_signature,
    )
    with tempfile.TemporaryDirectory(prefix="mlops-register-") as folder:
        archive = artifact
        if not is_tar(artifact):
            archive = Path(folder) / "model.tar"
            pack(artifact, archive)
        registered = open_registry(registry).register(model, version, archive, lineage, kept)
    if version_file is not None:
        write_whole(version_file, registered.version)
    click.echo(f"{model}/{registered.version} is {registered.status}, SHA-256 {registered.artifact_sha256}")


def _kept_reference(path: Path | None) -> Path | None:
    if path is None or not path.exists():
        return None
    if path.stat().st_size == 0:
        raise InputProblem(
            "register/empty-reference",
            f"'{path}' should hold what the model was trained on and is empty; write its features as Parquet, CSV or JSON lines, or no file at all",
        )
    return path


def _parameter(text: str) -> tuple[str, str]:
    match = re.fullmatch(r"([^=\s]+)=(.*)", text, re.DOTALL)
    if match is None:
        raise InputProblem("register/malformed-parameter", f"--parameter must look like 'depth=6', got '{text}'")
    return match[1], match[2]


def _read_metrics(path: Path) -> dict[str, float]:
    try:
        metrics: Any = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): _number(value) for name, value in metrics.items()}
    except (ValueError, AttributeError) as error:
        raise InputProblem(
            "register/malformed-metrics", f"'{path}' must hold a JSON object of numbers, such as {{\"auc\": 0.97}} ({error})"
        ) from error


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{json.dumps(value)} is no number")
    return float(value)
