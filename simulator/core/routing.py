"""From a request to one of a carrier's operations; and what to say when there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import unquote

from simulator.carriers.common.carrier import Carrier, Operation
from simulator.exchange import Request


@dataclass(frozen=True, slots=True)
class Found:
    """The operation that a request means, and the parameters of its path."""

    operation: Operation
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Missed:
    """A request that means no operation. hint: what was asked, what is closest, and what differs."""

    wrong_method: bool
    hint: str


def find(carrier: Carrier, request: Request) -> Found | Missed:
    """The operation of a carrier that a request means."""
    others = []
    for operation in carrier.operations:
        parameters = _match(operation.path, request.path)
        if parameters is None:
            continue
        if operation.method == request.method:
            return Found(operation, parameters)
        others.append(operation)
    asked = f"no {carrier.name} route for {request.method} {request.path}"
    if others:
        return Missed(wrong_method=True, hint=f"{asked}; closest: {others[0].method} {others[0].path} (method differs)")
    closest = max(carrier.operations, key=lambda operation: SequenceMatcher(None, operation.path, request.path).ratio())
    return Missed(wrong_method=False, hint=f"{asked}; closest: {closest.method} {closest.path} (path differs)")


def _match(pattern: str, path: str) -> dict[str, str] | None:
    wanted, given = pattern.split("/"), path.split("/")
    if len(wanted) != len(given):
        return None
    parameters = {}
    for want, got in zip(wanted, given, strict=True):
        if want.startswith("{"):
            if not got:
                return None
            parameters[want[1:-1]] = unquote(got)
        elif want != got:
            return None
    return parameters
