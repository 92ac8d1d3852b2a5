"""What the test gives every client: names and places, as one JSON object in the first argument."""

import json
import sys
import time

given = json.loads(sys.argv[1])


def name(what):
    return f"{given['client']}-{what}"


def container(model="model"):
    return {"Image": given["image"], "ModelDataUrl": given["models"][model]}


def create_model(what, model="model"):
    return {"ModelName": name(what), "PrimaryContainer": container(model), "ExecutionRoleArn": given["role"]}


def create_transform_job(what, model, source, **more):
    """The request of a job; `source` names one of the inputs."""
    return {
        "TransformJobName": name(what),
        "ModelName": name(model),
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": given["inputs"][source]}},
            "ContentType": "application/jsonlines",
            "SplitType": "Line",
        },
        "TransformOutput": {
            "S3OutputPath": f"{given['output']}/{name(what)}",
            "Accept": "application/jsonlines",
            "AssembleWith": "Line",
        },
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        **more,
    }


def until(what, check, seconds=120):
    """Waits for what a check returns, once it is true."""
    deadline = time.monotonic() + seconds
    while not (found := check()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"no {what} within {seconds} s")
        time.sleep(0.2)
    return found


def report(**facts):
    """The last line of standard output: what the test looks at."""
    print("\nREPORT " + json.dumps(facts, default=str), flush=True)
