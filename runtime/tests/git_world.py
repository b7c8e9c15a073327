"""A bare repository with a record in it, and the real Git server (`git http-backend`) in front of it."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

USER, PASSWORD = "mlops", "s3cret-token"
RECORD = "releases/fraud.json"
QUIET = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": "ada@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


def git(*args: object, cwd: Path) -> str:
    """What Git itself says."""
    return subprocess.run(["git", *map(str, args)], cwd=cwd, env=QUIET, check=True, capture_output=True, text=True).stdout


@dataclass
class Repository:
    """What a team keeps on its Git server."""

    bare: Path
    copy: Path

    @classmethod
    def make(cls, folder: Path, record: str | None) -> Repository:
        """A branch `main` with a record, and more that is none of ours."""
        made = cls(folder / "server" / "deployments.git", folder / "copy")
        made.bare.mkdir(parents=True)
        git("init", "--quiet", "--bare", "--initial-branch=main", ".", cwd=made.bare)
        git("config", "http.receivepack", "true", cwd=made.bare)
        git("clone", "--quiet", made.bare, made.copy, cwd=folder)
        made.commit({"README.md": "deployments\n", "releases/other.json": "{}\n", **({} if record is None else {RECORD: record})})
        return made

    @property
    def url(self) -> str:
        return f"file://{self.bare}"

    def commit(self, files: dict[str, str], message: str = "by a person") -> None:
        """Somebody else commits and pushes."""
        git("fetch", "--quiet", "origin", cwd=self.copy)
        if self.commits():
            git("reset", "--quiet", "--hard", "origin/main", cwd=self.copy)
        for name, text in files.items():
            (self.copy / name).parent.mkdir(parents=True, exist_ok=True)
            (self.copy / name).write_text(text)
        git("add", ".", cwd=self.copy)
        git("commit", "--quiet", "--allow-empty", f"--message={message}", cwd=self.copy)
        git("push", "--quiet", "origin", "HEAD:main", cwd=self.copy)

    def record(self) -> str | None:
        """The record as the server has it."""
        return (
            git("show", f"main:{RECORD}", cwd=self.bare) if RECORD in git("ls-tree", "-r", "--name-only", "main", cwd=self.bare) else None
        )

    def commits(self) -> list[str]:
        """Subjects of the branch, the oldest first."""
        if git("for-each-ref", "refs/heads/main", cwd=self.bare) == "":
            return []
        return git("log", "--reverse", "--format=%s", "main", cwd=self.bare).splitlines()

    def require_sound(self) -> None:
        """Git finds nothing wrong, and nothing of ours touched another file."""
        git("fsck", "--strict", cwd=self.bare)
        assert git("show", "main:README.md", cwd=self.bare) == "deployments\n"
        assert git("show", "main:releases/other.json", cwd=self.bare) == "{}\n"


@dataclass
class Server:
    """Git over HTTP, as servers speak it."""

    url: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    # statuses to answer with, before anything is done
    refuse: list[int] = field(default_factory=list)
    # pushes that are carried out without an answer
    lose_answers: int = 0
    # who comes between what was read and what is pushed
    intruder: Callable[[], None] | None = None


WANTED = f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"


class Handler(BaseHTTPRequestHandler):
    """Hands requests to `git http-backend`, as a web server does."""

    protocol_version = "HTTP/1.1"
    repository: ClassVar[Repository]
    state: ClassVar[Server]

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path, _, query = self.path.replace("//", "/").partition("?")
        body, state = self._body(), self.state
        state.asked.append((f"{self.command} {path.rpartition('/')[2]}", self.headers["Authorization"]))
        pushes = path.endswith("git-receive-pack") and self.command == "POST"
        if state.refuse:
            self._send(state.refuse.pop(0), {}, b"")
            return
        if self.headers["Authorization"] != WANTED:
            self._send(401, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
            return
        if pushes and state.intruder is not None:
            intruder, state.intruder = state.intruder, None
            intruder()
        status, headers, answer = self._backend(path, query, body)
        if pushes and state.lose_answers > 0:
            state.lose_answers -= 1
            self.close_connection = True
        else:
            self._send(status, headers, answer)

    def _body(self) -> bytes:
        if self.headers["Transfer-Encoding"] != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"] or 0))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _backend(self, path: str, query: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        environment = {
            **QUIET,
            "GIT_PROJECT_ROOT": str(self.repository.bare.parent),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REMOTE_USER": USER,
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers["Content-Type"] or "",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers["Content-Encoding"] or "",
            "GIT_PROTOCOL": self.headers["Git-Protocol"] or "",
        }
        said = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=False).stdout
        head, _, answer = said.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        return int(headers.pop("Status", "200").split()[0]), headers, answer

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def serve(repository: Repository) -> Iterator[Server]:
    """The server, which asks for user and password."""
    state = Server()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("HandlerHere", (Handler,), {"repository": repository, "state": state}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/{repository.bare.name}"
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
