"""The reference validator of Amazon's Valid Tracking Rate: orders and ship confirmations in, the report out.

    from vtr import check
    report = check(orders, confirmations, endpoints, as_of=datetime(2026, 4, 1, tzinfo=UTC))

It asks the carriers (or reads scans collected before), decides by the rules of a profile, and never turns a carrier
that did not answer into "no scan". Nothing heavy is imported before it is used: `vtr --help` must be quick.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vtr.errors import EndpointError, InputError, ProfileError, VtrError

if TYPE_CHECKING:
    from vtr.endpoints import Endpoints
    from vtr.records import Order, Submission
    from vtr.report import Report

__all__ = ["EndpointError", "InputError", "ProfileError", "VtrError", "check"]


def check(
    orders: "Iterable[Order]",
    confirmations: "Iterable[Submission]",
    endpoints: "Endpoints",
    profile: str | Path = "us-2019",
    *,
    as_of: datetime,
    wait: Callable[[float], None] | None = None,
    at_once: bool = False,
    explain: bool = False,
) -> "Report":
    """The report at an instant (aware), after asking the carriers about the numbers that matter.

    orders, confirmations: values of `vtr.records`, in any order. endpoints: see `vtr.endpoints`. profile: the name of a
    bundled one, or the path of a file. wait: how to let seconds pass between retries, time.sleep by default. at_once:
    ask the carriers at the same time, each from a thread of its own; not where time is simulated. explain: tell in
    `Report.explanations` why each package got what it got. Raises VtrError for what cannot be used; packages whose
    carrier did not answer are listed in `Report.unanswered`.
    """
    import time  # noqa: PLC0415 (beside the next)

    from vtr import checking  # noqa: PLC0415 (loads DuckDB, Arrow and requests)

    asking = checking.Asking(wait or time.sleep, at_once=at_once)
    return checking.check(orders, confirmations, endpoints, profile, as_of=as_of, asking=asking, explain=explain)
