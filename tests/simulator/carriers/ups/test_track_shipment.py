"""UPS's shipments of several packages: `shipment/details` and its pages, the count of packages in `details`."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from sample_parcels import MakeView
from ups_shipment_calls import ACCEPTED, LABEL, LEAD, SECOND, START, THIRD, THREE, ask, packages, parcel

from simulator.carriers.common.carrier import Call
from simulator.carriers.ups import CARRIER
from simulator.exchange import Request, Response


def package_summaries(answer: Response) -> list[tuple[str, list[str], int]]:
    """Of each package: its number, its events, the count of packages."""
    return [
        (
            package["trackingNumber"],
            [activity["status"]["code"] for activity in package["activity"]],
            package["packageCount"],
        )
        for package in packages(answer)
    ]


def refusal(answer: Response) -> tuple[int, str, str]:
    (error,) = json.loads(answer.body)["response"]["errors"]
    return answer.status, error["code"], error["message"]


# -- details


@pytest.mark.parametrize(("number", "events"), [(LEAD, ["FS", "OR", "MP"]), (SECOND, ["MP"]), (THIRD, ["OR", "MP"])])
def test_details_have_the_requested_package_and_the_count_of_all(
    number: str, events: list[str], make_view: MakeView
) -> None:
    assert package_summaries(ask(make_view(CARRIER, THREE), f"details/{number}")) == [(number, events, 3)]


def test_a_parcel_without_a_shipment_is_alone(make_view: MakeView) -> None:
    ups = make_view(CARRIER, [*THREE[:2], parcel(THIRD, shipment="")])
    assert package_summaries(ask(ups, f"details/{THIRD}")) == [(THIRD, ["MP"], 1)]
    assert package_summaries(ask(ups, f"shipment/details/{THIRD}")) == [(THIRD, ["MP"], 1)]
    assert package_summaries(ask(ups, f"details/{LEAD}"))[0][2] == 2


def test_other_shipments_are_not_counted(make_view: MakeView) -> None:
    ups = make_view(CARRIER, [*THREE[:2], parcel(THIRD, shipment="S2")])
    assert [count for _, _, count in package_summaries(ask(ups, f"details/{LEAD}"))] == [2]


# -- shipment/details


@pytest.mark.parametrize("number", [LEAD, SECOND, THIRD])
def test_every_package_is_listed_whichever_number_was_requested(number: str, make_view: MakeView) -> None:
    assert package_summaries(ask(make_view(CARRIER, THREE), f"shipment/details/{number}")) == [
        (LEAD, ["FS", "OR", "MP"], 3),
        (SECOND, ["MP"], 3),
        (THIRD, ["OR", "MP"], 3),
    ]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"offset": "0", "count": "2"}, [LEAD, SECOND]),
        ({"offset": "2", "count": "2"}, [THIRD]),
        ({"offset": "1"}, [SECOND, THIRD]),
        ({"count": "1"}, [LEAD]),
        ({"offset": "3"}, []),
        ({"offset": "", "count": ""}, [LEAD, SECOND, THIRD]),
    ],
)
def test_offset_and_count_choose_a_page_and_the_count_of_packages_stays(
    query: dict[str, str], numbers: list[str], make_view: MakeView
) -> None:
    answer = ask(make_view(CARRIER, THREE), f"shipment/details/{LEAD}", **query)
    assert [(number, count) for number, _, count in package_summaries(answer)] == [(number, 3) for number in numbers]


def test_a_page_has_fifty_packages_by_default(make_view: MakeView) -> None:
    numbers = [f"1Z999AA1039{serial:07}" for serial in range(51)]
    ups = make_view(CARRIER, [parcel(number) for number in numbers])
    first, second = (
        package_summaries(ask(ups, f"shipment/details/{numbers[0]}", offset=offset)) for offset in ("0", "50")
    )
    assert [number for number, _, _ in first + second] == numbers
    assert (len(first), len(second)) == (50, 1)


def test_a_package_is_there_from_its_record_on(make_view: MakeView) -> None:
    ups = make_view(CARRIER, [parcel(LEAD), parcel(SECOND, ACCEPTED)])
    ups.now = START + timedelta(hours=1)
    assert package_summaries(ask(ups, f"shipment/details/{LEAD}")) == [(LEAD, ["MP"], 1)]
    ups.now = START + timedelta(hours=9)
    assert package_summaries(ask(ups, f"shipment/details/{LEAD}")) == [(LEAD, ["MP"], 2), (SECOND, ["OR"], 2)]


def test_an_unknown_number_has_the_usual_warning(make_view: MakeView) -> None:
    (shipment,) = json.loads(ask(make_view(CARRIER), f"shipment/details/{LEAD}").body)["trackResponse"]["shipment"]
    assert shipment == {
        "inquiryNumber": LEAD,
        "warnings": [{"code": "TW0001", "message": "Tracking Information Not Found"}],
    }


def test_a_recycled_number_has_the_packages_of_each_of_its_shipments(make_view: MakeView) -> None:
    again = parcel(LEAD, replace(LABEL, happened=START + timedelta(days=5)), shipment="S2")
    ups = make_view(CARRIER, [*THREE[:2], again])
    assert package_summaries(ask(ups, f"details/{LEAD}")) == [(LEAD, ["FS", "OR", "MP"], 3), (LEAD, ["MP"], 3)]
    assert [number for number, _, _ in package_summaries(ask(ups, f"shipment/details/{LEAD}"))] == [LEAD, SECOND, LEAD]
    assert [number for number, _, _ in package_summaries(ask(ups, f"shipment/details/{SECOND}"))] == [LEAD, SECOND]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"offset": "-1"}, "offset"),
        ({"offset": "two"}, "offset"),
        ({"count": "0"}, "count"),
        ({"count": "many"}, "count"),
        ({"count": "9" * 5000}, "count"),
    ],
)
def test_a_page_that_cannot_be_is_refused(query: dict[str, str], name: str, make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, THREE), f"shipment/details/{LEAD}", **query)
    assert refusal(answer) == (400, "TV0003", f"Invalid {name}")


def test_it_asks_for_the_same_token_headers_and_number_as_details(make_view: MakeView) -> None:
    ups = make_view(CARRIER, THREE)
    path = f"/api/track/v1/shipment/details/{LEAD}"
    headers = {"authorization": f"Bearer {ups.issue_token(60)}", "transid": "1", "transactionsrc": "tests"}

    def refused(**changed: str) -> tuple[int, str]:
        return refusal(ups.ask(Request("GET", CARRIER.hosts[0], path, (), headers | changed)))[:2]

    assert refused(authorization="Bearer x.y.z") == (401, "250002")
    assert refused(transid="") == (400, "TV0001")
    assert refused(transactionsrc="") == (400, "TV0002")
    assert refusal(ask(ups, "shipment/details/1Z9999"))[:2] == (400, "TV1002")


def test_faults_and_journal_see_the_requested_number(make_view: MakeView) -> None:
    operation = next(operation for operation in CARRIER.operations if operation.name == "track_shipment")
    call = Call(Request("GET", CARRIER.hosts[0], "/"), {"inquiryNumber": SECOND})
    assert operation.numbers(call, make_view(CARRIER, THREE)) == (SECOND,)


def test_a_shipment_keeps_to_the_spec(spec: Callable[[str], Any], make_view: MakeView) -> None:
    components = spec("ups/Tracking.yaml")["components"]
    schema = {"$ref": "#/components/schemas/TrackApiResponse", "components": components}
    answer = ask(make_view(CARRIER, THREE), f"shipment/details/{LEAD}")
    assert list(jsonschema.Draft4Validator(schema).iter_errors(json.loads(answer.body))) == []
