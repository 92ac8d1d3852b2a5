"""Runs the models and jobs of standard input, all of them at once, and says how each ended."""

import json
import sys
import time

import boto3
from botocore.exceptions import ClientError

sagemaker = boto3.client("sagemaker")
ended = {"Completed", "Failed", "Stopped"}


def main():
    given = json.load(sys.stdin)
    for model in given["models"]:
        sagemaker.create_model(**model)
    ends = {job["TransformJobName"]: create(job) for job in given["jobs"]}
    deadline = time.monotonic() + given["seconds"]
    while waiting := [name for name, end in ends.items() if end is None]:
        if time.monotonic() > deadline:
            raise TimeoutError(f"still under way: {waiting}")
        for name in waiting:
            ends[name] = describe(name)
        time.sleep(0.2)
    print("\nREPORT " + json.dumps(ends), flush=True)


def create(job):
    """None for a job that runs."""
    try:
        sagemaker.create_transform_job(**job)
        return None
    except ClientError as error:
        return {"status": "Refused", "code": error.response["Error"]["Code"], "reason": error.response["Error"]["Message"]}


def describe(name):
    job = sagemaker.describe_transform_job(TransformJobName=name)
    status = job["TransformJobStatus"]
    return {"status": status, "reason": job.get("FailureReason", "")} if status in ended else None


main()
