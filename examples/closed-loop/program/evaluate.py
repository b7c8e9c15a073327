"""What the gate asks: a model's accuracy on the golden set."""

import csv
import json
import os
from pathlib import Path

import joblib
from sklearn.metrics import accuracy_score

from features import vector

model = joblib.load(Path(os.environ["MODEL_PATH"]) / "model.joblib")
with Path(os.environ["GOLDEN_SET"]).open() as lines:
    payments = list(csv.DictReader(lines))
predicted = model["tree"].predict([vector(payment, model["countries"]) for payment in payments])
accuracy = accuracy_score([int(payment["fraud"]) for payment in payments], predicted)
Path(os.environ["METRICS_PATH"]).write_text(json.dumps({"accuracy": accuracy}))
print(f"accuracy {accuracy:.4f} on {len(payments)} payments")
