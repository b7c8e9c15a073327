"""The server: scores payments, counts what it does, tells the prediction log, and finishes what it began when it is told to stop."""

import json
import os
import queue
import signal
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import joblib
from prometheus_client import Counter, Histogram, start_http_server

from features import vector

VERSION = os.environ["MODEL_VERSION"]
LATENCY = Histogram("model_inference_duration_seconds", "Time to an answer.", buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1))
REQUESTS = Counter("model_inference_requests", "Requests.")
ERRORS = Counter("model_inference_errors", "Requests without a good answer.")
loaded = joblib.load(Path(os.environ["MODEL_PATH"]) / "model.joblib")
leaving = threading.Event()
predictions: queue.Queue = queue.Queue(maxsize=10_000)


def log_predictions() -> None:
    """Hands predictions on in batches; a log that does not answer costs nobody an answer."""
    while True:
        batch = [predictions.get()]
        time.sleep(0.5)
        while not predictions.empty() and len(batch) < 1000:
            batch.append(predictions.get())
        request = urllib.request.Request(os.environ["PREDICTION_LOG_URL"], json.dumps(batch).encode(), {"Content-Type": "application/json"})
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except OSError as error:
            print(f"{len(batch)} predictions are not logged: {error}", flush=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        self.answer(503 if leaving.is_set() and self.path == "/ready" else 200, {"version": VERSION})

    def do_POST(self) -> None:
        REQUESTS.inc()
        with LATENCY.time():
            try:
                payment = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                score = float(loaded["tree"].predict_proba([vector(payment, loaded["countries"])])[0, 1])
            except (KeyError, TypeError, ValueError) as error:
                ERRORS.inc()
                self.answer(500, {"version": VERSION, "error": str(error)})
                return
            self.answer(200, {"version": VERSION, "score": score})
        try:
            predictions.put_nowait({**payment, "score": score})
        except queue.Full:
            pass

    def answer(self, status: int, body: dict) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if leaving.is_set():
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True


def stop(*_: object) -> None:
    """Clients with open connections hear that they have to open new ones, elsewhere."""
    leaving.set()
    threading.Timer(3, server.shutdown).start()


server = Server(("", 8080), Handler)
signal.signal(signal.SIGTERM, stop)
start_http_server(9090)
threading.Thread(target=log_predictions, daemon=True).start()
server.serve_forever(poll_interval=0.1)
time.sleep(1)
