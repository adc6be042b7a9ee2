"""The rate as Amazon's seller performance report gives it (GET_V2_SELLER_PERFORMANCE_REPORT), for readers of that.

Its schema of 2020-11-18 (A) has, by marketplace, an object `validTrackingRate`: one window, no categories. Only that
object is written, where the report has it; the other metrics are not ours to tell.

Choices (X): the range is the window's promised delivery dates, from 00:00 of the first to 23:59 of the last in UTC, as
the schema's sample writes them. When nothing is counted, rate is 0, because the schema wants a number; the status NONE
tells. The status is that of the profile's target, whatever targetCondition says: the schema knows GREATER_THAN and no
"at least".
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from vtr.reference.report.report import Rate

# The id of the US is that of the schema's own sample (A), Japan's stands in others' programs (C), the rest is D.
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

    window: first and last promised delivery date. target: a fraction. marketplace: as profiles name it; of one whose id
    is not known here, marketplaceId is left out.
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
