"""`mlops load` as the library calls it: a file in S3, its hash, a folder."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest
from click.testing import Result

from cdk8s_mlops_runtime import packing
from cdk8s_mlops_runtime.problems import Problem
from conftest import S3Server

Run = Callable[..., Result]


def packed(folder: Path, content: bytes) -> tuple[Path, str]:
    """An artifact of one file."""
    source = folder / f"source-{len(content)}"
    source.mkdir(exist_ok=True)
    (source / "weights.bin").write_bytes(content)
    archive = folder / "model.tar"
    return archive, packing.pack(source, archive)


def put(bucket: str, archive: Path, key: str = "production/fraud/7/model.tar") -> str:
    boto3.client("s3").put_object(Bucket=bucket.removeprefix("s3://"), Key=key, Body=archive.read_bytes())
    return f"{bucket}/{key}"


def test_a_release_is_unpacked_where_the_server_looks_for_it(run: Run, bucket: str, tmp_path: Path) -> None:
    archive, sha256 = packed(tmp_path, b"weights")
    uri = put(bucket, archive)
    output = tmp_path / "models" / "current"

    result = run("load", f"--model-uri={uri}", f"--sha256={sha256}", f"--output={output}")

    assert result.output == f"{uri} is in '{output}', SHA-256 {sha256}\n"
    assert (output / "weights.bin").read_bytes() == b"weights"
    assert sorted(path.name for path in output.parent.iterdir()) == [".current.loaded", "current"]


def test_a_server_with_the_features_of_the_version_gets_it(run: Run, bucket: str, tmp_path: Path) -> None:
    archive, sha256 = packed(tmp_path, b"weights")
    (tmp_path / "features.json").write_text("{}")

    run(
        "load", "--model-uri", put(bucket, archive), "--sha256", sha256, "--output", tmp_path / "current",
        "--feature-schema", tmp_path / "features.json", "--feature-schema-sha256", packing.sha256_of(tmp_path / "features.json"),
    )  # fmt: skip

    assert [path.name for path in (tmp_path / "current").iterdir()] == ["weights.bin"]


def test_an_empty_folder_that_is_there_already_is_filled(run: Run, bucket: str, tmp_path: Path) -> None:
    archive, sha256 = packed(tmp_path, b"weights")
    output = tmp_path / "current"
    output.mkdir()

    run("load", "--model-uri", put(bucket, archive), "--sha256", sha256, "--output", output)

    assert [path.name for path in output.iterdir()] == ["weights.bin"]


def test_a_later_version_takes_the_place_of_an_earlier_one(run: Run, bucket: str, tmp_path: Path) -> None:
    output = tmp_path / "models" / "current"
    for version, content in (("7", b"old"), ("8", b"newer")):
        archive, sha256 = packed(tmp_path, content)
        run("load", "--model-uri", put(bucket, archive, f"production/fraud/{version}/model.tar"), "--sha256", sha256, "--output", output)

    assert (output / "weights.bin").read_bytes() == b"newer"
    assert sorted(path.name for path in output.parent.iterdir()) == [".current.loaded", "current"]


def test_a_flipped_bit_is_refused_before_anything_is_unpacked(run: Run, bucket: str, tmp_path: Path) -> None:
    archive, sha256 = packed(tmp_path, b"weights")
    content = bytearray(archive.read_bytes())
    content[-1] ^= 1
    archive.write_bytes(bytes(content))
    uri = put(bucket, archive)

    with pytest.raises(Problem) as refused:
        run("load", "--model-uri", uri, "--sha256", sha256, "--output", tmp_path / "out" / "current")

    assert str(refused.value) == (
        f"'{uri}' has SHA-256 {packing.sha256_of(archive)} (10240 bytes), expected was {sha256}; nothing was unpacked, find out who changed it (load/wrong-hash)"
    )
    assert refused.value.exit_code == 4
    assert list((tmp_path / "out").iterdir()) == []


def test_a_download_that_breaks_off_goes_on_where_it_was(
    run: Run, bucket: str, s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cdk8s_mlops_runtime.download.PAUSE_SECONDS", 0)
    content = bytes(range(256)) * 4096 * 4
    archive, sha256 = packed(tmp_path, content)
    uri = put(bucket, archive)
    s3.break_after = [2_000_000, 100_000, 1]

    run("load", "--model-uri", uri, "--sha256", sha256, "--output", tmp_path / "out" / "current")

    assert (tmp_path / "out" / "current" / "weights.bin").read_bytes() == content
    assert s3.break_after == []


def test_what_an_earlier_process_left_is_used_if_it_is_right_and_dropped_if_not(run: Run, bucket: str, tmp_path: Path) -> None:
    archive, sha256 = packed(tmp_path, b"weights")
    uri = put(bucket, archive)
    for left in (archive.read_bytes()[:600], b"another file", archive.read_bytes(), archive.read_bytes() + b"more"):
        output = tmp_path / f"out-{len(left)}" / "current"
        output.parent.mkdir()
        (output.parent / f".current.{sha256[:16]}.part").write_bytes(left)

        run("load", "--model-uri", uri, "--sha256", sha256, "--output", output)

        assert (output / "weights.bin").read_bytes() == b"weights"


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(run: Run, bucket: str, tmp_path: Path, kind: bytes) -> None:
    archive = tmp_path / "model.tar"
    with tarfile.open(archive, "w") as tar:
        entry = tarfile.TarInfo("weights")
        entry.type, entry.linkname = kind, "/etc/passwd"
        tar.addfile(entry)

    with pytest.raises(Problem, match="neither a file nor a folder"):
        run("load", "--model-uri", put(bucket, archive), "--sha256", packing.sha256_of(archive), "--output", tmp_path / "out" / "current")

    assert not (tmp_path / "out" / "current").exists()


def test_a_name_that_leaves_the_folder_is_refused(run: Run, bucket: str, tmp_path: Path) -> None:
    archive = tmp_path / "model.tar"
    with tarfile.open(archive, "w") as tar:
        entry = tarfile.TarInfo("../escaped")
        entry.size = 1
        tar.addfile(entry, io.BytesIO(b"x"))

    with pytest.raises(Problem, match="load/not-a-tar"):
        run("load", "--model-uri", put(bucket, archive), "--sha256", packing.sha256_of(archive), "--output", tmp_path / "out" / "current")

    assert not (tmp_path / "out" / "escaped").exists()
