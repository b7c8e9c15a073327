"""Step `train`: a decision tree, small enough to be trained while somebody waits."""

import argparse
import csv
import json
import os
from pathlib import Path

import joblib
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

import store
from features import vector

NEWEST = 3000

arguments = argparse.ArgumentParser()
arguments.add_argument("--max_depth", type=int, required=True)
options = arguments.parse_args()

payments = store.read(os.environ["DATA_SNAPSHOT"])
countries = sorted({payment["country"] for payment in payments})
rows, labels = [vector(payment, countries) for payment in payments], [int(payment["fraud"]) for payment in payments]
seen, unseen, seen_labels, unseen_labels = train_test_split(rows, labels, test_size=0.2, random_state=7)
model = DecisionTreeClassifier(max_depth=options.max_depth, min_samples_leaf=20, random_state=7).fit(seen, seen_labels)

folder = Path(os.environ["MODEL_PATH"])
folder.mkdir(parents=True, exist_ok=True)
joblib.dump({"tree": model, "countries": countries}, folder / "model.joblib")
Path(os.environ["METRICS_PATH"]).write_text(json.dumps({"holdout_accuracy": accuracy_score(unseen_labels, model.predict(unseen))}))
# drift is measured against the newest payments that the champion learned from; older ones keep it from forgetting
with Path(os.environ["REFERENCE_PATH"]).open("w", newline="") as lines:
    reference = csv.DictWriter(lines, ["amount", "hour", "country"], extrasaction="ignore")
    reference.writeheader()
    reference.writerows(payments[-NEWEST:])
Path(os.environ["ARCHITECTURE_PATH"]).write_text(json.dumps({"kind": "decision tree", "features": 3, "max_depth": options.max_depth}))
print(f"trained on {len(rows)} payments of {len(countries)} countries; drifted: {os.environ.get('DRIFTED_FEATURES', '[]')}")
