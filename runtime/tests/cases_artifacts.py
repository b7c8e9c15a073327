"""Artifacts that cannot be handed in or loaded."""

from __future__ import annotations

import base64
import os
import socket
import tarfile
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import boto3
from botocore.stub import Stubber
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cases import ErrorCase, World
from cdk8s_mlops_runtime.object_store import ATTEMPTS, ObjectStore
from cdk8s_mlops_runtime.packing import pack, sha256_of

SHA256 = "a" * 64
LINEAGE = ("--git-commit", "4b825dc6", "--data", "lakefs:lakefs://fraud-data@5d6e7f8a", "--trained-by", "nightly")


def a_file(world: World, name: str = "weights.bin", text: str = "weights") -> Path:
    path = world.folder / name
    path.write_text(text)
    return path


def put(world: World, key: str, text: str) -> None:
    boto3.client("s3").put_object(Bucket=world.bucket.removeprefix("s3://"), Key=key, Body=text.encode())


def load(world: World, uri: str, *more: object) -> object:
    return world.run("load", "--model-uri", uri, "--output", world.folder / "out" / "current", *more)


def register(world: World, *more: object, version: str = "7", text: str = "weights") -> object:
    return world.run("register", "fraud", a_file(world, text=text), "--version", version, *LINEAGE, *more)


def to_foreign_folder(world: World) -> object:
    (world.folder / "out" / "current").mkdir(parents=True)
    (world.folder / "out" / "current" / "thesis.tex").touch()
    return load(world, f"{world.bucket}/model.tar", "--sha256", SHA256)


def in_a_pod(world: World) -> object:
    with patch.dict(os.environ, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}):
        return load(world, "models:/fraud@champion")


def something_else(world: World) -> object:
    put(world, "model.tar", "no tar at all, and long enough to be read as a header" * 20)
    with (world.folder / "copy").open("wb") as file:
        boto3.client("s3").download_fileobj(world.bucket.removeprefix("s3://"), "model.tar", file)
    return load(world, f"{world.bucket}/model.tar", "--sha256", sha256_of(world.folder / "copy"))


def with_link(world: World) -> object:
    folder = world.folder / "model"
    folder.mkdir()
    (folder / "weights").symlink_to("/etc/passwd")
    return world.run("register", "fraud", folder, "--version", "7", *LINEAGE)


def empty_folder(world: World) -> object:
    (world.folder / "model").mkdir()
    return pack(world.folder / "model", world.folder / "model.tar")


def other_artifact(world: World) -> object:
    register(world)
    boto3.client("s3").delete_object(Bucket=world.bucket.removeprefix("s3://"), Key="models/fraud/candidates/7/candidate.json")
    return register(world, text="others")


def taken(world: World) -> object:
    register(world)
    return register(world, text="others")


def other_hash(world: World) -> object:
    register(world)
    return load(world, "models:/fraud/7", "--sha256", SHA256)


def another_version_s_record(world: World) -> object:
    register(world)
    body = (
        boto3.client("s3")
        .get_object(Bucket=world.bucket.removeprefix("s3://"), Key="models/fraud/candidates/7/candidate.json")["Body"]
        .read()
    )
    put(world, "models/fraud/candidates/8/candidate.json", body.decode())
    return load(world, "models:/fraud/8")


def record(text: str) -> Callable[[World], object]:
    def provoke(world: World) -> object:
        put(world, "models/fraud/candidates/7/candidate.json", text)
        return load(world, "models:/fraud/7")

    return provoke


def nobody_there(world: World) -> object:
    with socket.socket() as taken_port:
        taken_port.bind(("127.0.0.1", 0))
        with patch.dict(os.environ, {"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{taken_port.getsockname()[1]}", "AWS_MAX_ATTEMPTS": "1"}):
            try:
                return ObjectStore("s3://registry").create("key", b"")
            except Exception as error:
                error.args = (str(error.args[0]).replace(os.environ["AWS_ENDPOINT_URL_S3"], "http://nobody"),)
                raise


def answered(code: str) -> Callable[[World], object]:
    """What a store says that the mock never says."""

    def provoke(_: World) -> object:
        store = ObjectStore("s3://registry")
        with Stubber(store.client) as stub:
            stub.add_client_error("put_object", code, "words of the server")
            return store.create("key", b"")

    return provoke


def undecided(_: World) -> object:
    store = ObjectStore("s3://registry")
    with Stubber(store.client) as stub, patch("cdk8s_mlops_runtime.object_store.PAUSE_SECONDS", 0):
        for _attempt in range(ATTEMPTS):
            stub.add_client_error("put_object", "ConditionalRequestConflict")
        return store.create("key", b"")


def broken_off(world: World) -> object:
    put(world, "model.tar", "weights")
    with (
        patch("cdk8s_mlops_runtime.download.PAUSE_SECONDS", 0),
        patch("cdk8s_mlops_runtime.download._append", side_effect=OSError("connection reset")),
    ):
        return load(world, f"{world.bucket}/model.tar", "--sha256", SHA256)


def there_but_hidden(_: World) -> object:
    store = ObjectStore("s3://registry")
    with Stubber(store.client) as stub:
        stub.add_client_error("get_object", "AccessDenied")
        stub.add_client_error("put_object", "PreconditionFailed")
        return (store.read("key"), store.create("key", b""))


def gone(_: World) -> object:
    store = ObjectStore("s3://registry")
    with Stubber(store.client) as stub:
        stub.add_client_error("put_object", "NoSuchKey")
        return store.replace("key", b"", '"etag"')


def _load_link(world: World) -> object:
    archive = world.folder / "model.tar"
    with tarfile.open(archive, "w") as tar:
        entry = tarfile.TarInfo("weights")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)
    boto3.client("s3").upload_file(str(archive), world.bucket.removeprefix("s3://"), "model.tar")
    return load(world, f"{world.bucket}/model.tar", "--sha256", sha256_of(archive))


def public_key() -> str:
    return in_pem(ec.generate_private_key(ec.SECP256R1()).public_key())


def in_pem(key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def signed_by_another(world: World) -> object:
    signature = ec.generate_private_key(ec.SECP256R1()).sign(b"weights", ec.ECDSA(hashes.SHA256()))
    return load(
        world, f"{world.bucket}/model.tar", "--sha256", SHA256,
        "--verify-key", public_key(), "--signature", base64.b64encode(signature).decode(),
    )  # fmt: skip


def with_signature(world: World, text: str) -> object:
    archive = world.folder / "model.tar"
    pack(a_file(world), archive)
    return world.run("register", "fraud", archive, "--version", "7", *LINEAGE, "--signature", a_file(world, "model.sig", text))


CASES = [
    ErrorCase(
        "load/no-schema-hash",
        "a schema, and nothing to compare it with",
        lambda world: load(world, f"{world.bucket}/model.tar", "--sha256", SHA256, "--feature-schema", a_file(world)),
        "--feature-schema is compared with what the version was trained with; give --feature-schema-sha256",
    ),
    ErrorCase(
        "load/other-schema",
        "a server that computes other features than the version was trained with",
        lambda world: load(
            world,
            f"{world.bucket}/model.tar",
            "--sha256",
            SHA256,
            "--feature-schema",
            a_file(world, "f.json", "{}"),
            "--feature-schema-sha256",
            SHA256,
        ),
        "'s3://registry/model.tar' was trained with the feature schema aaaaaaaaaaaa…, and '/folder/f.json' is 44136fa355b3…; serve the schema of that version, or train one with this schema",
        3,
    ),
    ErrorCase(
        "signature/missing",
        "a file that nobody signed",
        lambda world: load(world, f"{world.bucket}/model.tar", "--sha256", SHA256, "--verify-key", public_key()),
        "'s3://registry/model.tar' is not signed, and --verify-key asks for it; sign the artifact, and register it with --signature",
        4,
    ),
    ErrorCase(
        "signature/wrong",
        "a file that somebody else signed",
        signed_by_another,
        f"the signature of 's3://registry/model.tar' was made with another key or for another file than that with SHA-256 {SHA256}; find out who made it",
        4,
    ),
    ErrorCase(
        "signature/malformed",
        "a signature that is none",
        lambda world: with_signature(world, "no signature"),
        "'/folder/model.sig' must be base64 on one line, got 'no signature'; take what 'cosign sign-blob --key' prints",
    ),
    ErrorCase(
        "signature/malformed-key",
        "a key that is none",
        lambda world: load(world, f"{world.bucket}/model.tar", "--sha256", SHA256, "--verify-key", "secret"),
        "--verify-key must be a public key in PEM; take what 'cosign public-key' or 'openssl pkey -pubout' prints",
    ),
    ErrorCase(
        "signature/unknown-key",
        "a key that signs whole files, not hashes",
        lambda world: load(
            world,
            f"{world.bucket}/model.tar",
            "--sha256",
            SHA256,
            "--verify-key",
            in_pem(ed25519.Ed25519PrivateKey.generate().public_key()),
        ),
        "--verify-key must be a key on an elliptic curve (ECDSA) or of RSA, got Ed25519PublicKey; make one with 'cosign generate-key-pair'",
    ),
    ErrorCase(
        "register/signature-of-no-tar",
        "a signature of what is packed here",
        lambda world: register(world, "--signature", a_file(world, "model.sig", "c2lnbmVk")),
        "'/folder/weights.bin' is packed into a tar file here, which nobody has signed; pack it with 'mlops pack', sign that file, and register it",
    ),
    ErrorCase(
        "load/no-hash",
        "a file without a hash",
        lambda world: load(world, f"{world.bucket}/model.tar"),
        "'s3://registry/model.tar' is a file, and nobody but the release record knows its hash; give it with --sha256",
    ),
    ErrorCase(
        "load/not-a-file",
        "a folder in S3",
        lambda world: load(world, f"{world.bucket}/fraud/", "--sha256", SHA256),
        "--model-uri must name a file in S3, got 's3://registry/fraud/'; the artifact of a release is '…/model.tar'",
    ),
    ErrorCase(
        "load/alias-in-pod",
        "an alias in a pod",
        in_a_pod,
        "a pod must not load 'models:/fraud@champion': after the alias moved, a restart would load what no rollout judged; give version and --sha256 of the release record",
    ),
    ErrorCase(
        "load/foreign-output",
        "a folder with other things in it",
        to_foreign_folder,
        "'/folder/out/current' holds what was not loaded by this command; give an empty folder with --output",
    ),
    ErrorCase(
        "load/missing",
        "a file that is not there",
        lambda world: load(world, f"{world.bucket}/model.tar", "--sha256", SHA256),
        "'s3://registry/model.tar' is not there, or not for us to read; promote the version, look for a slip in the address, or give the role of this pod the grant of its command ('registry.grants')",
        3,
    ),
    ErrorCase(
        "load/wrong-hash",
        "a file that was changed",
        lambda world: put(world, "model.tar", "changed") or load(world, f"{world.bucket}/model.tar", "--sha256", SHA256),  # type: ignore[func-returns-value]
        "'s3://registry/model.tar' has SHA-256 d67e2e944994496c8d8ec76eed0cf9f09679448d584b532bebf941852a37f5ed (7 bytes), expected was "
        + SHA256
        + "; nothing was unpacked, find out who changed it",
        4,
    ),
    ErrorCase(
        "load/not-a-tar",
        "something else of the right hash",
        something_else,
        "the artifact is no tar file without compression (invalid header); register the model with 'mlops register'",
        4,
    ),
    ErrorCase(
        "load/special-file",
        "a link in the artifact",
        _load_link,
        "the artifact holds 'weights', which is neither a file nor a folder; register the model with 'mlops register'",
        4,
    ),
    ErrorCase(
        "load/other-hash",
        "a hash that is not the registry's",
        other_hash,
        "the registry has SHA-256 4cbc692004ba6561cd19daa9bc434a9f9eb2b228a7a5766bbfe7cb3c6ac5476a for 'models:/fraud/7', expected was "
        + SHA256
        + "; promote the version again, or find out who changed it",
        4,
    ),
    ErrorCase(
        "load/broken-off",
        "a connection that never gives a byte",
        broken_off,
        "'s3://registry/model.tar' broke off after 0 bytes, 5 times without a byte more (connection reset); try again, the next run goes on from there",
        5,
    ),
    ErrorCase(
        "pack/empty",
        "a folder without files",
        empty_folder,
        "'/folder/model' holds no file, so there is nothing to pack; give the folder that the training wrote",
    ),
    ErrorCase(
        "pack/special-file",
        "a link in the folder",
        with_link,
        "'weights' is neither a file nor a folder; copy what it points to into the model",
    ),
    ErrorCase(
        "register/no-version",
        "no version for a registry in S3",
        lambda world: world.run("register", "fraud", a_file(world), *LINEAGE),
        "a registry in S3 does not count versions, so give 'fraud' one with --version, such as the short Git commit",
    ),
    ErrorCase(
        "register/malformed-parameter",
        "a parameter without value",
        lambda world: register(world, "--parameter", "depth"),
        "--parameter must look like 'depth=6', got 'depth'",
    ),
    ErrorCase(
        "register/malformed-metrics",
        "metrics that are a list",
        lambda world: register(world, "--metrics", a_file(world, "metrics.json", "[1]")),
        "'/folder/metrics.json' must hold a JSON object of numbers, such as {\"auc\": 0.97} ('list' object has no attribute 'items')",
    ),
    ErrorCase(
        "register/malformed-metrics",
        "a metric that is text",
        lambda world: register(world, "--metrics", a_file(world, "metrics.json", '{"auc": "high"}')),
        '\'/folder/metrics.json\' must hold a JSON object of numbers, such as {"auc": 0.97} ("high" is no number)',
    ),
    ErrorCase(
        "register/empty-reference",
        "a reference without a byte",
        lambda world: register(world, "--reference", a_file(world, "reference", "")),
        "'/folder/reference' should hold what the model was trained on and is empty; write its features as Parquet, CSV or JSON lines, or no file at all",
    ),
    ErrorCase(
        "register/version-taken",
        "another artifact of the same version",
        taken,
        "version '7' of 'fraud' is registered already with other content (artifact 4cbc692004ba); choose another version",
        3,
    ),
    ErrorCase(
        "register/other-artifact",
        "another artifact while a first is on its way",
        other_artifact,
        "somebody began to register another artifact as version '7' of 'fraud'; choose another version",
        3,
    ),
    ErrorCase(
        "registry/version-missing",
        "a version that was never registered",
        lambda world: load(world, "models:/fraud/7"),
        "version '7' of 'fraud' is not in 's3://registry/'; register it with 'mlops register', or look for a slip",
        3,
    ),
    ErrorCase(
        "registry/alias-missing",
        "an alias that stands for nothing",
        lambda world: load(world, "models:/fraud@champion"),
        "'fraud@champion' stands for no version, there is none; promote one with 'mlops promote'",
        3,
    ),
    ErrorCase(
        "registry/other-version",
        "a record of another version",
        another_version_s_record,
        "'s3://registry/models/fraud/candidates/8/candidate.json' is about version '7' of 'fraud'; restore the object's last good version",
        4,
    ),
    ErrorCase(
        "registry/not-json",
        "a record that is cut off",
        record('{"model": "fra'),
        "'s3://registry/models/fraud/candidates/7/candidate.json' is not JSON any more, it has 14 bytes; restore the object's last good version",
        4,
    ),
    ErrorCase(
        "registry/malformed-version",
        "a record of other content",
        record("{}"),
        "'s3://registry/models/fraud/candidates/7/candidate.json' holds no version that we wrote (it lacks 'dataSnapshot'); restore the object's last good version",
        4,
    ),
    ErrorCase(
        "store/unreachable",
        "a server that is not there",
        nobody_there,
        "'s3://registry/' cannot be reached: Could not connect to the endpoint URL: \"http://nobody/registry/key\"; check address, egress and DNS ('AWS_ENDPOINT_URL_S3', 'AWS_REGION')",
        5,
    ),
    ErrorCase(
        "store/access-denied",
        "a role without the grant",
        answered("AccessDenied"),
        "S3 does not let us use 's3://registry/key' (AccessDenied); give the role of this pod the grant of its command ('registry.grants')",
        5,
    ),
    ErrorCase(
        "store/access-denied",
        "an object that is there, but cannot be read",
        there_but_hidden,
        "S3 does not let us use 's3://registry/key' (it is there, but cannot be read); give the role of this pod the grant of its command ('registry.grants')",
        5,
    ),
    ErrorCase(
        "store/no-bucket",
        "a bucket that is not there",
        answered("NoSuchBucket"),
        "the bucket 'registry' is not there; check the registry's address, or make it with RegistryBucket",
    ),
    ErrorCase(
        "store/object-gone",
        "an object that was removed between reading and writing",
        gone,
        "'s3://registry/key' is not there any more; somebody removed it meanwhile, look into the history of the bucket",
        3,
    ),
    ErrorCase(
        "store/undecided",
        "a key that others write again and again",
        undecided,
        "S3 has answered 6 times that others write 's3://registry/key' at this moment (409); try again, or find out who they are",
        5,
    ),
    ErrorCase(
        "store/refused",
        "an answer that we know nothing of",
        answered("SlowDown"),
        "S3 refused a request for 's3://registry/key': An error occurred (SlowDown) when calling the PutObject operation: words of the server; try again, or ask who runs it",
        5,
    ),
]
