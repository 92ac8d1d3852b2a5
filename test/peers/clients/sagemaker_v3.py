"""The SageMaker SDK v3 (sagemaker-core): resources and their states."""

import time

from sagemaker.core.resources import Model, TransformJob
from sagemaker.core.shapes import (
    ContainerDefinition,
    TransformDataSource,
    TransformInput,
    TransformOutput,
    TransformResources,
    TransformS3DataSource,
)
from sagemaker.core.utils.exceptions import FailedStatusError

from given import given, name, report


def main():
    model = create_model("model")
    good = create_job("good", "model", "good")
    good.wait(poll=1, logs=True)
    bad = create_job("bad", "model", "bad")
    failed = failure(lambda: bad.wait(poll=1))
    create_model("slow")
    stop = create_job("stop", "slow", "slow", batch_strategy="SingleRecord")
    time.sleep(2)
    stop.stop()
    stop.wait(poll=1)
    report(
        model=[model.model_name, model.model_arn],
        good=[good.transform_job_name, good.transform_job_status, good.transform_output.s3_output_path],
        failed=failed,
        stopped=stop.transform_job_status,
        all=sorted(job.transform_job_name for job in TransformJob.get_all(name_contains=name(""))),
        found=TransformJob.get(transform_job_name=name("good")).transform_resources.instance_count,
    )


def create_model(what):
    return Model.create(
        model_name=name(what),
        primary_container=ContainerDefinition(image=given["image"], model_data_url=given["models"][what]),
        execution_role_arn=given["role"],
    )


def create_job(what, model, source, **more):
    data = TransformS3DataSource(s3_data_type="S3Prefix", s3_uri=given["inputs"][source])
    return TransformJob.create(
        transform_job_name=name(what),
        model_name=name(model),
        transform_input=TransformInput(
            data_source=TransformDataSource(s3_data_source=data),
            content_type="application/jsonlines",
            split_type="Line",
        ),
        transform_output=TransformOutput(
            s3_output_path=f"{given['output']}/{given['client']}",
            accept="application/jsonlines",
            assemble_with="Line",
        ),
        transform_resources=TransformResources(instance_type="ml.m5.large", instance_count=1),
        **more,
    )


def failure(call):
    try:
        call()
    except FailedStatusError as error:
        return str(error)
    return "nothing was raised"


main()
