"""The transform job of the SageMaker SDK's local mode (2.257.7), unmodified, against a container that runs already.

    local_mode.py [URL REQUEST]…     each a CreateTransformJob request as JSON, with file:// URIs

Only Docker is taken out: no container is started, and a job goes to its URL (the SDK asks `docker info` for the host of
every request, which is left out in its favour). Prints one JSON line a request: the job's status, or the error that ended
it, and the seconds that `_perform_batch_inference` took.
"""

import json
import sys
import time
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import urlparse

# The SDK logs to standard output.
results, sys.stdout = sys.stdout, sys.stderr

from sagemaker.local import entities
from sagemaker.local.local_session import LocalSagemakerRuntimeClient


def main(*arguments):
    for url, request in zip(arguments[::2], arguments[1::2]):
        print(json.dumps(run(json.loads(request), urlparse(url))), file=results, flush=True)


class NoContainer:
    def __init__(self, *arguments):
        pass

    def serve(self, model, environment):
        pass

    def stop_serving(self):
        pass


def run(request, url):
    config = {"local": {"serving_port": url.port}}
    model = {"Image": "none", "ModelDataUrl": "none", "Environment": {}}
    session = SimpleNamespace(
        config=config,
        sagemaker_client=SimpleNamespace(describe_model=lambda name: {"PrimaryContainer": model}),
        sagemaker_runtime_client=LocalSagemakerRuntimeClient(config),
    )
    job = entities._LocalTransformJob("job", "model", session)
    perform, seconds = job._perform_batch_inference, None

    def timed(*arguments, **named):
        nonlocal seconds
        start = time.perf_counter()
        perform(*arguments, **named)
        seconds = time.perf_counter() - start

    job._perform_batch_inference = timed
    more = {key: value for key, value in request.items() if key not in ("TransformJobName", "ModelName")}
    source, target, resources = (more.pop(f"Transform{what}") for what in ("Input", "Output", "Resources"))
    try:
        with (
            patch("sagemaker.local.entities.get_docker_host", return_value=url.hostname),
            patch("sagemaker.local.local_session.get_docker_host", return_value=url.hostname),
            patch("sagemaker.local.entities._SageMakerContainer", NoContainer),
        ):
            job.start(source, target, resources, **more)
    except Exception as error:
        return {"status": None, "error": f"{type(error).__name__}: {error}"}
    return {"status": job.describe()["TransformJobStatus"], "seconds": seconds}


main(*sys.argv[1:])
