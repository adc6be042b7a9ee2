"""The reference validator's explanation of a story in which a validator's report was not as expected.

The reader of a failure wants to know which side is right, and by which rule. The reference validator can judge the same
request whatever the validator under test is. Its opinion decides nothing: a scenario's expectation does.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

_EVENTS = 3  # shown of a number; a failure should fit on a screen


def explanations(request: Mapping[str, Any], *, wait: Callable[[float], None]) -> dict[str, tuple[str, ...]]:
    """The lines about each package of a request, by order id and package ("114-1/1"), or by order id without one.

    wait: how to let seconds pass.
    Empty when the reference validator cannot judge the request.
    """
    from vtr.reference.errors import VtrError  # noqa: PLC0415 (only for runs that fail)
    from vtr.reference.protocol import report_of  # noqa: PLC0415 (loads DuckDB, which a run that passes may not need)

    try:
        report = report_of(request, wait=wait, explain=True)
    except VtrError:
        return {}
    return {
        order_id if package is None else f"{order_id}/{package}": tuple(explanation.lines(_EVENTS))
        for (order_id, package), explanation in report.explanations.items()
    }


def lines_about(keys: Collection[str], explained: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The lines about the keys of differences, or about all packages of an order where a key names the order alone."""
    for package, lines in explained.items():
        if any(key in {package, package.partition("/")[0]} or key.startswith(f"{package}/") for key in keys):
            yield from lines
