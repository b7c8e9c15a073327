"""
Signatures of artifacts, as `cosign sign-blob --key` and `openssl dgst -sha256 -sign` make them: over the SHA-256 of the file, with a key on an
elliptic curve or of RSA. The private key stays where artifacts are signed.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from .problems import InputProblem, Tampered

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

ENVIRONMENT = "MLOPS_VERIFY_KEY"
_LARGEST = 4096


def require_signature(what: str, text: str) -> str:
    """A signature in base64."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if not decoded:
        raise InputProblem(
            "signature/malformed", f"{what} must be base64 on one line, got '{text[:20]}'; take what 'cosign sign-blob --key' prints"
        )
    return text


def read_signature(file: Path) -> str:
    """A signature file: base64 as cosign writes it, or the bytes that openssl writes."""
    content = file.read_bytes()[:_LARGEST]
    try:
        text = content.decode("ascii").strip()
    except UnicodeDecodeError:
        return base64.b64encode(content).decode()
    return require_signature(f"'{file}'", text)


def verify(key: str, sha256: str, signature: str | None, place: str) -> None:
    """The holder of the key's other half has signed the file with this hash."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, padding  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    public = _public_key(key)
    if signature is None:
        raise Tampered(
            "signature/missing",
            f"'{place}' is not signed, and --verify-key asks for it; sign the artifact, and register it with --signature",
        )
    decoded = base64.b64decode(require_signature("--signature", signature))
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(decoded, bytes.fromhex(sha256), ec.ECDSA(Prehashed(SHA256())))
        else:
            public.verify(decoded, bytes.fromhex(sha256), padding.PKCS1v15(), Prehashed(SHA256()))
    except InvalidSignature as error:
        raise Tampered(
            "signature/wrong",
            f"the signature of '{place}' was made with another key or for another file than that with SHA-256 {sha256}; find out who made it",
        ) from error


def _public_key(text: str) -> EllipticCurvePublicKey | RSAPublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415

    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputProblem(
            "signature/malformed-key",
            "--verify-key must be a public key in PEM; take what 'cosign public-key' or 'openssl pkey -pubout' prints",
        ) from error
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise InputProblem(
            "signature/unknown-key",
            f"--verify-key must be a key on an elliptic curve (ECDSA) or of RSA, got {type(key).__name__.lstrip('_')}; make one with 'cosign generate-key-pair'",
        )
    return key
