"""Labelled payments in the object store, by the names that the steps of a training pass on."""

import csv
import hashlib
import io
import os

import boto3

BUCKET = os.environ.get("DATA_BUCKET", "acme-models")
LABELLED = "labelled/fraud-detection/payments.csv"
SNAPSHOTS = "labelled/fraud-detection/snapshots"


def client():
    return boto3.client("s3")


def freeze() -> str:
    """Copy the payments of now under a name that is their hash; the name of the snapshot."""
    content = client().get_object(Bucket=BUCKET, Key=LABELLED)["Body"].read()
    revision = hashlib.sha256(content).hexdigest()
    client().put_object(Bucket=BUCKET, Key=f"{SNAPSHOTS}/{revision}.csv", Body=content)
    return f"s3:s3://{BUCKET}/{SNAPSHOTS}@{revision}"


def read(snapshot: str) -> list[dict]:
    """Payments of a snapshot; one that is no longer what its name says is refused."""
    revision = snapshot.rpartition("@")[2]
    content = client().get_object(Bucket=BUCKET, Key=f"{SNAPSHOTS}/{revision}.csv")["Body"].read()
    if hashlib.sha256(content).hexdigest() != revision:
        raise SystemExit(f"snapshot {revision} has been changed")
    return list(csv.DictReader(io.StringIO(content.decode())))
