"""Tests anything that computes Amazon's Valid Tracking Rate; this is its public page.

    from vtr import check
    report = check(orders, confirmations, endpoints, as_of=datetime(2026, 4, 1, tzinfo=UTC))

`check` is the reference validator: it queries the carriers, decides by the rules of a profile, and never turns a
carrier that did not answer into "no scan". `validate` is the same behind the validator protocol. A name is loaded when
it is first used, because `vtr --help` must be quick.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from vtr import defaults
from vtr.reference.errors import EndpointError, InputError, ProfileError, VtrError

if TYPE_CHECKING:
    from vtr.reference.clients.endpoints import Endpoints
    from vtr.reference.protocol import validate
    from vtr.reference.records import Order, Submission
    from vtr.reference.report.report import Report

__all__ = [
    "EndpointError",
    "Endpoints",
    "InputError",
    "Order",
    "ProfileError",
    "Report",
    "Submission",
    "VtrError",
    "check",
    "validate",
]


def check(
    orders: "Iterable[Order]",
    confirmations: "Iterable[Submission]",
    endpoints: "Endpoints",
    profile: str | Path = defaults.PROFILE,
    *,
    as_of: datetime,
    wait: Callable[[float], None] | None = None,
    at_once: bool = False,
    explain: bool = False,
) -> "Report":
    """Make the report of an instant, after querying the carriers for the numbers that matter.

    orders, confirmations: in any order.
    endpoints: where the carriers answer, and the credentials.
    profile: the name of a bundled one, or the path of a file.
    as_of: the instant (aware).
    wait: how to let seconds pass between retries; time.sleep by default.
    at_once: query the carriers at the same time, each from a thread of its own; not where time is simulated.
    explain: give in `Report.explanations` the grounds for the verdict on each package.
    Raises VtrError for input that cannot be used; packages whose carrier did not answer are in `Report.unanswered`.
    """
    from vtr.reference import checking  # noqa: PLC0415 (loads DuckDB, Arrow and requests)

    asking = checking.QueryOptions(wait or sleep, at_once=at_once)
    return checking.check(orders, confirmations, endpoints, profile, as_of=as_of, asking=asking, explain=explain)


if not TYPE_CHECKING:  # or a type checker would accept any name
    _HOMES = {
        "Endpoints": "vtr.reference.clients.endpoints",
        "Order": "vtr.reference.records",
        "Report": "vtr.reference.report.report",
        "Submission": "vtr.reference.records",
        "validate": "vtr.reference.protocol",
    }

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(home), name)
