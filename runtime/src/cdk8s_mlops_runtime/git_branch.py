"""
One branch of a Git repository, without a working copy: files are read at its head, and one of them is replaced by one commit.

The server compares the head with the one that a commit builds on, so that of two who write at once one is told to look again.
"""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from .problems import InputProblem, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Commits of the branch that are looked at. A second run of a command follows the first within minutes.
DEPTH = 100
TIMEOUT = 30.0
_BRANCH = re.compile(r"(?!.*(?:\.\.|//|/\.|\.lock(?:/|$)|\.$|/$))[A-Za-z0-9][A-Za-z0-9._/-]*")
_FOLDER = re.compile(r"(?!.*(?:^|/)\.{1,2}(?:/|$))[^/\x00-\x1f\\]+(?:/[^/\x00-\x1f\\]+)*")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class GitAddress:
    """A branch of a repository, and the folder with the credentials for it."""

    url: str
    branch: str = "main"
    #: Holds the files `username` and `password`, which are read anew each time: a token may live shorter than a release.
    credentials: Path | None = None
    author: str = "mlops <mlops@localhost>"

    def __post_init__(self) -> None:
        address = urlsplit(self.url)
        if "@" in address.netloc:
            raise InputProblem(
                "git/credentials-in-address",
                f"the address of the repository must not hold a user or password, got one for '{address.hostname}'; give the folder of a Secret with --git-credentials",
            )
        if address.scheme not in {"https", "http", "file"} or address.path in {"", "/"}:
            raise InputProblem(
                "git/malformed-address",
                f"the repository must look like 'https://git.example.com/team/deployments.git', got '{self.url}'; ssh is not spoken here",
            )
        if address.scheme == "http" and self.credentials is not None and address.hostname not in _LOOPBACK:
            raise InputProblem(
                "git/open-credentials", f"'{self.url}' would carry user and password where everybody on the way can read them; use https"
            )
        if not _BRANCH.fullmatch(self.branch):
            raise InputProblem("git/malformed-branch", f"the branch must be the name of a branch such as 'main', got '{self.branch}'")
        if not re.fullmatch(r"[^<>\n\x00]+ <[^<>\n\x00 ]+>", self.author):
            raise InputProblem("git/malformed-author", f"the author must look like 'mlops <mlops@example.com>', got '{self.author}'")

    @property
    def ref(self) -> bytes:
        """The branch as Git writes it."""
        return f"refs/heads/{self.branch}".encode()


def require_folder(folder: str) -> str:
    """A folder inside a repository."""
    if not _FOLDER.fullmatch(folder):
        raise InputProblem(
            "git/malformed-folder", f"the folder of the records must be one inside the repository, such as 'releases', got '{folder}'"
        )
    return folder


@dataclass(frozen=True, slots=True)
class Head:
    """The newest commit of a branch."""

    commit: Any
    branch: GitBranch

    def file(self, path: str) -> Any:
        """Id of a file's content. None where there is no such file."""
        return self.branch.file(self.commit, path)

    def history(self) -> Iterator[Any]:
        """Commits that are at hand, the newest first."""
        return self.branch.history(self.commit)


@dataclass
class GitBranch:
    """A branch, with as much of it in a folder as is needed."""

    address: GitAddress
    folder: Path
    _known: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        from dulwich.repo import Repo  # noqa: PLC0415 - half a second that no other command should pay

        self.folder.mkdir(parents=True, exist_ok=True)
        self._repo: Any = Repo.init_bare(str(self.folder))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._repo.close()

    def head(self) -> Head:
        """The newest commit, as the server has it now."""
        ref = self.address.ref

        def wants(refs: dict[bytes, Any], *_: Any, **__: Any) -> list[Any]:
            return [refs[ref]] if ref in refs and refs[ref] != self._known else []

        with self._told():
            client, path = self._client()
            refs = client.fetch(path, self._repo, determine_wants=wants, depth=DEPTH, ref_prefix=[ref]).refs
        commit = refs.get(ref)
        if commit is None:
            raise InputProblem(
                "git/no-branch",
                f"the repository '{self.address.url}' has no branch '{self.address.branch}'; make it, or say which with --git-branch",
            )
        self._known = commit
        self._repo.refs[ref] = commit
        return Head(commit, self)

    def file(self, commit: Any, path: str) -> Any:
        """Id of a file's content in a commit. None where there is no such file."""
        found: Any = self._repo[self._repo[commit].tree]
        for name in path.encode().split(b"/"):
            if not hasattr(found, "items") or name not in found:
                return None
            found = self._repo[found[name][1]]
        return found.id

    def text(self, content: Any) -> str:
        """A content by its id."""
        return str(self._repo[content].data.decode(errors="replace"))

    def history(self, commit: Any) -> Iterator[Any]:
        """Commits that are at hand, the newest first."""
        for entry in self._repo.get_walker(include=[commit], max_entries=DEPTH):
            yield entry.commit

    def parent_of(self, commit: Any) -> Any:
        """The commit that another builds on. None where it is not at hand."""
        return next((parent for parent in commit.parents if parent in self._repo.object_store), None)

    def push(self, head: Head, path: str, content: str | Any, message: str) -> str | None:
        """One commit that gives a file new content, as text, or as the id of content that it had. Nothing, or what the server said against it."""
        from dulwich.errors import GitProtocolError, HangupException  # noqa: PLC0415
        from dulwich.pack import pack_objects_to_data  # noqa: PLC0415

        ref = self.address.ref
        commit, made = self._commit(head, path, content, message)

        def update(refs: dict[Any, Any]) -> dict[Any, Any]:
            return {ref: commit.id} if refs.get(ref) == head.commit else {}

        def data(*_: Any, **__: Any) -> Any:
            return pack_objects_to_data([(one, None) for one in made])

        with self._told():
            client, place = self._client()
            try:
                result = client.send_pack(place, update, data)
            except (HangupException, GitProtocolError) as error:
                return str(error) or "it hung up"
        if ref not in result.refs or result.refs[ref] != commit.id:
            return "somebody else was faster"
        return (result.ref_status or {}).get(ref)

    def _commit(self, head: Head, path: str, content: str | Any, message: str) -> tuple[Any, list[Any]]:
        from dulwich.objects import Blob, Commit  # noqa: PLC0415

        made: list[Any] = []
        if isinstance(content, str):
            made.append(Blob.from_string(content.encode()))
            content = made[0].id
        commit = Commit()
        commit.tree = self._tree(self._repo[head.commit].tree, path.encode().split(b"/"), content, made)
        commit.parents = [head.commit]
        commit.author = commit.committer = self.address.author.encode()
        commit.author_time = commit.commit_time = int(time.time())
        commit.author_timezone = commit.commit_timezone = 0
        commit.message = message.encode()
        return commit, [*made, commit]

    def _tree(self, tree_id: Any, parts: list[bytes], content: Any, made: list[Any]) -> Any:
        """A tree with one file replaced; trees that are new are added to `made`."""
        from dulwich.objects import Tree  # noqa: PLC0415

        tree: Any = Tree() if tree_id is None else self._repo[tree_id].copy()
        name, *rest = parts
        if rest:
            below = tree[name][1] if name in tree else None
            tree[name] = (0o040000, self._tree(below, rest, content, made))
        else:
            tree[name] = (0o100644, content)
        made.append(tree)
        return tree.id

    def _client(self) -> tuple[Any, str]:
        """What speaks with the server, and the path there. No configuration of this machine plays a part, and no program is started."""
        from dulwich.client import LocalGitClient, Urllib3HttpGitClient  # noqa: PLC0415
        from dulwich.config import ConfigFile  # noqa: PLC0415

        address = urlsplit(self.address.url)
        if address.scheme == "file":
            return LocalGitClient(config=ConfigFile()), address.path
        user, password = self._read_credentials()
        client = Urllib3HttpGitClient(
            f"{address.scheme}://{address.netloc}/", config=ConfigFile(), username=user, password=password, timeout=TIMEOUT, quiet=True
        )
        return client, address.path

    def _read_credentials(self) -> tuple[str | None, str | None]:
        folder = self.address.credentials
        if folder is None:
            return None, None
        try:
            user, password = ((folder / name).read_text(encoding="utf-8").strip() for name in ("username", "password"))
        except OSError as error:
            raise InputProblem(
                "git/no-credentials",
                f"the credentials of the repository must be the files 'username' and 'password' in a folder, but '{error.filename}' cannot be read; mount a Secret of the type kubernetes.io/basic-auth",
            ) from error
        return user, password

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What an answer of the server means for whoever asked. Its own words may hold an address with credentials, so they are not repeated."""
        from dulwich.client import HTTPUnauthorized  # noqa: PLC0415
        from dulwich.errors import GitProtocolError, HangupException, NotGitRepository  # noqa: PLC0415
        from dulwich.file import FileLocked  # noqa: PLC0415
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        url = self.address.url
        try:
            yield
        except NotGitRepository as error:
            raise InputProblem(
                "git/no-repository",
                f"there is no Git repository at '{url}', or it is not for these credentials to see; look at address and credentials",
            ) from error
        except HTTPUnauthorized as error:
            raise Unreachable(
                "git/unauthorized",
                f"the Git server of '{url}' wants other credentials; give the files 'username' and 'password' with --git-credentials",
            ) from error
        except (HTTPError, GitProtocolError, HangupException, FileLocked, OSError) as error:
            cause = error.__cause__ or error
            reason = type(getattr(cause, "reason", None) or cause).__name__
            raise Unreachable(
                "git/unreachable", f"the Git server of '{url}' does not answer as one ({reason}); check address, egress and DNS"
            ) from error
