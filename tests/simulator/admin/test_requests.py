"""Errors of requests name the field, its value and what is expected."""

from typing import Any

import pytest

Api = Any  # the one of conftest


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"parcel": []}, "parcel: unknown key; did you mean 'parcels'?"),
        ({"id": "a/b"}, "id: 'a/b' can't name a session; use 1 to 64 letters, digits, '-' and '_'"),
        ({"id": "x" * 65}, "can't name a session"),
        ({"now": "2026-03-02T00:00:00"}, "now: '2026-03-02T00:00:00' is no instant; write ISO 8601 with an offset"),
        ({"now": "9999-01-01T00:00:00Z"}, "is out of bounds; give a year from 1970 to 2199"),
        ({"now": 5}, "now: 5 is no instant"),
        ({"seed": "1"}, "seed: '1': input should be a valid integer"),
        ({"parcels": [{}]}, "parcels[0].carrier: missing"),
        ({"parcels": [{"carrier": "upss"}]}, "parcels[0]: carrier 'upss' is unknown; did you mean 'ups'?"),
        ({"parcels": [{"carrier": "ups", "journy": "x"}]}, "parcels[0].journy: unknown key; did you mean 'journey'?"),
        ({"parcels": [{"carrier": "ups", "journey": "lost"}]}, "parcels[0]: journey 'lost' is unknown"),
        ({"parcels": [{"carrier": "ups", "api": "soap"}]}, "parcels[0]: api: ups has no interface 'soap'"),
        (
            {"parcels": [{"carrier": "ups", "scans": [{"at": "2026-03-02T00:00:00Z", "kind": "deliverd"}]}]},
            "parcels[0].scans[0].kind: 'deliverd' is unknown; did you mean 'delivered'?",
        ),
        ({"parcels": [{"carrier": "ups", "scans": [{"at": "2026-03-02T00:00:00Z"}]}]}, "neither kind nor code"),
        ({"parcels": [{"carrier": "ups", "tracking_number": "1Z\n"}]}, "characters that can't be printed"),
        (
            {
                "parcels": [
                    {"carrier": "ups", "label_at": "2026-03-03T00:00:00Z", "first_scan_at": "2026-03-02T00:00:00Z"}
                ]
            },
            "give them in this order",
        ),
        ({"parcels": [{"carrier": "ups"}] * 21}, "the limit of a session is 20"),
        ({"parcels": [{"carrier": "ups", "scans": [1] * 501}]}, "parcels[0].scans"),
        ({"faults": [{"fault": "nonsense"}]}, "faults[0]: fault 'nonsense' is unknown"),
        ({"faults": [{"fault": "silence", "calls": "second 1"}]}, "faults[0].calls: 'second 1' says no calls"),
        ({"faults": [{"fault": "silence", "chance": 2}]}, "faults[0].chance: 2: input should be less than or equal"),
        ({"withheld": ["ups"]}, "withheld[0]: 'ups' is unknown"),
        ([], "the body is a list; expected an object with id, now"),
    ],
)
def test_what_is_wrong_is_said_with_field_value_and_expectation(api: Api, body: object, message: str) -> None:
    assert message in api.error(api.post("", body), 422)


def test_many_wrong_values_make_a_short_message(api: Api) -> None:
    many = {f"key{serial}": 1 for serial in range(5_000)}
    message = api.error(api.post("", many), 422)
    assert message.endswith("and 4990 more")
    assert len(message) < 2_000
    assert len(api.error(api.post("", {"id": "y" * 50_000}), 422)) < 300
