"""The validator protocol, version 1: a request as JSON values in; rows, rates, and the packages left out, back.

The harness sends the same requests to every validator under test; this is how the reference answers them. A request
that is not of the protocol is refused with the place of the mistake, so that a bug of a harness is not taken for a
verdict.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vtr.reference.checking import QueryOptions, check
from vtr.reference.clients.endpoints import Endpoints, from_block
from vtr.reference.errors import InputError
from vtr.reference.instants import read_instant
from vtr.reference.records import Order, Submission, orders_from, submissions_from
from vtr.reference.report.report import Report
from vtr.reference.rules.profile import DEFAULT_PROFILE

VERSION = 1

_NEEDED = ("protocol", "as_of", "orders", "packages", "carriers")


def validate(
    request: Mapping[str, Any], *, wait: Callable[[float], None] = time.sleep, explain: bool = False
) -> dict[str, Any]:
    """Answer a request of the protocol: rows, rates, unanswered, excluded, as JSON values.

    wait: lets seconds pass between retries. explain: give each package the key `explanation`. Without `profile`, the
    default profile is used. Unknown keys are additions of another version and are ignored. Raises VtrError for a
    request that is not of the protocol, or that holds what cannot be used.
    """
    return report_of(request, wait=wait, explain=explain).as_json()


def report_of(
    request: Mapping[str, Any], *, wait: Callable[[float], None] = time.sleep, explain: bool = False
) -> Report:
    """The report that a request of the protocol asks for; arguments and errors as of `validate`."""
    parsed = read_request(request)
    return check(
        parsed.orders,
        parsed.submissions,
        parsed.endpoints,
        parsed.profile,
        as_of=parsed.as_of,
        asking=QueryOptions(wait),
        explain=explain,
    )


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """The content of a request.

    profile: a name or a file.
    as_of: in UTC.
    """

    orders: tuple[Order, ...]
    submissions: tuple[Submission, ...]
    endpoints: Endpoints
    profile: str
    as_of: datetime


def read_request(request: Mapping[str, Any]) -> ParsedRequest:
    """Parse a request of the protocol. Raises VtrError as `validate` does."""
    _check_shape(request)
    orders = orders_from(_objects(request, "orders"))
    submissions = submissions_from(_objects(request, "packages"))
    carriers = request["carriers"]
    if not isinstance(carriers, Mapping):
        raise InputError("request: 'carriers' must be an object with one entry a carrier")
    profile = request.get("profile", DEFAULT_PROFILE)
    if not isinstance(profile, str):
        raise InputError(f"request: 'profile' must be text, not {profile!r}")
    as_of = request["as_of"]
    if not isinstance(as_of, str):
        raise InputError(f"request: 'as_of' must be text, not {as_of!r}")
    instant = read_instant(as_of, "request: 'as_of'")
    return ParsedRequest(tuple(orders), tuple(submissions), from_block(carriers), profile, instant)


def _check_shape(request: Mapping[str, Any]) -> None:
    if not isinstance(request, Mapping):
        raise InputError(f"request: expected an object with {', '.join(_NEEDED)}, got {type(request).__name__}")
    version = request.get("protocol")
    if isinstance(version, bool) or version != VERSION:
        shown = "no version" if "protocol" not in request else f"version {version!r}"
        raise InputError(f"request: {shown} of the validator protocol; this validator speaks version {VERSION}")
    missing = [key for key in _NEEDED if key not in request]
    if missing:
        raise InputError(f"request: missing {', '.join(missing)}")


def _objects(request: Mapping[str, Any], key: str) -> Sequence[Mapping[str, object]]:
    value = request[key]
    if not isinstance(value, list | tuple):
        raise InputError(f"request: '{key}' must be a list of objects, not {type(value).__name__}")
    return value
