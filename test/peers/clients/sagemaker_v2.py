"""The SageMaker SDK v2: Model, Transformer.transform with its logs, attach, stop, and a job that fails."""

import contextlib
import io

from sagemaker import Session
from sagemaker.exceptions import UnexpectedStatusException
from sagemaker.model import Model
from sagemaker.transformer import Transformer

from given import given, name, report

session = Session(default_bucket=given["bucket"])


def main():
    model("model").create(instance_type="ml.m5.large")
    transformer = transformer_of("model")  # makes the model again, and takes it well that it is there
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        run(transformer, "good")
    report(
        said=said.getvalue(),
        attached=attached("good"),
        failed=failure(lambda: run(transformer_of("model"), "bad")),
        failedWithoutLogs=failure(lambda: run(transformer_of("model"), "bad-quietly", "bad", logs=False)),
        stopped=stopped(),
    )


def model(what):
    return Model(
        image_uri=given["image"],
        model_data=given["models"][what],
        role=given["role"],
        name=name(what),
        sagemaker_session=session,
    )


def transformer_of(what, **more):
    return model(what).transformer(
        instance_count=1,
        instance_type="ml.m5.large",
        accept="application/jsonlines",
        assemble_with="Line",
        output_path=f"{given['output']}/{given['client']}",
        **more,
    )


def run(transformer, job, source=None, **more):
    data = given["inputs"][source or job]
    transformer.transform(data, content_type="application/jsonlines", split_type="Line", job_name=name(job), **more)


def attached(job):
    transformer = Transformer.attach(name(job), session)
    transformer.wait(logs=False)
    return [transformer.model_name, transformer.output_path, transformer.instance_count, transformer.assemble_with]


def failure(call):
    try:
        call()
    except UnexpectedStatusException as error:
        return [error.actual_status, str(error)]
    return ["nothing was raised", ""]


def stopped():
    transformer = transformer_of("slow", strategy="SingleRecord")
    run(transformer, "stop", "slow", wait=False)
    transformer.stop_transform_job(wait=True)
    return session.sagemaker_client.describe_transform_job(TransformJobName=name("stop"))["TransformJobStatus"]


main()
