"""
The Dockerfile, as far as it can be judged without building it: no registry is within reach of the tests, so the base is not pulled.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

RUNTIME = Path(__file__).parents[1]
DOCKERFILE = (RUNTIME / "Dockerfile").read_text().replace("\\\n", " ")
INSTRUCTIONS = [re.split(r"\s+", line, maxsplit=1) for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]


def stages() -> dict[str, list[list[str]]]:
    """Instructions of each stage, those of the stages that it builds on included."""
    found: dict[str, list[list[str]]] = {}
    name = ""
    for word, rest in INSTRUCTIONS:
        if word == "FROM":
            base, name = re.split(r"\s+AS\s+", rest)
            found[name] = list(found.get(base, []))
        found[name].append([word, rest])
    return found


def test_the_base_is_pinned_by_its_content() -> None:
    bases = [rest for word, rest in INSTRUCTIONS if word == "FROM" and rest.split()[0] not in stages()]

    assert [base for base in bases if not re.fullmatch(r"python:3\.\d+-slim@sha256:[0-9a-f]{64} AS base", base)] == []
    assert len(bases) == 1


@pytest.mark.parametrize("name", ["small", "full"])
def test_an_image_runs_the_command_as_nobody_and_installs_nothing_by_itself(name: str) -> None:
    image = stages()[name]

    assert [rest for word, rest in image if word == "USER"] == ["65532:65532"]
    assert [rest for word, rest in image if word == "ENTRYPOINT"] == ['["mlops"]']
    assert [rest for word, rest in image if word == "RUN"] == []
    assert image[-1] == ["COPY", f"--from=build-{name} /opt/mlops /opt/mlops"]


@pytest.mark.parametrize("name", ["small", "full"])
def test_packages_come_by_hash_from_the_lock_of_the_image(name: str) -> None:
    build = stages()[f"build-{name}"]

    assert ["COPY", f"requirements/{name}.txt /tmp/requirements.txt"] in build
    installs = [part.strip() for word, rest in build if word == "RUN" for part in rest.split("&&") if "pip" in part]
    assert installs == [
        "/opt/mlops/bin/python -m pip install --no-deps --only-binary :all: --require-hashes --requirement /tmp/requirements.txt"
    ]


def test_what_is_copied_is_there() -> None:
    sources = [rest.split()[0] for word, rest in INSTRUCTIONS if word == "COPY" and not rest.startswith("--from")]

    assert [source for source in sources if not (RUNTIME / source).exists()] == []


@pytest.mark.parametrize("name", ["small", "full", "test"])
def test_a_lock_names_a_hash_for_every_package(name: str) -> None:
    lock = (RUNTIME / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    packages = [line for line in lock.splitlines() if line and not line.lstrip().startswith("#")]

    assert len(packages) > 20
    assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_small_image_holds_no_science() -> None:
    lock = (RUNTIME / "requirements" / "small.txt").read_text()

    assert re.findall(r"^(numpy|scipy|pandas|evidently|pyarrow|mlflow)==", lock, re.MULTILINE) == []


def test_the_locks_agree_on_every_version() -> None:
    pins = {
        name: dict(re.findall(r"^([a-z0-9._-]+)==([^ ;]+)", (RUNTIME / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("small", "full", "test")
    }

    for name in ("small", "full"):
        assert {package: version for package, version in pins[name].items() if pins["test"].get(package) != version} == {}
