"""Whose signature a file needs, with OpenSSL itself as the one that signs: cosign's signature of a blob is the same bytes, in base64."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from click.testing import Result

from cdk8s_mlops_runtime import packing
from cdk8s_mlops_runtime.problems import Problem
from cdk8s_mlops_runtime.registry.registry import Registry
from cdk8s_mlops_runtime.registry.s3 import S3Registry

Run = Callable[..., Result]
LINEAGE = ("--git-commit", "4b825dc6", "--data", "lakefs:lakefs://fraud-data@5d6e7f8a", "--trained-by", "nightly")
KEYS = {"an elliptic curve": ("EC", "ec_paramgen_curve:P-256"), "RSA": ("RSA", "rsa_keygen_bits:2048")}

openssl = shutil.which("openssl")
pytestmark = pytest.mark.skipif(openssl is None, reason="needs OpenSSL, from the package openssl")


@dataclass(frozen=True)
class Signer:
    """Whoever holds the private key."""

    private: Path
    public: str

    def sign(self, file: Path) -> Path:
        signature = file.with_suffix(".sig")
        call("dgst", "-sha256", "-sign", self.private, "-out", signature, file)
        return signature


def call(*arguments: object) -> str:
    assert openssl is not None
    return subprocess.run([openssl, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def signer(folder: Path, kind: str = "an elliptic curve") -> Signer:
    algorithm, option = KEYS[kind]
    private = folder / f"{algorithm}-{len(list(folder.iterdir()))}.pem"
    call("genpkey", "-algorithm", algorithm, "-pkeyopt", option, "-out", private)
    return Signer(private, call("pkey", "-in", private, "-pubout"))


@pytest.fixture
def archive(tmp_path: Path, run: Run) -> Path:
    model = tmp_path / "model"
    model.mkdir()
    (model / "weights.bin").write_bytes(b"weights")
    run("pack", model, tmp_path / "model.tar")
    return tmp_path / "model.tar"


def put(bucket: str, file: Path) -> str:
    boto3.client("s3").upload_file(str(file), bucket.removeprefix("s3://"), "production/fraud/7/model.tar")
    return f"{bucket}/production/fraud/7/model.tar"


@pytest.mark.parametrize("kind", KEYS)
def test_a_file_that_the_right_key_signed_is_loaded(run: Run, bucket: str, archive: Path, tmp_path: Path, kind: str) -> None:
    key = signer(tmp_path, kind)
    signature = base64.b64encode(key.sign(archive).read_bytes()).decode()

    run(
        "load", "--model-uri", put(bucket, archive), "--sha256", packing.sha256_of(archive), "--output", tmp_path / "current",
        "--signature", signature, "--verify-key", key.public,
    )  # fmt: skip

    assert (tmp_path / "current" / "weights.bin").read_bytes() == b"weights"


def test_nothing_is_fetched_for_a_file_that_another_key_signed(run: Run, bucket: str, archive: Path, tmp_path: Path) -> None:
    signature = base64.b64encode(signer(tmp_path).sign(archive).read_bytes()).decode()

    with pytest.raises(Problem) as refused:
        run(
            "load", "--model-uri", f"{bucket}/nowhere/model.tar", "--sha256", packing.sha256_of(archive), "--output", tmp_path / "current",
            "--signature", signature, "--verify-key", signer(tmp_path).public,
        )  # fmt: skip

    assert refused.value.problem_id == "signature/wrong"
    assert not (tmp_path / "current").exists()


def test_a_signature_is_of_one_file(run: Run, bucket: str, archive: Path, tmp_path: Path) -> None:
    key = signer(tmp_path)
    signature = base64.b64encode(key.sign(archive).read_bytes()).decode()
    (tmp_path / "model" / "weights.bin").write_bytes(b"others")
    run("pack", tmp_path / "model", archive)

    with pytest.raises(Problem) as refused:
        run(
            "load", "--model-uri", put(bucket, archive), "--sha256", packing.sha256_of(archive), "--output", tmp_path / "current",
            "--signature", signature, "--verify-key", key.public,
        )  # fmt: skip

    assert refused.value.problem_id == "signature/wrong"


def test_a_pod_takes_the_key_from_its_environment(
    run: Run, bucket: str, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLOPS_VERIFY_KEY", signer(tmp_path).public)

    with pytest.raises(Problem) as refused:
        run("load", "--model-uri", put(bucket, archive), "--sha256", packing.sha256_of(archive), "--output", tmp_path / "current")

    assert refused.value.problem_id == "signature/missing"


def test_the_signature_travels_with_the_version(run: Run, registry: Registry, archive: Path, tmp_path: Path) -> None:
    key = signer(tmp_path)
    (tmp_path / "cosign.sig").write_bytes(base64.b64encode(key.sign(archive).read_bytes()) + b"\n")
    run("register", "fraud", archive, *version(registry), *LINEAGE, "--signature", tmp_path / "cosign.sig", "--verify-key", key.public)
    found = registry.find("fraud", "7" if is_s3(registry) else "1")
    run("promote", "fraud", "--version", found.version, "--by", "ada", "--without-gate", "a test", "--releases", tmp_path / "releases")

    run("load", "--model-uri", f"models:/fraud/{found.version}", "--output", tmp_path / "current", "--verify-key", key.public)

    assert (tmp_path / "current" / "weights.bin").read_bytes() == b"weights"
    release = json.loads((tmp_path / "releases" / "fraud.json").read_text())
    assert release["artifactSignature"] == (tmp_path / "cosign.sig").read_text().strip()


def test_a_candidate_that_another_key_signed_is_not_handed_in(run: Run, registry: Registry, archive: Path, tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        run(
            "register", "fraud", archive, *version(registry), *LINEAGE,
            "--signature", signer(tmp_path).sign(archive), "--verify-key", signer(tmp_path).public,
        )  # fmt: skip

    assert refused.value.problem_id == "signature/wrong"
    with pytest.raises(Problem):
        registry.find("fraud", "7" if is_s3(registry) else "1")


def version(registry: Registry) -> list[str]:
    return ["--version", "7"] if is_s3(registry) else []


def is_s3(registry: Registry) -> bool:
    return isinstance(registry, S3Registry)
