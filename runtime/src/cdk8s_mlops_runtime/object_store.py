"""A folder in a bucket: what the registry needs of S3, and no more."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, TypeVar

from .problems import Conflict, InputProblem, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    from boto3 import Session
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

T = TypeVar("T")

# the smallest that lets 10,000 parts hold 5 TB is 500 MB; models are smaller, and so is the memory of a pod
PART = 32 * 1024 * 1024
# of a write that S3 does not decide; the pauses double, three seconds in all
ATTEMPTS = 6
PAUSE_SECONDS = 0.1
_MISSING = {"404", "NoSuchKey", "NotFound"}
_LOST = {"412", "PreconditionFailed"}
_UNDECIDED = {"409", "ConditionalRequestConflict", "OperationAborted"}
_FORBIDDEN = {"401", "403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "AllAccessDisabled"}
_HIDDEN = {"403", "AccessDenied"}
_PAST_THE_END = {"416", "InvalidRange"}
_GONE = {"NoSuchBucket"}


class Readable(Protocol):
    """Something to read from."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most so many; none at the end."""
        ...


class LostRace(Exception):  # noqa: N818 - not a mistake of anybody
    """A conditional write found something else than it was meant for."""


class _Undecided(Exception):  # noqa: N818 - not a mistake of anybody
    """Others write at this moment, and S3 does not say who was first."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object with the tag that a conditional write names."""

    body: bytes
    etag: str


class ObjectStore:
    """One folder of a bucket. Every write says what it expects to find, so that two writers never lose an update."""

    def __init__(self, uri: str) -> None:
        match = re.fullmatch(r"s3://([a-z0-9][-a-z0-9.]{1,61}[a-z0-9])(?:/(.*?))?/?", uri)
        if match is None:
            raise InputProblem("store/malformed-uri", f"the registry must look like 's3://<bucket>/<folder>', got '{uri}'")
        self.bucket = match[1]
        self.prefix = f"{match[2]}/" if match[2] else ""
        self.uri = f"s3://{self.bucket}/{self.prefix}"
        # without the right to list, S3 answers 403 for what is not there: who may only get objects cannot tell the two apart
        self.hidden: set[str] = set()

    @cached_property
    def client(self) -> S3Client:
        """Made at first use: a client reads the environment and the identity of the pod."""
        from botocore.config import Config  # noqa: PLC0415

        # checksums that only AWS computes would be refused elsewhere, and Content-MD5, which every write brings, is understood by all; a bucket
        # that locks its objects takes nothing without one of them. What is read is compared with a SHA-256 of our own
        config = Config(
            retries={"max_attempts": 4, "mode": "standard"},
            connect_timeout=10,
            read_timeout=60,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        client: S3Client = _session().client("s3", config=config)
        return client

    def read(self, key: str) -> StoredObject | None:
        """A small object, or nothing."""
        with self._told(key, missing_is_none=True):
            answer = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)
            return StoredObject(answer["Body"].read(), answer["ETag"])
        return None

    def create(self, key: str, body: bytes) -> str:
        """Write an object that is not there yet, and return its tag. Otherwise the race is lost."""
        name, md5 = self.prefix + key, _md5(body)
        return self._decided(
            key, lambda: self.client.put_object(Bucket=self.bucket, Key=name, Body=body, ContentMD5=md5, IfNoneMatch="*")["ETag"]
        )

    def replace(self, key: str, body: bytes, etag: str) -> str:
        """Write an object over exactly the one that was read, and return the new tag. Otherwise the race is lost."""
        name, md5 = self.prefix + key, _md5(body)
        return self._decided(
            key, lambda: self.client.put_object(Bucket=self.bucket, Key=name, Body=body, ContentMD5=md5, IfMatch=etag)["ETag"]
        )

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Write an object that one writer alone writes, whatever is there: the latest report."""
        name, md5 = self.prefix + key, _md5(body)
        self._decided(
            key, lambda: self.client.put_object(Bucket=self.bucket, Key=name, Body=body, ContentMD5=md5, ContentType=content_type)
        )

    def names(self, prefix: str) -> list[str]:
        """Keys below a prefix, sorted."""
        return sorted(key for key, _ in self.listed(prefix))

    def listed(self, prefix: str) -> list[tuple[str, datetime]]:
        """Keys below a prefix, and when each was written."""
        found: list[tuple[str, datetime]] = []
        with self._told(prefix):
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix + prefix):
                found.extend((entry["Key"].removeprefix(self.prefix), entry["LastModified"]) for entry in page.get("Contents", []))
        return found

    def written(self, key: str) -> datetime | None:
        """When an object was written, or nothing."""
        with self._told(key, missing_is_none=True):
            return self.client.head_object(Bucket=self.bucket, Key=self.prefix + key)["LastModified"]
        return None

    def size(self, key: str) -> int | None:
        """Bytes of an object, or nothing."""
        with self._told(key, missing_is_none=True):
            return self.client.head_object(Bucket=self.bucket, Key=self.prefix + key)["ContentLength"]
        return None

    @contextmanager
    def reader(self, key: str, start: int = 0) -> Iterator[BinaryIO | None]:
        """The bytes of an object from a place on, or nothing where it is not there or has no such place."""
        body: Any = None
        with self._told(key, missing_is_none=True):
            body = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key, Range=f"bytes={start}-")["Body"]
        try:
            yield body
        finally:
            if body is not None:
                body.close()

    def upload(self, key: str, opened: Callable[[], AbstractContextManager[Readable]]) -> None:
        """
        Make an object out of a stream, once. Nobody sees it before it is complete.

        The parts of an upload are no object yet: what fails while the stream is read, up to its very end, leaves nothing that could be loaded. The stream
        may be read again from its beginning, as S3 wants all parts anew where it did not decide who completes.
        """
        self._decided(key, lambda: self._upload(key, opened))

    def _upload(self, key: str, opened: Callable[[], AbstractContextManager[Readable]]) -> None:
        with opened() as source:
            upload_id = self.client.create_multipart_upload(Bucket=self.bucket, Key=self.prefix + key)["UploadId"]
            try:
                parts = list(self._parts(key, upload_id, source))
                self.client.complete_multipart_upload(
                    Bucket=self.bucket, Key=self.prefix + key, UploadId=upload_id, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
                )
            except BaseException:
                self._abandon(key, upload_id)
                raise

    def _abandon(self, key: str, upload_id: str) -> None:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        # what went wrong before is what has to be told; parts that stay are tidied up by the bucket
        with suppress(BotoCoreError, ClientError):
            self.client.abort_multipart_upload(Bucket=self.bucket, Key=self.prefix + key, UploadId=upload_id)

    def _parts(self, key: str, upload_id: str, source: Readable) -> Iterator[CompletedPartTypeDef]:
        number = 1
        # an object of no bytes is one empty part
        while (piece := _read_fully(source, PART)) or number == 1:
            answer = self.client.upload_part(
                Bucket=self.bucket, Key=self.prefix + key, UploadId=upload_id, PartNumber=number, Body=piece, ContentMD5=_md5(piece)
            )
            yield {"PartNumber": number, "ETag": answer["ETag"]}
            number += 1

    def _decided(self, key: str, write: Callable[[], T]) -> T:
        """Write until S3 says whether that was possible: a 409 says that others write at this moment, and not who was first."""
        for attempt in range(ATTEMPTS):
            if attempt > 0:
                time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
            with suppress(_Undecided), self._told(key):
                return write()
        raise Unreachable(
            "store/undecided",
            f"S3 has answered {ATTEMPTS} times that others write '{self.uri}{key}' at this moment (409); try again, or find out who they are",
        )

    @contextmanager
    def _told(self, key: str, *, missing_is_none: bool = False) -> Iterator[None]:
        """Says in our words what S3 says in its own."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if missing_is_none and (code in _MISSING or code in _PAST_THE_END):
                return
            if missing_is_none and code in _HIDDEN:
                self.hidden.add(key)
                return
            raise self._problem(code, key, error) from error
        except BotoCoreError as error:
            raise Unreachable(
                "store/unreachable",
                f"'{self.uri}' cannot be reached: {_one_line(error)}; check address, egress and DNS ('AWS_ENDPOINT_URL_S3', 'AWS_REGION')",
            ) from error

    def _problem(self, code: str, key: str, error: Exception) -> Exception:
        if code in _UNDECIDED:
            return _Undecided(key)
        if code in _LOST and key not in self.hidden:
            return LostRace(key)
        if code in _FORBIDDEN or code in _LOST:
            return Unreachable(
                "store/access-denied",
                f"S3 does not let us use '{self.uri}{key}' ({'it is there, but cannot be read' if code in _LOST else code}); give the role of this pod the grant of its command ('registry.grants')",
            )
        if code in _GONE:
            return InputProblem(
                "store/no-bucket", f"the bucket '{self.bucket}' is not there; check the registry's address, or make it with RegistryBucket"
            )
        if code in _MISSING:
            return Conflict(
                "store/object-gone",
                f"'{self.uri}{key}' is not there any more; somebody removed it meanwhile, look into the history of the bucket",
            )
        return Unreachable(
            "store/refused", f"S3 refused a request for '{self.uri}{key}': {_one_line(error)}; try again, or ask who runs it"
        )


@cache
def _session() -> Session:
    """What is slow about a client, read once."""
    import boto3  # noqa: PLC0415 - a second that 'mlops --help' does not need

    return boto3.Session()


def _md5(body: bytes) -> str:
    return base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _read_fully(source: Readable, size: int) -> bytes:
    pieces: list[bytes] = []
    missing = size
    while missing > 0 and (piece := source.read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)
