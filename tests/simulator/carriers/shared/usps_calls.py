"""Calls to USPS's Tracking 3.0."""

from typing import Any

from sample_parcels import USPS_NUMBER

from simulator.carriers.usps import CARRIER
from simulator.exchange import Request, Response

HOST = CARRIER.hosts[0]


def track(
    usps: Any,  # noqa: ANN401 (a StubView)
    number: str = USPS_NUMBER,
    *,
    token: str | None = None,
    **query: str,
) -> Response:
    headers = {"authorization": f"Bearer {usps.issue_token(60) if token is None else token}"}
    pairs = tuple(({"expand": "DETAIL"} | query).items())
    answer: Response = usps.ask(Request("GET", HOST, f"/tracking/v3/tracking/{number}", pairs, headers))
    return answer
