"""
A mock of AWS on the loopback interface, a temporary folder, and the programs that work with them.

One line of JSON on standard input asks for a program, one on standard output answers. All of it ends with standard input, so that nothing
is left whatever happens to the process that asked.
"""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

from moto.server import ThreadedMotoServer

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Programs:
    """Programs that run, each in a process group of its own: Terraform starts its providers there."""

    def __init__(self, folder):
        self.folder = folder
        self.lock = threading.Lock()
        self.running = set()
        self.closed = False

    def run(self, request):
        with self.lock:
            if self.closed:
                return
            child = subprocess.Popen(
                request["command"],
                cwd=request["cwd"],
                # the sockets of providers are there
                env={**os.environ, "TMPDIR": self.folder, **request["env"]},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
            self.running.add(child)
        output, _ = child.communicate(request["input"])
        with self.lock:
            self.running.discard(child)
            say({"id": request["id"], "code": child.returncode, "output": output})

    def end(self):
        with self.lock:
            self.closed = True
            for child in self.running:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def say(message):
    print(json.dumps(message), flush=True)


def leave(_signal, _frame):
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(0)


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    for each in SIGNALS:
        signal.signal(each, leave)
    folder = tempfile.mkdtemp(prefix="terraform-")
    programs = Programs(folder)
    try:
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        say({"folder": folder, "endpoint": f"http://{host}:{port}"})
        for line in sys.stdin:
            threading.Thread(target=programs.run, args=(json.loads(line),), daemon=True).start()
    finally:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        programs.end()
        shutil.rmtree(folder, ignore_errors=True)


main()
