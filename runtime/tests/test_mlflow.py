"""What is particular to MLflow as registry, said by a real server."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from click.testing import Result

from cdk8s_mlops_runtime.problems import Problem
from cdk8s_mlops_runtime.registry.mlflow import LEDGER, RECORD
from cdk8s_mlops_runtime.registry.open import open_registry
from conftest import Refusal, S3Server

Run = Callable[..., Result]
LINEAGE = ("--git-commit", "4b825dc6", "--data", "lakefs:lakefs://fraud-data@5d6e7f8a", "--trained-by", "nightly")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "inner").mkdir(parents=True)
    (folder / "MLmodel").write_text("flavors: {}")
    (folder / "inner" / "weights.bin").write_text("weights")
    return folder


def register(run: Run, model: Path, *more: str) -> Result:
    return run("register", "fraud", model, *LINEAGE, *more)


def test_other_users_of_the_server_see_what_they_expect(run: Run, mlflow: str, model: Path, tmp_path: Path) -> None:
    from mlflow import MlflowClient

    (tmp_path / "metrics.json").write_text('{"auc": 0.97}')
    register(run, model, "--parameter", "depth=6", "--metrics", str(tmp_path / "metrics.json"))
    client = MlflowClient(mlflow, mlflow)

    version = client.get_model_version("fraud", "1")
    run_of_it = client.get_run(version.run_id)

    assert version.tags["status"] == "staged"
    assert (run_of_it.data.params, run_of_it.data.metrics, run_of_it.info.status) == ({"depth": "6"}, {"auc": 0.97}, "FINISHED")
    assert sorted(artifact.path for artifact in client.list_artifacts(version.run_id, "model")) == ["model/MLmodel", "model/inner"]


def test_the_same_again_is_the_same_version_and_other_content_the_next_one(run: Run, mlflow: str, model: Path) -> None:
    first = register(run, model)

    assert register(run, model).output == first.output
    (model / "MLmodel").write_text("flavors: {python_function: {}}")
    assert register(run, model).output.startswith("fraud/2 is staged")


def test_a_version_is_packed_again_as_the_trainer_packed_it(run: Run, mlflow: str, model: Path, tmp_path: Path) -> None:
    sha256 = register(run, model).output.split()[-1]

    run("load", "--model-uri", "models:/fraud/1", "--sha256", sha256, "--output", tmp_path / "pod" / "current")

    assert (tmp_path / "pod" / "current" / "inner" / "weights.bin").read_text() == "weights"
    assert sorted(path.name for path in (tmp_path / "pod").iterdir()) == [".current.loaded", "current"]


def test_an_alias_that_was_moved_by_other_means_is_refused(run: Run, mlflow: str, model: Path, tmp_path: Path) -> None:
    from mlflow import MlflowClient

    register(run, model)
    (model / "MLmodel").write_text("other")
    register(run, model)
    run("promote", "fraud", "--version", "1", "--without-gate", "a test", "--without-record")
    MlflowClient(mlflow, mlflow).set_registered_model_alias("fraud", "champion", "2")

    with pytest.raises(Problem, match="'fraud@champion' stands for 2 in MLflow, and for 1 since move 1"):
        run("load", "--model-uri", "models:/fraud@champion", "--output", tmp_path / "out")
    with pytest.raises(Problem, match="registry/alias-moved"):
        run("promote", "fraud", "--version", "2", "--without-gate", "a test", "--without-record")


def test_aliases_that_were_there_before_are_taken_over(run: Run, mlflow: str, model: Path) -> None:
    from mlflow import MlflowClient

    register(run, model)
    (model / "MLmodel").write_text("other")
    register(run, model)
    MlflowClient(mlflow, mlflow).set_registered_model_alias("fraud", "champion", "1")

    assert "version 2, before it was 1" in run("promote", "fraud", "--version", "2", "--without-gate", "a test", "--without-record").output


def test_the_ledger_does_not_grow_with_the_versions(run: Run, mlflow: str, model: Path) -> None:
    from mlflow import MlflowClient

    for content in ("a", "b"):
        (model / "MLmodel").write_text(content)
        version = register(run, model).stdout.split()[0].split("/")[1]
        run("promote", "fraud", "--version", version, "--without-gate", "a test", "--without-record")

    tag = MlflowClient(mlflow, mlflow).get_registered_model("fraud").tags[LEDGER]
    assert json.loads(tag)["versions"] == {}


def test_files_that_were_changed_are_not_promoted(run: Run, mlflow: str, model: Path, tmp_path: Path) -> None:
    from mlflow import MlflowClient

    register(run, model)
    client = MlflowClient(mlflow, mlflow)
    (tmp_path / "MLmodel").write_text("changed")
    client.log_artifact(client.get_model_version("fraud", "1").run_id, str(tmp_path / "MLmodel"), "model")

    with pytest.raises(Problem, match="move/undone"):
        run("promote", "fraud", "--version", "1", "--without-gate", "a test", "--without-record")


def lose(server: str, version: str) -> None:
    """Remove the files of a version, behind the back of MLflow."""
    from mlflow import MlflowClient

    client = MlflowClient(server, server)
    folder = client.get_run(client.get_model_version("fraud", version).run_id).info.artifact_uri.removeprefix("mlflow-artifacts:/")
    store = boto3.client("s3")
    for entry in store.list_objects_v2(Bucket="mlflow", Prefix=f"mlflow/{folder}/model/")["Contents"]:
        store.delete_object(Bucket="mlflow", Key=entry["Key"])


def test_a_version_whose_files_are_gone_stands_in_nobodys_way(run: Run, mlflow: str, s3: S3Server, model: Path) -> None:
    register(run, model)
    (model / "MLmodel").write_text("other")
    register(run, model)
    lose(mlflow, "2")

    with pytest.raises(Problem, match="is not in the storage of MLflow any more") as told:
        run("promote", "fraud", "--version", "2", "--without-gate", "a test", "--without-record")
    then = run("promote", "fraud", "--version", "1", "--without-gate", "a test", "--without-record")

    assert (told.value.problem_id, told.value.exit_code) == ("move/undone", 4)
    assert then.output == "fraud: move 2 is made, version 1\n"
    assert [move["outcome"] for move in json.loads(run("audit", "fraud", "--json").output)] == ["undone", "moved"]


def test_a_record_of_another_version_is_refused(run: Run, mlflow: str, model: Path) -> None:
    from mlflow import MlflowClient

    register(run, model)
    (model / "MLmodel").write_text("other")
    register(run, model)
    client = MlflowClient(mlflow, mlflow)
    client.set_model_version_tag("fraud", "2", RECORD, client.get_model_version("fraud", "1").tags[RECORD])

    with pytest.raises(Problem, match="registry/other-record"):
        open_registry(mlflow).find("fraud", "2")


def test_a_version_of_somebody_else_has_no_hash(mlflow: str) -> None:
    from mlflow import MlflowClient

    client = MlflowClient(mlflow, mlflow)
    client.create_registered_model("fraud")
    run_of_it = client.create_run(client.create_experiment(f"foreign-{uuid4().hex}"))
    client.create_model_version("fraud", f"{run_of_it.info.artifact_uri}/model", run_of_it.info.run_id, await_creation_for=0)

    with pytest.raises(Problem, match="registry/not-ours"):
        open_registry(mlflow).find("fraud", "1")


def test_a_model_that_nobody_registered_is_not_there(mlflow: str) -> None:
    assert dict(open_registry(mlflow).read("nothing").ledger.aliases) == {}
    assert open_registry(mlflow).audit("nothing").records() == {}
    with pytest.raises(Problem, match="registry/mlflow-missing"):
        open_registry(mlflow).find("nothing", "1")


@pytest.mark.parametrize(("given", "asked"), [(None, "4"), ("9", "9")])
def test_how_often_a_server_that_fails_is_asked_is_ours_unless_it_is_said(
    mlflow: str, monkeypatch: pytest.MonkeyPatch, given: str | None, asked: str
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", given or "")
    if given is None:
        monkeypatch.delenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES")

    open_registry(mlflow).read("nothing")

    assert os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] == asked


def test_a_server_that_does_not_show_its_files_is_told(run: Run, mlflow: str, s3: S3Server, model: Path, tmp_path: Path) -> None:
    register(run, model)
    s3.refusals = [Refusal("GET", "list-type=2", "403 Forbidden", "AccessDenied")]

    with pytest.raises(Problem) as told:
        run("load", "--model-uri", "models:/fraud/1", "--output", tmp_path / "out" / "current")

    assert (told.value.problem_id, told.value.exit_code, s3.refusals) == ("registry/mlflow-forbidden", 5, [])
