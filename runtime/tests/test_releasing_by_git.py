"""A release where Git decides: one commit, the stages, and one commit back. The repository and its server are Git's own."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from cdk8s_mlops_runtime import git_record
from cdk8s_mlops_runtime.cluster_objects import Kind
from cdk8s_mlops_runtime.git_branch import GitAddress, GitBranch
from cdk8s_mlops_runtime.git_record import GitRecord
from cdk8s_mlops_runtime.problems import Conflict, Problem, Unreachable
from cdk8s_mlops_runtime.registry.version import ModelVersion
from cdk8s_mlops_runtime.release import release_text
from cdk8s_mlops_runtime.releasing_by_git import GitRelease
from cdk8s_mlops_runtime.served import Target
from faults import run_and_kill
from git_world import PASSWORD, RECORD, USER, Repository, Server, git, serve
from test_releasing import CANDIDATE, CHAMPION, LINEAGE, template

OTHER = ModelVersion("fraud", "9", "9" * 64, LINEAGE, approved_by="bob")
BEFORE = release_text(CHAMPION.to_release())
AFTER = release_text({**CANDIDATE.to_release(), "previousVersion": "7"})


class GitOps:
    """A Rollout whose pod template follows the branch, one look later; its phases are said in advance. Time passes when somebody sleeps."""

    def __init__(self, repository: Repository, *phases: str) -> None:
        self.repository = repository
        self.phases = list(phases)
        self.now = 0.0
        self.applies = True
        self.every: Callable[[], None] = lambda: None
        self.version = "7"

    def get(self, kind: Kind, name: str) -> dict[str, Any] | None:
        live = copy.deepcopy({"spec": {"template": template(self.version)}, "metadata": {"generation": 1, "resourceVersion": "1"}})
        phase = self.phases[0] if self.version == "8" else "Healthy"
        return {**live, "status": {"observedGeneration": "1", "phase": phase, "message": "error-ratio\nfailed"}}

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.every()
        record = self.repository.record()
        if self.applies and record is not None:
            named = str(json.loads(record)["version"])
            if named == self.version and len(self.phases) > 1:
                self.phases.pop(0)
            self.version = named


@contextmanager
def a_record(
    folder: Path, url: str, version: ModelVersion = CANDIDATE, champion: ModelVersion | None = CHAMPION, credentials: Path | None = None
) -> Iterator[GitRecord]:
    with GitBranch(GitAddress(url, credentials=credentials), folder) as branch:
        yield GitRecord(branch, "releases", version, champion, lambda _: None)


def run(repository: Repository, folder: Path, cluster: GitOps, *, url: str | None = None, again: bool = False, **more: Any) -> str | None:
    with a_record(folder, url or repository.url, **more) as record:
        target = Target.parse("rollout/fraud")
        return GitRelease(record, cluster, target, 600, lambda: cluster.now, cluster.sleep, lambda _: None).run(again=again)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.make(tmp_path, BEFORE)


@pytest.fixture
def scratch(tmp_path: Path) -> Callable[[], Path]:
    """A folder that nobody used, each time."""
    return lambda: tmp_path / f"mlops-git-{uuid4().hex}"


def test_a_version_that_passes_its_stages_stays(repository: Repository, scratch: Callable[[], Path]) -> None:
    assert run(repository, scratch(), GitOps(repository, "Progressing", "Paused", "Healthy")) is None

    assert repository.record() == AFTER
    assert repository.commits() == ["by a person", "release(fraud): version 8"]
    assert git("log", "-1", "--format=%an <%ae>%n%B", "main", cwd=repository.bare).strip() == (
        "mlops <mlops@localhost>\nrelease(fraud): version 8\n\nGate: not evaluated. It takes over from version 7.\n\nMlops-Release: fraud/8"
    )
    assert git("diff", "--name-only", "main~1", "main", cwd=repository.bare).split() == [RECORD]
    repository.require_sound()


def test_a_version_that_is_sent_back_is_taken_back_by_a_commit(repository: Repository, scratch: Callable[[], Path]) -> None:
    cluster = GitOps(repository, "Progressing", "Degraded")

    assert run(repository, scratch(), cluster) == "its stages sent it back: error-ratio\nfailed"

    assert repository.record() == BEFORE
    assert repository.commits() == ["by a person", "release(fraud): version 8", "revert(fraud): version 7 again"]
    assert git("log", "-1", "--format=%b", "main", cwd=repository.bare).strip() == (
        "Version 8 does not serve: its stages sent it back: error-ratio failed.\n\nMlops-Revert: fraud/8"
    )
    repository.require_sound()


def test_what_has_no_end_is_taken_back(repository: Repository, scratch: Callable[[], Path]) -> None:
    cluster = GitOps(repository, "Progressing")

    assert run(repository, scratch(), cluster) == "its stages did not end within 600 s"
    assert repository.record() == BEFORE


def test_what_nobody_applies_is_taken_back_and_says_so(repository: Repository, scratch: Callable[[], Path]) -> None:
    cluster = GitOps(repository, "Healthy")
    cluster.applies = False

    assert run(repository, scratch(), cluster) == "what applies the branch did not point fraud at it within 600 s"
    assert repository.record() == BEFORE


def test_a_record_that_somebody_else_wrote_meanwhile_is_left_alone(repository: Repository, scratch: Callable[[], Path]) -> None:
    cluster = GitOps(repository, "Progressing")
    cluster.every = lambda: repository.commit({RECORD: release_text(OTHER.to_release())}) if cluster.now == 100 else None

    assert run(repository, scratch(), cluster) == "somebody wrote another record meanwhile"
    assert json.loads(repository.record() or "")["version"] == "9"


def test_a_first_release_has_nothing_to_go_back_to(tmp_path: Path, scratch: Callable[[], Path]) -> None:
    repository = Repository.make(tmp_path, None)

    assert run(repository, scratch(), GitOps(repository, "Degraded"), champion=None) is not None
    assert repository.commits() == ["by a person", "release(fraud): version 8"]


def test_a_champion_whose_record_is_not_in_git_is_written_there(tmp_path: Path, scratch: Callable[[], Path]) -> None:
    repository = Repository.make(tmp_path, None)

    assert run(repository, scratch(), GitOps(repository, "Degraded")) is not None
    assert repository.record() == BEFORE


def test_commits_of_others_to_other_files_are_built_on(repository: Repository, scratch: Callable[[], Path], credentials: Path) -> None:
    with serve(repository) as server:
        server.intruder = lambda: repository.commit({"docs/page.md": "theirs"})

        with a_record(scratch(), server.url, credentials=credentials) as record:
            assert record.release()

    assert repository.commits() == ["by a person", "by a person", "release(fraud): version 8"]
    assert repository.record() == AFTER
    repository.require_sound()


def test_of_two_releases_at_once_one_wins_and_the_other_says_so(
    repository: Repository, scratch: Callable[[], Path], credentials: Path
) -> None:
    with serve(repository) as server:
        folders = [scratch(), scratch()]

        def release(version: ModelVersion, folder: Path) -> str:
            try:
                with a_record(folder, server.url, version, credentials=credentials) as record:
                    record.release()
            except Conflict as told:
                return told.problem_id
            return "won"

        with ThreadPoolExecutor(2) as pool:
            outcomes = sorted(pool.map(release, [CANDIDATE, OTHER], folders))

    assert outcomes in (["release/other-record", "won"], ["release/under-way", "won"])
    assert len(repository.commits()) == 2
    repository.require_sound()


def test_who_reads_before_the_other_writes_is_told_by_the_server(
    repository: Repository, scratch: Callable[[], Path], credentials: Path
) -> None:
    with serve(repository) as server, a_record(scratch(), server.url, OTHER, credentials=credentials) as other:

        def intrude() -> None:
            other.release()

        server.intruder = intrude

        with a_record(scratch(), server.url, credentials=credentials) as record, pytest.raises(Conflict, match="release/other-record"):
            record.release()

    assert repository.commits() == ["by a person", "release(fraud): version 9"]


def test_many_runs_of_one_release_make_one_commit(repository: Repository, scratch: Callable[[], Path], credentials: Path) -> None:
    with serve(repository) as server:

        def release(folder: Path) -> bool:
            with a_record(folder, server.url, credentials=credentials) as record:
                return record.release()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(release, [scratch() for _ in range(8)]))

    assert repository.commits() == ["by a person", "release(fraud): version 8"]


def test_an_answer_that_is_lost_is_looked_for(repository: Repository, scratch: Callable[[], Path], credentials: Path) -> None:
    with serve(repository) as server, a_record(scratch(), server.url, credentials=credentials) as record:
        server.lose_answers = 1
        record.release()
        server.lose_answers = 1
        record.revert("a test")

    assert repository.commits() == ["by a person", "release(fraud): version 8", "revert(fraud): version 7 again"]
    assert repository.record() == BEFORE


def test_a_second_run_goes_on_waiting_and_knows_the_way_back(repository: Repository, scratch: Callable[[], Path]) -> None:
    edited = BEFORE.replace('"parameters": {}', '"parameters": {\n    "by": "hand"\n  }')
    repository.commit({RECORD: edited})
    with a_record(scratch(), repository.url) as killed:
        killed.release()
    repository.commit({"README.md": "deployments\n", "docs/page.md": "theirs"})

    assert run(repository, scratch(), GitOps(repository, "Degraded")) is not None
    assert repository.record() == edited


def test_where_the_commit_lies_too_far_back_the_registry_knows_the_way(
    repository: Repository, scratch: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_record(scratch(), repository.url) as killed:
        killed.release()
    for number in range(4):
        repository.commit({"docs/page.md": str(number)})
    monkeypatch.setattr("cdk8s_mlops_runtime.git_branch.DEPTH", 3)

    assert run(repository, scratch(), GitOps(repository, "Degraded")) is not None
    assert repository.record() == BEFORE


def test_a_version_that_was_taken_back_is_released_again_only_if_asked(repository: Repository, scratch: Callable[[], Path]) -> None:
    run(repository, scratch(), GitOps(repository, "Degraded"))

    with pytest.raises(Conflict, match=r"version '8' of 'fraud' was taken back \(commit [0-9a-f]{12}\)"):
        run(repository, scratch(), GitOps(repository, "Healthy"))
    assert run(repository, scratch(), GitOps(repository, "Healthy"), again=True) is None
    assert repository.record() == AFTER


@pytest.mark.parametrize("phase", ["Healthy", "Degraded"])
def test_killed_at_any_write_the_next_run_completes_with_the_same_commits(
    phase: str, tmp_path: Path, scratch: Callable[[], Path], credentials: Path
) -> None:
    at, was_killed = 0, True
    while was_killed:
        at += 1
        (tmp_path / str(at)).mkdir()
        repository = Repository.make(tmp_path / str(at), BEFORE)
        with serve(repository) as server:
            url = server.url

            def attempt(repository: Repository = repository, url: str = url) -> None:
                run(repository, scratch(), GitOps(repository, phase), url=url, credentials=credentials)

            was_killed = run_and_kill(attempt, at)
            try:
                run(repository, scratch(), GitOps(repository, phase), url=url, credentials=credentials)
            except Conflict as told:
                # the last thing before it died was to take the version back
                assert (phase, told.problem_id) == ("Degraded", "release/tried-before")  # noqa: PT017

        reverts = ["revert(fraud): version 7 again"] if phase == "Degraded" else []
        assert repository.commits() == ["by a person", "release(fraud): version 8", *reverts], f"killed before write {at}"
        assert repository.record() == (BEFORE if reverts else AFTER)
        repository.require_sound()
    assert at > 2


@pytest.fixture
def credentials(tmp_path: Path) -> Path:
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "username").write_text(USER)
    (folder / "password").write_text(f"{PASSWORD}\n")
    return folder


def test_credentials_are_read_anew_each_time_and_nobody_is_told_them(
    repository: Repository, scratch: Callable[[], Path], credentials: Path
) -> None:
    with serve(repository) as server, a_record(scratch(), server.url, credentials=credentials) as record:
        (credentials / "password").write_text("expired")
        with pytest.raises(Unreachable) as told:
            record.release()
        (credentials / "password").write_text(PASSWORD)
        record.release()

    assert "expired" not in str(told.value)
    assert told.value.problem_id == "git/unauthorized"
    assert repository.record() == AFTER


def test_a_server_that_is_away_for_a_while_is_waited_for_on_the_way_back(
    repository: Repository, scratch: Callable[[], Path], credentials: Path
) -> None:
    with serve(repository) as server, a_record(scratch(), server.url, credentials=credentials) as record:
        record.release()
        server.refuse = [503] * 3
        assert record.is_ours()
        record.revert("a test")

    assert repository.record() == BEFORE


@pytest.mark.parametrize("hook", ["exit 1", "echo the branch is protected >&2; exit 1"])
def test_a_server_that_takes_no_commit_is_named(repository: Repository, scratch: Callable[[], Path], credentials: Path, hook: str) -> None:
    (repository.bare / "hooks" / "pre-receive").write_text(f"#!/bin/sh\n{hook}\n")
    (repository.bare / "hooks" / "pre-receive").chmod(0o755)

    with (
        serve(repository) as server,
        a_record(scratch(), server.url, credentials=credentials) as record,
        pytest.raises(Problem, match=r"takes no commit to branch 'main' .*pre-receive hook declined.*git/refused"),
    ):
        record.release()


def test_a_branch_that_never_rests_is_told(
    repository: Repository, scratch: Callable[[], Path], credentials: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_record, "ATTEMPTS", 3)
    with serve(repository) as server, a_record(scratch(), server.url, credentials=credentials) as record:

        def intrude(server: Server = server) -> None:
            repository.commit({"docs/page.md": "theirs"})
            server.intruder = intrude

        server.intruder = intrude
        with pytest.raises(Conflict, match="others committed to branch 'main' 3 times"):
            record.release()
