"""A folder in a bucket: what the registry needs of S3, and no more."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from .problems import Conflict, InputProblem, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from boto3 import Session
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

# the smallest that lets 10,000 parts hold 5 TB is 500 MB; models are smaller, and so is the memory of a pod
PART = 32 * 1024 * 1024
_MISSING = {"404", "NoSuchKey", "NotFound"}
_LOST = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict"}
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

        # checksums that only AWS computes would be refused elsewhere; what is read is compared with a SHA-256 of our own
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
        with self._told(key):
            return self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=body, IfNoneMatch="*")["ETag"]
        raise AssertionError

    def replace(self, key: str, body: bytes, etag: str) -> str:
        """Write an object over exactly the one that was read, and return the new tag. Otherwise the race is lost."""
        with self._told(key):
            return self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=body, IfMatch=etag)["ETag"]
        raise AssertionError

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Write an object that one writer alone writes, whatever is there: the latest report."""
        with self._told(key):
            self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=body, ContentType=content_type)

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

    def upload(self, key: str, source: Readable, accept: Callable[[], None] | None = None) -> None:
        """
        Make an object out of a stream, once. Nobody sees it before it is complete and `accept` was content.

        The parts of an upload are no object yet: what fails on the way leaves nothing that could be loaded.
        """
        with self._told(key):
            upload_id = self.client.create_multipart_upload(Bucket=self.bucket, Key=self.prefix + key)["UploadId"]
            try:
                parts = list(self._parts(key, upload_id, source))
                if accept is not None:
                    accept()
                self.client.complete_multipart_upload(
                    Bucket=self.bucket, Key=self.prefix + key, UploadId=upload_id, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
                )
            except BaseException:
                self.client.abort_multipart_upload(Bucket=self.bucket, Key=self.prefix + key, UploadId=upload_id)
                raise

    def _parts(self, key: str, upload_id: str, source: Readable) -> Iterator[CompletedPartTypeDef]:
        number = 1
        # an object of no bytes is one empty part
        while (piece := _read_fully(source, PART)) or number == 1:
            answer = self.client.upload_part(Bucket=self.bucket, Key=self.prefix + key, UploadId=upload_id, PartNumber=number, Body=piece)
            yield {"PartNumber": number, "ETag": answer["ETag"]}
            number += 1

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


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _read_fully(source: Readable, size: int) -> bytes:
    pieces: list[bytes] = []
    missing = size
    while missing > 0 and (piece := source.read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)
