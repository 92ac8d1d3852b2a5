"""Says what botocore's models of the APIs have against requests: members, types, lengths, enumerations, patterns.

botocore's own validator checks the first two, and the least length; the rest is in its models and is checked here.
"""

import functools
import json
import re
import sys

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError
from botocore.validate import ParamValidator

session = botocore.session.get_session()


@functools.cache
def service_model(service):
    return session.get_service_model(service)


def complaints_of(request):
    where = f"{request['service']}.{request['operation']}"
    try:
        model = service_model(request["service"])
        shape = model.operation_model(request["operation"]).input_shape
    except (UnknownServiceError, OperationNotFoundError):
        return [f"{where}: there is no such operation"]
    body = request["body"]
    if shape is None:
        return [f"{where}: takes no members, received {', '.join(body)}"] if body else []
    if model.protocol == "query":
        body = typed(shape, body)
    report = ParamValidator().validate(body, shape)
    said = report.generate_report().splitlines() if report.has_errors() else []
    return [f"{where}: {each}" for each in [*said, *constraints(shape, body, "")]]


def typed(shape, value):
    """What a form says in text alone."""
    match shape.type_name, value:
        case "structure", dict():
            return {name: typed(shape.members[name], each) if name in shape.members else each for name, each in value.items()}
        case "list", list():
            return [typed(shape.member, each) for each in value]
        case ("integer" | "long"), str() if value.lstrip("-").isdigit():
            return int(value)
        case "boolean", ("true" | "false"):
            return value == "true"
    return value


def constraints(shape, value, path):
    """Of values of the right type; the validator has spoken of the others."""
    match shape.type_name, value:
        case "structure", dict():
            for name, each in value.items():
                if name in shape.members:
                    yield from constraints(shape.members[name], each, f"{path}.{name}")
        case "list", list():
            yield from at_most(shape, len(value), "items", path)
            for index, each in enumerate(value):
                yield from constraints(shape.member, each, f"{path}[{index}]")
        case "map", dict():
            yield from at_most(shape, len(value), "entries", path)
            for key, each in value.items():
                yield from constraints(shape.key, key, f"{path} (key: {key})")
                yield from constraints(shape.value, each, f"{path}.{key}")
        case "string", str():
            yield from at_most(shape, len(value), "characters", path)
            yield from text_constraints(shape, value, path)
        case ("integer" | "long" | "float" | "double"), int() | float():
            yield from at_most(shape, value, "", path)


def at_most(shape, size, unit, path):
    if size > shape.metadata.get("max", size):
        yield f"{path}: {f'{size} {unit}'.strip()}, more than {shape.metadata['max']}"


def text_constraints(shape, value, path):
    # A shape with an enumeration is a string with an `enum` attribute, not metadata.
    allowed = getattr(shape, "enum", None)
    if allowed and value not in allowed:
        yield f"{path}: {value!r} is none of {', '.join(allowed[:10])}"
    pattern = shape.metadata.get("pattern")
    if pattern and not matches(pattern, value):
        yield f"{path}: {value!r} does not match {pattern}"


# Java's classes of characters, which Python's `re` lacks; these let a little more through.
classes = {"\\p{L}": "\\w", "\\p{M}": "\\w", "\\p{N}": "\\d", "\\p{Z}": "\\s", "\\p{Alnum}": "a-zA-Z0-9"}


def matches(pattern, value):
    for java, python in classes.items():
        pattern = pattern.replace(java, python)
    try:
        return re.fullmatch(pattern, value)
    except re.error:
        return True  # a dozen patterns of shapes that a launch has not to do with


with open(json.loads(sys.argv[1])["file"], encoding="utf-8") as file:
    requests = json.load(file)
print("REPORT " + json.dumps([each for request in requests for each in complaints_of(request)]))
