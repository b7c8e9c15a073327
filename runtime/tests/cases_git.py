"""Releases through Git that do not happen. The server is Git's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from cases import ErrorCase, World
from cases_artifacts import register
from cases_retrain import Server, challenger, rollout
from cdk8s_mlops_runtime import git_record
from cdk8s_mlops_runtime.problems import Problem
from cdk8s_mlops_runtime.release import release_text
from git_world import PASSWORD, RECORD, USER, Repository, serve
from git_world import Server as GitServer
from test_releasing import CHAMPION

URL = "https://git.example.com/team/deployments.git"


def release(world: World, url: str, *more: object) -> object:
    challenger(world)
    return Server(404, rollout("7", "Healthy")).runs(
        world, "release", "fraud", "--version=8", "--to=rollout/fraud", "--namespace=ml", "--within=5", f"--git={url}", *more
    )


def refused(url: str, *more: object) -> Callable[[World], object]:
    return lambda world: release(world, url, *more)


def on_server(prepare: Callable[[Repository, GitServer], None], *more: object, user: str | None = USER) -> Callable[[World], object]:
    """A release by a server with a port of its own, which messages do not name."""

    def provoke(world: World) -> object:
        repository = Repository.make(world.folder, release_text(CHAMPION.to_release()))
        with serve(repository) as server, patch.object(git_record, "PAUSE", 0.01):
            prepare(repository, server)
            try:
                return release(world, server.url, *credentials(world.folder, user), *more)
            except Problem as problem:
                words = re.sub(r"127.0.0.1:\d+", "git", str(problem).rpartition(" (")[0])
                raise type(problem)(problem.problem_id, re.sub(r"commit [0-9a-f]{12}", "commit …", words)) from problem

    return provoke


def credentials(folder: Path, user: str | None) -> list[str]:
    if user is None:
        return []
    place = folder / "credentials"
    place.mkdir()
    (place / "username").write_text(user)
    (place / "password").write_text(PASSWORD)
    return [f"--git-credentials={place}"]


def protect(repository: Repository, _: GitServer) -> None:
    hook = repository.bare / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)


def another_record(repository: Repository, server: GitServer) -> None:
    server.intruder = lambda: repository.commit({RECORD: '{"version": "9"}'})


def crowd(repository: Repository, server: GitServer) -> None:
    def intrude() -> None:
        repository.commit({"docs/page.md": "theirs"})
        server.intruder = intrude

    server.intruder = intrude


def under_way(world: World) -> object:
    challenger(world)
    # the champion is another than the one that the record names
    world.run("promote", "fraud", "--version", "8", "--without-gate", "a test", "--by", "ada", "--without-record")
    register(world, version="9", text="another")
    world.run("promote", "fraud", "--version", "9", "--canary", "--without-gate", "a test", "--by", "ada", "--without-record")
    repository = Repository.make(world.folder, release_text(CHAMPION.to_release()))
    return Server(404, rollout("7", "Healthy")).runs(
        world, "release", "fraud", "--version=9", "--to=rollout/fraud", "--namespace=ml", f"--git={repository.url}"
    )


def nothing(_: Repository, __: GitServer) -> None:
    pass


CASES = [
    ErrorCase(
        "git/credentials-in-address",
        "a token in the address",
        refused("https://mlops:token@git.example.com/team/deployments.git"),
        "the address of the repository must not hold a user or password, got one for 'git.example.com'; give the folder of a Secret with --git-credentials",
    ),
    ErrorCase(
        "git/malformed-address",
        "an address of ssh",
        refused("ssh://git.example.com/team/deployments.git"),
        "the repository must look like 'https://git.example.com/team/deployments.git', got 'ssh://git.example.com/team/deployments.git'; ssh is not spoken here",
    ),
    ErrorCase(
        "git/open-credentials",
        "credentials over plain HTTP",
        refused("http://git.example.com/team/deployments.git", "--git-credentials=/etc/git"),
        "'http://git.example.com/team/deployments.git' would carry user and password where everybody on the way can read them; use https",
    ),
    ErrorCase(
        "git/malformed-branch",
        "a branch that Git refuses",
        refused(URL, "--git-branch=a..b"),
        "the branch must be the name of a branch such as 'main', got 'a..b'",
    ),
    ErrorCase(
        "git/malformed-folder",
        "a folder outside the repository",
        refused(URL, "--git-folder=../releases"),
        "the folder of the records must be one inside the repository, such as 'releases', got '../releases'",
    ),
    ErrorCase(
        "git/malformed-author",
        "an author without an address",
        refused(URL, "--git-author=mlops"),
        "the author must look like 'mlops <mlops@example.com>', got 'mlops'",
    ),
    ErrorCase(
        "git/no-credentials",
        "a Secret that is not mounted",
        refused(URL, "--git-credentials=/nowhere"),
        "the credentials of the repository must be the files 'username' and 'password' in a folder, but '/nowhere/username' cannot be read; mount a Secret of the type kubernetes.io/basic-auth",
    ),
    ErrorCase(
        "git/no-repository",
        "an address without a repository",
        lambda world: release(world, f"file://{world.folder}/nothing.git"),
        "there is no Git repository at 'file:///folder/nothing.git', or it is not for these credentials to see; look at address and credentials",
    ),
    ErrorCase(
        "git/no-branch",
        "a branch that is not there",
        on_server(nothing, "--git-branch=production"),
        "the repository 'http://git/deployments.git' has no branch 'production'; make it, or say which with --git-branch",
    ),
    ErrorCase(
        "git/unauthorized",
        "no credentials for a server that wants some",
        on_server(nothing, user=None),
        "the Git server of 'http://git/deployments.git' wants other credentials; give the files 'username' and 'password' with --git-credentials",
        5,
    ),
    ErrorCase(
        "git/unreachable",
        "a server that is not there",
        refused("http://127.0.0.1:1/deployments.git"),
        "the Git server of 'http://127.0.0.1:1/deployments.git' does not answer as one (NewConnectionError); check address, egress and DNS",
        5,
    ),
    ErrorCase(
        "git/unreachable",
        "a server that answers with an error",
        on_server(lambda _, server: server.refuse.append(500)),
        "the Git server of 'http://git/deployments.git' does not answer as one (GitProtocolError); check address, egress and DNS",
        5,
    ),
    ErrorCase(
        "git/refused",
        "a branch that is protected",
        on_server(protect),
        "the Git server takes no commit to branch 'main' (pre-receive hook declined); look at the rights of the credentials, and at what protects the branch",
        5,
    ),
    ErrorCase(
        "git/crowded",
        "a branch that never rests",
        on_server(crowd),
        "others committed to branch 'main' 10 times while this commit waited; try again",
        3,
    ),
    ErrorCase(
        "release/other-record",
        "two who write one record",
        on_server(another_record),
        "somebody else changed 'releases/fraud.json' while version '8' of 'fraud' was on its way; look at the history of branch 'main', then decide again",
        3,
    ),
    ErrorCase(
        "release/tried-before",
        "a version that was taken back",
        on_server(lambda repository, _: repository.commit({}, "revert(fraud): version 7 again\n\nMlops-Revert: fraud/8")),
        "version '8' of 'fraud' was taken back (commit …); give --again if it deserves another try",
        3,
    ),
    ErrorCase(
        "release/tried-before",
        "a version whose record was replaced",
        on_server(lambda repository, _: repository.commit({}, "release(fraud): version 8\n\nMlops-Release: fraud/8")),
        "version '8' of 'fraud' was released, and somebody wrote another record since (commit …); give --again if it deserves another try",
        3,
    ),
    ErrorCase(
        "release/under-way",
        "a record of another version than the champion",
        under_way,
        "'releases/fraud.json' names version '7', and the champion of 'fraud' is '8'; wait for the release that is under way, or bring both in line",
        3,
    ),
]
