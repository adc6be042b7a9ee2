"""What the journal reads from an answer."""

import pytest

from simulator import Response
from simulator.core.journal import retry_after_seconds

DATE = ("date", "Mon, 02 Mar 2026 12:00:00 GMT")


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, (("retry-after", "30"),), 30.0),
        (503, (DATE, ("retry-after", "Mon, 02 Mar 2026 12:01:00 GMT")), 60.0),
        (503, (("retry-after", "Mon, 02 Mar 2026 12:01:00 GMT"),), None),  # there is nothing to count from
        (429, (("retry-after", "soon"),), None),
        (429, (), None),
        (200, (("retry-after", "30"),), None),
    ],
)
def test_retry_after_is_read_in_seconds(
    status: int, headers: tuple[tuple[str, str], ...], seconds: float | None
) -> None:
    assert retry_after_seconds(Response(status, headers)) == seconds
