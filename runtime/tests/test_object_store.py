"""Writes that a bucket with Object Lock takes, and writes that S3 did not decide."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from cdk8s_mlops_runtime import object_store
from cdk8s_mlops_runtime.object_store import LostRace, ObjectStore
from conftest import Refusal, S3Server, keys


@pytest.fixture
def store(bucket: str, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """A folder that nobody waits for."""
    monkeypatch.setattr(object_store, "PAUSE_SECONDS", 0)
    return ObjectStore(f"{bucket}/folder")


def content(store: ObjectStore, key: str) -> bytes:
    found = store.read(key)
    assert found is not None
    return found.body


def test_a_bucket_with_object_lock_takes_every_write(store: ObjectStore, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(object_store, "PART", 5 * 1024 * 1024)
    model = bytes(range(256)) * 24 * 1024

    with pytest.raises(ClientError, match="InvalidRequest"):
        store.client.put_object(Bucket=store.bucket, Key="folder/without", Body=b"nothing says what it should be")
    store.replace("manifest", b"2", store.create("manifest", b"1"))
    store.put("report", b"3", "text/plain")
    store.upload("model.tar", lambda: io.BytesIO(model))
    store.upload("nothing", lambda: io.BytesIO(b""))

    assert [content(store, key) for key in ("manifest", "report", "model.tar", "nothing")] == [b"2", b"3", model, b""]
    assert keys(bucket) == ["folder/manifest", "folder/model.tar", "folder/nothing", "folder/report"]


@pytest.mark.parametrize(
    "write",
    [
        lambda store, _: store.create("new", b"ours"),
        lambda store, etag: store.replace("old", b"ours", etag),
        lambda store, _: store.put("old", b"ours", "text/plain"),
    ],
    ids=["create", "replace", "put"],
)
def test_a_write_that_s3_did_not_decide_is_made_again(
    write: Callable[[ObjectStore, str], object], store: ObjectStore, s3: S3Server
) -> None:
    etag = store.create("old", b"theirs")
    s3.refusals = [Refusal("PUT", "/folder/"), Refusal("PUT", "/folder/", code="OperationAborted")]

    write(store, etag)

    assert s3.refusals == []
    assert b"ours" in [content(store, key) for key in store.names("")]


def test_who_was_slower_learns_it_when_s3_has_decided(store: ObjectStore, s3: S3Server) -> None:
    store.create("record", b"theirs")
    s3.refusals = [Refusal("PUT", "/folder/record")]

    with pytest.raises(LostRace):
        store.create("record", b"ours")

    assert (content(store, "record"), s3.refusals) == (b"theirs", [])


def test_an_upload_that_s3_did_not_decide_sends_all_parts_anew(store: ObjectStore, s3: S3Server) -> None:
    read: list[io.BytesIO] = []

    def opened() -> io.BytesIO:
        read.append(io.BytesIO(b"weights"))
        return read[-1]

    s3.refusals = [Refusal("POST", r"model\.tar\?uploadId=")]
    store.upload("model.tar", opened)

    assert (content(store, "model.tar"), len(read), s3.refusals) == (b"weights", 2, [])
    assert "Uploads" not in store.client.list_multipart_uploads(Bucket=store.bucket)


def test_an_upload_that_cannot_be_given_up_hides_no_fault(store: ObjectStore, s3: S3Server, bucket: str) -> None:
    class Torn(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("the disk is torn")

    s3.refusals = [Refusal("DELETE", r"model\.tar\?uploadId=", "404 Not Found", "NoSuchUpload")]

    with pytest.raises(OSError, match="the disk is torn"):
        store.upload("model.tar", Torn)

    assert (keys(bucket), s3.refusals) == ([], [])
