"""Good answers with one value replaced or left out: never a crash, never unknown, never fewer scans than there are."""

import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from vtr.reference.clients import chinapost, dhl, fedex, ups, usps

NUMBER = "900000000016"
UPS_PLACE = {"address": {"city": "DENVER", "stateProvince": "CO", "countryCode": "US"}}
FEDEX_PLACE = {"streetLines": [""], "city": "DENVER", "stateOrProvinceCode": "CO", "countryCode": "US"}
DHL_PLACE = {"address": {"addressLocality": "DENVER-USA", "countryCode": "US", "postalCode": "80239"}}

ANSWERS: dict[str, tuple[ModuleType, dict[str, Any]]] = {
    "ups": (
        ups,
        {
            "trackResponse": {
                "shipment": [
                    {
                        "inquiryNumber": NUMBER,
                        "package": [
                            {
                                "trackingNumber": NUMBER,
                                "activity": [
                                    {
                                        "location": UPS_PLACE,
                                        "status": {"type": kind, "description": "x", "code": code, "statusCode": "005"},
                                        "date": "20260310",
                                        "time": "203512",
                                        "gmtDate": "20260311",
                                        "gmtTime": "02:35:12",
                                        "gmtOffset": "-06:00",
                                        "logicalScan": False,
                                    }
                                    for kind, code in (("D", "FS"), ("I", "OR"))
                                ],
                            }
                        ],
                    }
                ]
            }
        },
    ),
    "usps": (
        usps,
        {
            "trackingNumber": NUMBER,
            "trackingEvents": [
                {
                    "eventType": "x",
                    "eventTimestamp": "2026-03-02T15:05:00",
                    "GMTTimestamp": "2026-03-02T21:05:37Z",
                    "GMTOffset": "-06:00",
                    "eventCountry": None,
                    "eventCity": "TULSA",
                    "eventState": "OK",
                    "eventZIP": "74103",
                    "eventCode": code,
                }
                for code in ("01", "03")
            ],
        },
    ),
    "fedex": (
        fedex,
        {
            "output": {
                "completeTrackResults": [
                    {
                        "trackingNumber": NUMBER,
                        "trackResults": [
                            {
                                "trackingNumberInfo": {"trackingNumber": NUMBER},
                                "destinationLocation": {"locationContactAndAddress": {"address": FEDEX_PLACE}},
                                "scanEvents": [
                                    {
                                        "date": "2026-03-10T16:05:00",
                                        "eventType": code,
                                        "eventDescription": "x",
                                        "exceptionDescription": "",
                                        "scanLocation": FEDEX_PLACE,
                                    }
                                    for code in ("DL", "PU")
                                ],
                            }
                        ],
                    }
                ],
            }
        },
    ),
    "dhl": (
        dhl,
        {
            "shipments": [
                {
                    "id": NUMBER,
                    "origin": DHL_PLACE,
                    "destination": DHL_PLACE,
                    "returnFlag": False,
                    "events": [
                        {
                            "timestamp": "2026-03-10T16:05:00",
                            "location": DHL_PLACE,
                            "statusCode": code,
                            "description": "x",
                        }
                        for code in ("delivered", "transit")
                    ],
                }
            ]
        },
    ),
    "chinapost": (
        chinapost,
        {
            "retCode": "00000",
            "retMsg": "成功",
            "retBody": {
                "responseItems": [
                    {"opTime": "2026-03-01 16:20:31", "opCode": code, "opName": "x", "opOrgCity": "上海市"}
                    for code in ("203", "954")
                ]
            },
        },
    ),
}
GONE = object()
DAMAGES = {
    "left out": GONE,
    "null": None,
    "number": 7,
    "text": "x",
    "truth": True,
    "list": ["x"],
    "object": {"x": 1},
    "empty text": "",
    "empty object": {},
}


def paths(node: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Name every value of a document by the keys that lead to it."""
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in members:
        yield (*path, key)
        yield from paths(value, (*path, key))


def damaged(document: dict[str, Any], path: tuple[Any, ...], value: object) -> dict[str, Any]:
    """Copy the document with one value replaced, or left out of its object."""
    changed: dict[str, Any] = json.loads(json.dumps(document))  # no value is shared with another place
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    if value is GONE and isinstance(holder, dict):
        del holder[path[-1]]
    elif value is not GONE:
        holder[path[-1]] = value
    return changed


@pytest.mark.parametrize("carrier", ANSWERS)
def test_undamaged_answer_has_two_dated_scans(carrier: str) -> None:
    module, document = ANSWERS[carrier]
    (found,) = module.read(document, [NUMBER])
    assert found.outcome == "known", found.why
    assert [scan.at is None for scan in found.scans] == [False, False]


@pytest.mark.parametrize("carrier", ANSWERS)
@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_answer_is_unanswered_or_keeps_its_scans(carrier: str, damage: str) -> None:
    module, document = ANSWERS[carrier]
    for path in paths(document):
        # A brand-new number has no activity at UPS, so its absence says just that.
        if DAMAGES[damage] is GONE and path[-1] == "activity":
            continue
        (found,) = module.read(damaged(document, path, DAMAGES[damage]), [NUMBER])
        assert found.outcome == "unanswered" or (found.outcome == "known" and len(found.scans) == 2), (path, found)


def test_half_a_character_is_replaced_before_it_reaches_the_engine() -> None:
    event = {"eventCode": "03", "eventType": "Accepted \ud83d", "eventTimestamp": "2026-03-02T10:00:00"}
    (answer,) = usps.read({"trackingNumber": "9205590000000100000018", "trackingEvents": [event]})
    assert answer.scans[0].description == "Accepted ?"
