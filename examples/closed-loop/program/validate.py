"""Step `validate-data`: columns, types and ranges of the schema, and both answers among the labels."""

import json
import os
import sys
from pathlib import Path

import store

features = json.loads(Path(os.environ["FEATURE_SCHEMA_PATH"]).read_text())["features"]
payments = store.read(os.environ["DATA_SNAPSHOT"])
problems = []
for name, rule in features.items():
    values = [payment.get(name) for payment in payments]
    if any(value in (None, "") for value in values):
        problems.append(f"'{name}' is missing in {sum(value in (None, '') for value in values)} of {len(values)} payments")
    elif rule["type"] != "string":
        outside = [v for v in values if not rule.get("minimum", float("-inf")) <= float(v) <= rule.get("maximum", float("inf"))]
        if outside:
            problems.append(f"'{name}' is out of range in {len(outside)} payments, such as {outside[0]}")
if {payment["fraud"] for payment in payments} != {"0", "1"}:
    problems.append("the labels must hold both answers")
print("\n".join(problems) or f"{len(payments)} payments are as the schema says")
sys.exit(1 if problems else 0)
