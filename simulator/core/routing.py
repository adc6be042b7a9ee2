"""Finds the operation of a carrier that a request calls, or explains why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import unquote

from simulator.carriers.common.carrier import Carrier, Operation
from simulator.exchange import Request


@dataclass(frozen=True, slots=True)
class Found:
    """The operation that a request calls, and the parameters of its path (decoded)."""

    operation: Operation
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Missed:
    """A request that calls no operation.

    wrong_method: whether only its method is wrong.
    hint: the request, the closest operation, and the difference between them.
    """

    wrong_method: bool
    hint: str


def find(carrier: Carrier, request: Request) -> Found | Missed:
    """The operation of a carrier that a request calls."""
    other_methods = []
    for operation in carrier.operations:
        parameters = _match(operation.path, request.path)
        if parameters is None:
            continue
        if operation.method == request.method:
            return Found(operation, parameters)
        other_methods.append(operation)
    problem = f"no {carrier.name} route for {request.method} {request.path}"
    if other_methods:
        closest = other_methods[0]
        return Missed(wrong_method=True, hint=f"{problem}; closest: {closest.method} {closest.path} (method differs)")
    closest = max(carrier.operations, key=lambda operation: SequenceMatcher(None, operation.path, request.path).ratio())
    return Missed(wrong_method=False, hint=f"{problem}; closest: {closest.method} {closest.path} (path differs)")


def _match(pattern: str, path: str) -> dict[str, str] | None:
    """The parameters of a path that a pattern matches; None where it doesn't."""
    pattern_parts, path_parts = pattern.split("/"), path.split("/")
    if len(pattern_parts) != len(path_parts):
        return None
    parameters = {}
    for expected, actual in zip(pattern_parts, path_parts, strict=True):
        if expected.startswith("{"):
            if not actual:
                return None
            parameters[expected[1:-1]] = unquote(actual)
        elif expected != actual:
            return None
    return parameters
