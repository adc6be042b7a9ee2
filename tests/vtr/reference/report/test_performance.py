"""The rate as the seller performance report has it, against that report's schema as its documentation states it."""

from datetime import date
from typing import Any

import jsonschema
import pytest

from vtr.reference.report.performance import performance_report
from vtr.reference.report.report import Rate, Status

# Written from what Amazon's schema of 2020-11-18 says of validTrackingRate: all keys needed, their types and enums.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["performanceMetrics"],
    "properties": {
        "performanceMetrics": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "marketplaceId": {"type": "string"},
                    "validTrackingRate": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": [
                            "reportingDateRange",
                            "shipmentCount",
                            "validTrackingCount",
                            "status",
                            "rate",
                            "targetValue",
                            "targetCondition",
                        ],
                        "properties": {
                            "reportingDateRange": {
                                "type": "object",
                                "required": ["reportingDateFrom", "reportingDateTo"],
                                "properties": {
                                    "reportingDateFrom": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT00:00Z$"},
                                    "reportingDateTo": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT23:59Z$"},
                                },
                            },
                            "shipmentCount": {"type": "integer"},
                            "validTrackingCount": {"type": "integer"},
                            "status": {"enum": ["GOOD", "BAD", "NONE"]},
                            "rate": {"type": "number"},
                            "targetValue": {"type": "number"},
                            "targetCondition": {"enum": ["GREATER_THAN", "LESS_THAN", "EQUALS"]},
                        },
                    },
                },
            },
        }
    },
}
WINDOW = (date(2026, 2, 16), date(2026, 3, 17))


def overall(counted: int, valid: int, rate: float | None, status: Status) -> Rate:
    return Rate(None, counted + 3, 2, 1, counted, valid, rate, status)


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        (overall(200, 190, 0.95, "GOOD"), (200, 190, 0.95, "GOOD")),
        (overall(200, 189, 0.945, "BAD"), (200, 189, 0.945, "BAD")),
        (overall(0, 0, None, "NONE"), (0, 0, 0.0, "NONE")),
    ],
)
def test_the_overall_rate_is_told_as_the_schema_has_it(rate: Rate, shown: tuple[int, int, float, str]) -> None:
    report = performance_report(rate, WINDOW, 0.95, "US")
    jsonschema.validate(report, SCHEMA)
    (metrics,) = report["performanceMetrics"]
    told = metrics["validTrackingRate"]
    assert metrics["marketplaceId"] == "ATVPDKIKX0DER"
    assert (told["shipmentCount"], told["validTrackingCount"], told["rate"], told["status"]) == shown
    assert (told["targetValue"], told["targetCondition"]) == (0.95, "GREATER_THAN")


def test_the_range_is_the_window_in_utc_both_days_included() -> None:
    (metrics,) = performance_report(overall(1, 1, 1.0, "GOOD"), WINDOW, 0.95, "US")["performanceMetrics"]
    assert metrics["validTrackingRate"]["reportingDateRange"] == {
        "reportingDateFrom": "2026-02-16T00:00Z",
        "reportingDateTo": "2026-03-17T23:59Z",
    }


def test_a_marketplace_without_a_known_id_has_none() -> None:
    report = performance_report(overall(1, 1, 1.0, "GOOD"), WINDOW, 0.95, "Mars")
    jsonschema.validate(report, SCHEMA)
    assert list(report["performanceMetrics"][0]) == ["validTrackingRate"]
