"""Airflow's SageMakerTransformOperator alone, in the classic mode: no database, no scheduler."""

from types import SimpleNamespace

from airflow.exceptions import AirflowException
from airflow.providers.amazon.aws.operators.sagemaker import SageMakerTransformOperator

from given import create_model, create_transform_job, name, report


def main():
    good = run("good")
    again = run("good")  # as a retried task: the names are taken, so new ones are made
    report(
        good=[good["Transform"]["TransformJobName"], good["Transform"]["TransformJobStatus"], good["Model"]["ModelName"]],
        again=[again["Transform"]["TransformJobName"], again["Model"]["ModelName"]],
        bad=failure(lambda: run("bad")),
        expected=[name("good"), name("model-good")],
    )


def run(what):
    model = f"model-{what}"
    operator = SageMakerTransformOperator(
        task_id=what,
        aws_conn_id="sagemaker_local",
        check_interval=1,
        config={
            "Model": create_model(model),
            # Numbers may be texts here, as templates leave them.
            "Transform": create_transform_job(what, model, what, MaxPayloadInMB="6", MaxConcurrentTransforms="2"),
        },
    )
    task = SimpleNamespace(xcom_push=lambda *arguments, **named: None)
    return operator.execute({"ti": task, "task_instance": task})


def failure(call):
    try:
        call()
    except AirflowException as error:
        return str(error)
    return "nothing was raised"


main()
