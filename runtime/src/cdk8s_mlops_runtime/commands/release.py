"""`mlops release`: a version on its way to everybody, stage by stage."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click

from cdk8s_mlops_runtime.cluster_objects import Cluster, namespace_of
from cdk8s_mlops_runtime.git_branch import GitAddress, GitBranch, require_folder
from cdk8s_mlops_runtime.git_record import GitRecord
from cdk8s_mlops_runtime.problems import Conflict, Verdict
from cdk8s_mlops_runtime.registry.open import open_registry
from cdk8s_mlops_runtime.registry.registry import CHAMPION
from cdk8s_mlops_runtime.registry.version import Status
from cdk8s_mlops_runtime.release import require_model, require_version
from cdk8s_mlops_runtime.releasing import Release
from cdk8s_mlops_runtime.releasing_by_git import GitRelease
from cdk8s_mlops_runtime.served import Target


@click.command("release")
@click.argument("model")
@click.option("--version", required=True, help="Version that passed its gate: the challenger.")
@click.option("--to", "to", required=True, metavar="KIND/NAME", help="rollout/<name> or inferenceservice/<name>.")
@click.option("--namespace", help="Namespace of the object. That of this pod if left out.")
@click.option("--within", type=click.FloatRange(min=1), default=21600, show_default=True, help="Seconds that its stages may take.")
@click.option(
    "--git",
    "git",
    metavar="URL",
    help="Repository that a GitOps controller applies: the record is changed there, the object is only watched.",
)
@click.option("--git-branch", default="main", show_default=True, help="Branch that is applied.")
@click.option("--git-folder", default="releases", show_default=True, help="Folder of the release records.")
@click.option("--git-credentials", type=click.Path(path_type=Path), help="Folder with the files 'username' and 'password'.")
@click.option("--git-author", default="mlops <mlops@localhost>", show_default=True, help="Author of the commits.")
@click.option("--again", is_flag=True, help="Commit a version that was taken back.")
@click.option("--registry", help="Address of the registry. The environment's if left out.")
def command(
    model: str,
    version: str,
    to: str,
    namespace: str | None,
    within: float,
    git: str | None,
    git_branch: str,
    git_folder: str,
    git_credentials: Path | None,
    git_author: str,
    again: bool,
    registry: str | None,
) -> None:
    """Point what serves MODEL at a version, and wait until it serves everybody or was sent back. The exit code is the verdict: 0 or 1."""
    require_model(model)
    target = Target.parse(to)
    address = GitAddress(git, git_branch, git_credentials, git_author) if git else None
    folder = require_folder(git_folder)
    place = open_registry(registry)
    wanted = place.find(model, require_version(version))
    if wanted.status not in {Status.CANARY, Status.PRODUCTION}:
        raise Conflict(
            "release/not-judged",
            f"version '{version}' of '{model}' is {wanted.status}, and only what passed its gate is tried on users; make it the challenger with 'mlops promote --canary'",
        )
    alias = place.read(model).ledger.aliases.get(CHAMPION)
    champion = place.find(model, alias) if alias is not None and alias != wanted.version else None
    cluster = Cluster(namespace_of(namespace))
    if address is None:
        reason = Release(cluster, target, wanted, champion, within, time.monotonic, time.sleep, click.echo).run()
    else:
        with tempfile.TemporaryDirectory(prefix="mlops-git-") as scratch, GitBranch(address, Path(scratch)) as branch:
            record = GitRecord(branch, folder, wanted, champion, time.sleep)
            reason = GitRelease(record, cluster, target, within, time.monotonic, time.sleep, click.echo).run(again=again)
    if reason is not None:
        raise Verdict("release/sent-back", f"version '{version}' of '{model}' does not serve: {reason}")
    click.echo(f"version {version} of {model} serves everybody")
