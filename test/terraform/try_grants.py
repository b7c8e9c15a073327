"""
Tries requests against S3 as each of some roles, and says which of them were allowed.

Standard input: {"endpoint", "region", "account", "bucket", "roles", "keys"}.
Standard output: {role: {"objects": ["<verb> <key>", ...], "bucket": ["<verb>", ...]}}.
The mock must be nobody else's: from here on it judges the rights of whoever asks, and the bucket has lost its policy.
"""

import json
import sys
from urllib.request import Request, urlopen

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ON_OBJECTS = {
    "get": lambda s3, at: s3.get_object(**at),
    "get-old": lambda s3, at: s3.get_object(**at, VersionId="1"),
    "create": lambda s3, at: s3.put_object(**at, Body=b"new", IfNoneMatch="*"),
    "abort": lambda s3, at: s3.abort_multipart_upload(**at, UploadId="1"),
    "delete": lambda s3, at: s3.delete_object(**at),
    "delete-old": lambda s3, at: s3.delete_object(**at, VersionId="1"),
}
ON_BUCKET = {
    "list": lambda s3, at: s3.list_objects_v2(**at),
    "list-old": lambda s3, at: s3.list_object_versions(**at),
    "set-policy": lambda s3, at: s3.put_bucket_policy(**at, Policy="{}"),
    "delete-bucket": lambda s3, at: s3.delete_bucket(**at),
}
# what S3 says to those who have the right: the object is there already, or it or its version is not
AFTER_RIGHTS = {"NoSuchKey", "NoSuchVersion", "NoSuchUpload", "InvalidVersion", "PreconditionFailed"}


def main():
    asked = json.load(sys.stdin)

    def client(service, **credentials):
        return boto3.client(
            service,
            endpoint_url=asked["endpoint"],
            region_name=asked["region"],
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
            **(credentials or {"aws_access_key_id": "mock", "aws_secret_access_key": "mock"}),
        )

    owner = client("s3")
    # the mock reads no condition, so that it takes the refusal of all that comes without TLS for a refusal of all
    owner.delete_bucket_policy(Bucket=asked["bucket"])
    for key in asked["keys"]:
        owner.put_object(Bucket=asked["bucket"], Key=key, Body=b"old")
    actors = {role: client("s3", **assume(client("sts"), asked["account"], role)) for role in asked["roles"]}
    # from now on, after none of the requests that follow, it asks for rights
    urlopen(Request(f"{asked['endpoint']}/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"}))
    bucket = {"Bucket": asked["bucket"]}
    allowed = {
        role: {
            "objects": [
                f"{verb} {key}"
                for verb, ask in ON_OBJECTS.items()
                for key in asked["keys"]
                if is_allowed(ask, s3, {**bucket, "Key": key})
            ],
            "bucket": [verb for verb, ask in ON_BUCKET.items() if is_allowed(ask, s3, bucket)],
        }
        for role, s3 in actors.items()
    }
    print(json.dumps(allowed))


def assume(sts, account, role):
    keys = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="try")["Credentials"]
    return {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }


def is_allowed(ask, s3, at):
    """Whether rights are not what it failed on, if it failed."""
    try:
        ask(s3, at)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in AFTER_RIGHTS | {"AccessDenied"}:
            raise
        return code != "AccessDenied"
    return True



main()
