"""Step `test-model`: what the model says at the edges, and how long it takes."""

import os
import sys
import time
from pathlib import Path

import joblib

from features import vector

model = joblib.load(Path(os.environ["MODEL_PATH"]) / "model.joblib")
tree, countries = model["tree"], model["countries"]


def score(payment: dict) -> float:
    return float(tree.predict_proba([vector(payment, countries)])[0, 1])


problems = []
for payment in ({"amount": 0, "hour": 0, "country": countries[0]}, {"amount": 1e9, "hour": 23, "country": countries[-1]}):
    if not 0 <= score(payment) <= 1:
        problems.append(f"{payment} has the score {score(payment)}")
started = time.perf_counter()
for _ in range(100):
    score({"amount": 20, "hour": 12, "country": countries[0]})
milliseconds = 10 * (time.perf_counter() - started)
if milliseconds > 50:
    problems.append(f"a prediction takes {milliseconds:.1f} ms")
print("\n".join(problems) or f"good at the edges, {milliseconds:.2f} ms a prediction")
sys.exit(1 if problems else 0)
