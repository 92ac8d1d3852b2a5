"""Everything that boto3's users do with transform jobs."""

import boto3
from botocore.exceptions import ClientError, WaiterError

from given import create_model, create_transform_job, given, name, report, until

sagemaker = boto3.client("sagemaker")
logs = boto3.client("logs")
group = "/aws/sagemaker/TransformJobs"
often = {"Delay": 1, "MaxAttempts": 120}


def main():
    model_arn = sagemaker.create_model(**create_model("model"))["ModelArn"]
    sagemaker.create_model(**create_model("slow", "slow"))
    arn = sagemaker.create_transform_job(**create_transform_job("good", "model", "good"))["TransformJobArn"]
    at_once = describe("good")
    bad = sagemaker.create_transform_job(**create_transform_job("bad", "model", "bad"))["TransformJobArn"]
    wait("good")
    wait_for_bad = error_of(lambda: wait("bad"), WaiterError)
    completed = describe("good")
    report(
        account=boto3.client("sts").get_caller_identity()["Account"],
        modelArn=model_arn,
        arns=[arn, bad],
        model=sagemaker.describe_model(ModelName=name("model")),
        models=[model["ModelName"] for model in sagemaker.list_models(NameContains=name(""))["Models"]],
        atOnce=at_once["TransformJobStatus"],
        good=completed,
        seconds=(completed["TransformEndTime"] - completed["TransformStartTime"]).total_seconds(),
        bad=describe("bad"),
        waitForBad=wait_for_bad,
        output=output_of("good"),
        badOutput=sorted(output_of("bad")),
        logs=log_messages("good"),
        badLogs=log_messages("bad"),
        stopped=stop(),
        pages=pages(),
        tags=tags(arn),
        errors=errors(),
    )


def describe(job):
    return sagemaker.describe_transform_job(TransformJobName=name(job))


def wait(job):
    waiter = sagemaker.get_waiter("transform_job_completed_or_stopped")
    waiter.wait(TransformJobName=name(job), WaiterConfig=often)


def output_of(job):
    """Through the control plane's address, which passes S3 requests on: key below the output path, and content."""
    bucket, prefix = f"{given['output']}/{name(job)}/".removeprefix("s3://").split("/", 1)
    s3 = boto3.client("s3")
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]
    return {key.removeprefix(prefix): s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys}


def log_messages(job):
    """By stream, less the part of its name that changes."""
    streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=name(job) + "/")["logStreams"]
    return {stream["logStreamName"]: messages_of(stream["logStreamName"]) for stream in streams}


def messages_of(stream):
    messages, token = [], None
    while True:
        more = {"nextToken": token} if token else {}
        page = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True, limit=5, **more)
        messages += [event["message"] for event in page["events"]]
        if page["nextForwardToken"] == token:
            return messages
        token = page["nextForwardToken"]


def stop():
    sagemaker.create_transform_job(**create_transform_job("stop", "slow", "slow", BatchStrategy="SingleRecord"))
    until("container log", lambda: any("/data-log" in stream for stream in log_messages("stop")))
    status = describe("stop")["TransformJobStatus"]
    sagemaker.stop_transform_job(TransformJobName=name("stop"))
    stopping = describe("stop")["TransformJobStatus"]
    wait("stop")  # Stopped is one of its two good ends
    return {"before": status, "after": stopping, "end": describe("stop")["TransformJobStatus"], "output": output_of("stop")}


def pages():
    paginator = sagemaker.get_paginator("list_transform_jobs")
    asked = {"NameContains": name(""), "SortBy": "Name", "SortOrder": "Ascending", "PaginationConfig": {"PageSize": 2}}
    found = [page["TransformJobSummaries"] for page in paginator.paginate(**asked)]
    failed = sagemaker.list_transform_jobs(NameContains=name(""), StatusEquals="Failed")["TransformJobSummaries"]
    return {
        "names": [[job["TransformJobName"] for job in page] for page in found],
        "failed": [(job["TransformJobName"], job["TransformJobStatus"], job["FailureReason"]) for job in failed],
    }


def tags(arn):
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "menus"}, {"Key": "stage", "Value": "test"}])
    both = sagemaker.list_tags(ResourceArn=arn)["Tags"]
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["team"])
    return [sorted(tag["Key"] for tag in both), sagemaker.list_tags(ResourceArn=arn)["Tags"]]


def errors():
    """Code and message of what the service refuses, by what was wrong."""
    refused = {
        "unknown job": lambda: describe("nothing"),
        "unknown model": lambda: sagemaker.describe_model(ModelName=name("nothing")),
        "job of an unknown model": lambda: create("no-model", model="nothing"),
        "duplicate job": lambda: create("good"),
        "duplicate model": lambda: sagemaker.create_model(**create_model("model")),
        "name against the pattern": lambda: create("bad_name!"),
        "value outside the enum": lambda: create("enum", BatchStrategy="ManyRecords"),
        "more than 100 MB at once": lambda: create("large", MaxPayloadInMB=60, MaxConcurrentTransforms=2),
        "no objects": lambda: create("empty", source="none"),
        "stop of a finished job": lambda: sagemaker.stop_transform_job(TransformJobName=name("good")),
        "unknown log group": lambda: logs.describe_log_streams(logGroupName="/aws/sagemaker/Nothing"),
    }
    found = {what: error_of(call, ClientError) for what, call in refused.items()}
    sagemaker.delete_model(ModelName=name("slow"))
    found["deleted model"] = error_of(lambda: sagemaker.describe_model(ModelName=name("slow")), ClientError)
    return found


def create(what, model="model", source="good", **more):
    sagemaker.create_transform_job(**create_transform_job(what, model, source, **more))


def error_of(call, kind):
    try:
        call()
    except kind as error:
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else kind.__name__
        return [code, str(error)]
    return ["nothing was raised", ""]


main()
