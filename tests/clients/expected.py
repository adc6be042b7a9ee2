"""The clients that are tried, what each must report of each parcel, and their known errors.

Right reports are written by hand, from the parcels' histories (`parcels.py`) and the carriers' codes: eight scans of a
parcel delivered within the country, ten of one that also passed customs, five of a moving one, one of a label; and
what the carrier answers about an unknown number. A client that passes on the carrier's own words must report those,
karrio its own (`delivered`, `in_transit`, `pending`).

A known error is the complete report of the client instead, with the place in its pinned version: one that is gone
fails as well, so that this list stays true.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import parcels

Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class KnownError:
    """What a client reports where it errs, and why the error is its own."""

    report: Report
    why: str


@dataclass(frozen=True, slots=True)
class Client:
    """A client at one carrier.

    packages: the tried version of each package; the first is the client itself.
    connector: the carrier's name for a driver for several carriers.
    reports: the right one for each parcel.
    errs: known errors, by parcel (of `reports`), or by another way to query that only the driver knows.
    """

    name: str
    registry: str  # pypi or npm
    packages: Mapping[str, str]
    driver: str
    carrier: str
    reports: Mapping[str, Report]
    connector: str = ""
    errs: Mapping[str, KnownError] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The pinned version of the client itself."""
        return next(iter(self.packages.values()))


def _reports(carrier: str, rows: Mapping[str, tuple[str, int, str]], unknown: Report) -> dict[str, Report]:
    """The right reports, from status, number of events and the code of the last one, with the parcel's number."""
    reports = {parcel: _report(carrier, parcel, *row) for parcel, row in rows.items()}
    return reports | {"unknown": unknown}


def _report(carrier: str, parcel: str, status: str, events: int, last: str) -> Report:
    number = parcels.NUMBERS[carrier][parcel]
    return {"number": number, "status": status, "events": events, "last": last}


def _karrio(
    connector: str,
    carrier: str,
    last_events: tuple[str, str, str],
    scans: int,
    unknown: str,
    errs: Mapping[str, KnownError] = MappingProxyType({}),
) -> Client:
    """A connector of karrio's: its carrier's codes of the last event of each parcel, and of an unknown number."""
    delivered, moving, label = last_events
    right = {
        "delivered": _report(carrier, "delivered", "delivered", scans, delivered) | {"delivered": True},
        "moving": _report(carrier, "moving", "in_transit", 5, moving) | {"delivered": False},
        "label only": _report(carrier, "label only", "pending", 1, label) | {"delivered": False},
        "unknown": {"codes": [unknown]},
    }
    return Client(
        f"karrio {connector}",
        "pypi",
        {f"karrio-{connector.replace('_', '-')}": "2026.1.32", "karrio": "2026.1.32"},
        "ask_karrio.py",
        carrier,
        right | {"delivered, test mode": right["delivered"]},
        connector,
        errs,
    )


def _moving_for_karrio(carrier: str, parcel: str, events: int, last: str) -> Report:
    """What karrio reports of a parcel that it takes for one on its way."""
    return _report(carrier, parcel, "in_transit", events, last) | {"delivered": False}


_NO_STATUS_OF_A_LABEL = "knows no status of a label, and takes what it doesn't know for in_transit"
_FIRST_FOR_LATEST = (
    "karrio/providers/mydhl/tracking.py:33 takes the first event for the latest, but MyDHL's order is oldest first (A, "
    "B); and units.py:308 doesn't know DUMMY_PU, so all that is seen of any parcel is in_transit"
)
_UPS = _reports(
    "ups",
    {"delivered": ("D", 8, "FS"), "moving": ("I", 5, "DP"), "label only": ("M", 1, "MP")},
    {"warning": "TW0001"},
)
_USPS_ROWS = {
    "delivered": ("Delivered", 8, "01"),
    "moving": ("Moving Through Network", 5, "T1"),
    "label only": ("Pre-Shipment", 1, "GX"),
}
_FEDEX = _reports(
    "fedex",
    {"delivered": ("DL", 8, "DL"), "moving": ("DP", 5, "DP"), "label only": ("OC", 1, "OC")},
    {"error": "TRACKING.TRACKINGNUMBER.NOTFOUND"},
)
_FEDEX_DATES = {
    "delivered": {
        "status": "Delivered",
        "picked up": "2026-03-14T13:00:00-05:00",
        "delivered": "2026-03-17T12:00:00-06:00",
        "to": "DENVER",
    },
    "moving": {"status": "In transit", "picked up": "2026-03-19T01:00:00-05:00", "delivered": "", "to": "DENVER"},
    "label only": {"status": "Label created", "picked up": "", "delivered": "", "to": "DENVER"},
}
_HTTP_ERROR = {"@stores.com/http-error": "1.2.0"}  # not every mirror keeps older ones; it only words refusals

CLIENTS = (
    _karrio("ups", "ups", ("FS", "DP", "MP"), 8, "TW0001"),
    _karrio(
        "usps",
        "usps",
        ("01", "T1", "GX"),
        8,
        "150002",
        {
            "moving": KnownError(
                {"codes": ["SHIPPING_SDK_INTERNAL_ERROR"]},
                "karrio/providers/usps/tracking.py:114 demands a Z of expectedDeliveryTimeStamp, which live answers "
                "don't have (B); lines 105 to 107 take both",
            ),
            "label only": KnownError(
                _moving_for_karrio("usps", "label only", 1, "GX"),
                f"karrio/providers/usps/units.py:302 and tracking.py:53: {_NO_STATUS_OF_A_LABEL}",
            ),
        },
    ),
    _karrio("fedex", "fedex", ("DL", "DP", "OC"), 8, "TRACKING.TRACKINGNUMBER.NOTFOUND"),
    _karrio(
        "dhl_universal",
        "dhl",
        ("delivered", "transit", "pre-transit"),
        10,
        "404",
        {
            "label only": KnownError(
                _moving_for_karrio("dhl", "label only", 1, "pre-transit"),
                f"karrio/providers/dhl_universal/units.py:5 and tracking.py:49: {_NO_STATUS_OF_A_LABEL}",
            )
        },
    ),
    _karrio(
        "mydhl",
        "dhl",
        ("OK", "DF", "DUMMY_PU"),
        10,
        "404",
        {
            f"{parcel}{mode}": KnownError(_moving_for_karrio("dhl", parcel, count, "DUMMY_PU"), _FIRST_FOR_LATEST)
            for parcel, mode, count in (
                ("delivered", "", 10),
                ("delivered", ", test mode", 10),
                ("moving", "", 5),
                ("label only", "", 1),
            )
        },
    ),
    Client(
        "usps-v3",
        "pypi",
        {"usps-v3": "1.0.4"},
        "ask_usps_v3.py",
        "usps",
        _reports("usps", _USPS_ROWS, {"refused": 400}),
    ),
    Client(
        "dhltrack",
        "pypi",
        {"dhltrack": "0.9.0"},
        "ask_dhltrack.py",
        "dhl",
        _reports(
            "dhl",
            {
                "delivered": ("delivered", 10, "delivered"),
                "moving": ("transit", 5, "transit"),
                "label only": ("pre-transit", 1, "pre-transit"),
            },
            {"refused": 404},
        ),
    ),
    Client(
        "fedextrack",
        "pypi",
        {"fedextrack": "0.9.0"},
        "ask_fedextrack.py",
        "fedex",
        _FEDEX,
        errs={
            "delivered, plainly": KnownError(
                {"refused": 400},
                "fedextrack/classes/fedex.py:63 sends include_detailed_scans; FedEx requires includeDetailedScans (A)",
            )
        },
    ),
    Client(
        "daylily-carrier-tracking",
        "pypi",
        {"daylily-carrier-tracking": "0.5.1"},
        "ask_daylily.py",
        "fedex",
        _FEDEX_DATES | {"unknown": {"status": "na", "picked up": "", "delivered": "", "to": ""}},
    ),
    Client(
        "fedex-tracking-day",
        "pypi",
        {"fedex-tracking-day": "0.2.8"},
        "ask_fedex_tracking_day.py",
        "fedex",
        _FEDEX_DATES | {"unknown": {"status": "", "picked up": "", "delivered": "", "to": ""}},
    ),
    Client(
        "colleag-mcp-ups",
        "pypi",
        {"colleag-mcp-ups": "0.1.0"},
        "ask_colleag.py",
        "ups",
        {
            "delivered": _report("ups", "delivered", "011", 8, "D") | {"delivered": "20260317"},
            "moving": _report("ups", "moving", "005", 5, "I") | {"delivered": ""},
            "label only": _report("ups", "label only", "003", 1, "M") | {"delivered": ""},
            "unknown": {"found": False},
        },
    ),
    Client(
        "ups-api",
        "npm",
        {"ups-api": "1.0.3"},
        "ask_ups_api.js",
        "ups",
        _UPS,
        errs={
            "delivered, plainly": KnownError(
                {"refused": 400}, "ups-api/js/base.js:63 sends no transId, which UPS requires (A); its caller must"
            )
        },
    ),
    Client(
        "dhl-api",
        "npm",
        {"dhl-api": "0.6.2"},
        "ask_dhl_api.js",
        "dhl",
        _reports(
            "dhl",
            {
                "delivered": ("Success", 10, "OK"),  # of the question, not of the parcel
                "moving": ("Success", 5, "DF"),
                "label only": ("Success", 1, "DUMMY_PU"),
            },
            {"refused": 404},
        ),
    ),
    Client("@stores.com/ups", "npm", {"@stores.com/ups": "1.1.0"} | _HTTP_ERROR, "ask_stores_ups.js", "ups", _UPS),
    Client(
        "@stores.com/usps",
        "npm",
        {"@stores.com/usps": "0.2.2"} | _HTTP_ERROR,
        "ask_stores_usps.js",
        "usps",
        _reports("usps", _USPS_ROWS, {"refused": 404}),
    ),
    Client(
        "@stores.com/fedex", "npm", {"@stores.com/fedex": "0.5.1"} | _HTTP_ERROR, "ask_stores_fedex.js", "fedex", _FEDEX
    ),
)
