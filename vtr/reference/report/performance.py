"""The rate in the format of Amazon's seller performance report (GET_V2_SELLER_PERFORMANCE_REPORT).

Its schema of 2020-11-18 (A) has, by marketplace, an object `validTrackingRate`: one window, no categories. Only that
object is written, at its place in the report; the other metrics are not known here.

Choices (X): the range is the window's promised delivery dates, from 00:00 of the first to 23:59 of the last in UTC, in
the form of the schema's sample. When nothing is counted, rate is 0, because the schema requires a number; the status
NONE shows it. The status follows the profile's target, whatever targetCondition says: the schema has GREATER_THAN but
no "at least".
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from vtr.reference.report.report import Rate

# The id of the US is that of the schema's own sample (A), Japan's is in other programs (C), the rest is D.
_MARKETPLACE_IDS: Mapping[str, str] = MappingProxyType(
    {
        "US": "ATVPDKIKX0DER",
        "CA": "A2EUQ1WTGCTBG2",
        "MX": "A1AM78C64UM0Y8",
        "UK": "A1F83G8C2ARO7P",
        "DE": "A1PA6795UKMFR9",
        "JP": "A1VC38T7YXB528",
    }
)


def performance_report(overall: Rate, window: tuple[date, date], target: float, marketplace: str) -> dict[str, Any]:
    """The report with `validTrackingRate` alone, as JSON values.

    window: first and last promised delivery date. target: a fraction. marketplace: as profiles name it; without a
    known id, marketplaceId is left out.
    """
    start, end = window
    identified = {"marketplaceId": _MARKETPLACE_IDS[marketplace]} if marketplace in _MARKETPLACE_IDS else {}
    rate = {
        "reportingDateRange": {
            "reportingDateFrom": f"{start.isoformat()}T00:00Z",
            "reportingDateTo": f"{end.isoformat()}T23:59Z",
        },
        "shipmentCount": overall.counted,
        "validTrackingCount": overall.valid,
        "status": overall.status,
        "rate": 0.0 if overall.rate is None else overall.rate,
        "targetValue": target,
        "targetCondition": "GREATER_THAN",
    }
    return {"performanceMetrics": [{**identified, "validTrackingRate": rate}]}
