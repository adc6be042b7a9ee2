"""A request of the validator protocol in, its answer out, as a harness would send it; UPS is a stub on its real URL."""

from collections.abc import Callable
from typing import Any, cast

import pytest
import responses

from vtr.reference import protocol
from vtr.reference.errors import VtrError

NUMBER = "1Z999AA10123456784"
BASE = "https://ups.example"


def request(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 (any JSON value)
    return {
        "protocol": 1,
        "as_of": "2026-04-01T00:00:00Z",
        "profile": "us-2019",
        "marketplace": "US",
        "orders": [
            {
                "order_id": "114-3941689-8772232",
                "placed_at": "2026-03-02T10:00:00Z",
                "category": "Kitchen",
                "current_category": "Kitchen",
                "promised_delivery_date": "2026-03-09",
                "item_price": "25.00",
                "shipping_price": "0.00",
                "currency": "USD",
                "ship_from": "US",
                "ship_to": "US",
                "fulfilled_by": "seller",
                "cancelled_at": None,
            }
        ],
        "packages": [
            {
                "order_id": "114-3941689-8772232",
                "package": 1,
                "confirmed_at": "2026-03-03T09:00:00Z",
                "buy_shipping": False,
                "submissions": [
                    {
                        "submitted_at": "2026-03-03T09:00:00Z",
                        "carrier_code": "UPS",
                        "carrier_name": "",
                        "tracking_number": NUMBER,
                        "ship_method": "",
                    }
                ],
            }
        ],
        "carriers": {"ups": {"base_url": BASE, "client_id": "me", "client_secret": "secret"}},
        **changed,
    }


def test_a_blank_number_is_answered_without_asking_anyone() -> None:
    asked = request()
    asked["packages"][0]["submissions"][0]["tracking_number"] = ""
    answer = protocol.validate(asked)
    (row,) = answer["rows"]
    assert (row["order_id"], row["package"], row["tracking_id"], row["no_valid_tracking"], row["reason"]) == (
        "114-3941689-8772232",
        1,
        "114-3941689-8772232-InvalidId",
        "X",
        "INVALID_ID_BLANK",
    )
    assert answer["rates"][0]["counted"] == 1


def test_a_carrier_without_credentials_is_unanswered() -> None:
    answer = protocol.validate(request(carriers={}))
    assert answer["rows"] == []
    (package,) = answer["unanswered"]
    assert package["why"].startswith("no credentials for UPS")


def test_a_carrier_that_fails_is_waited_for_and_then_unanswered() -> None:
    waited: list[float] = []
    with responses.RequestsMock(assert_all_requests_are_fired=False) as web:
        web.add(responses.POST, f"{BASE}/security/v1/oauth/token", status=503)
        answer = protocol.validate(request(), wait=waited.append)
    assert answer["rows"] == []
    assert [package["package"] for package in answer["unanswered"]] == [1]
    assert waited != []


def test_the_answer_lists_what_is_left_out() -> None:
    asked = request(carriers={})
    asked["orders"][0]["fulfilled_by"] = "amazon"
    answer = protocol.validate(asked)
    assert [(left["order_id"], left["package"], left["why"]) for left in answer["excluded"]] == [
        ("114-3941689-8772232", 1, "NOT_SELLER_FULFILLED")
    ]
    assert answer["unanswered"] == []


def test_keys_of_a_later_version_are_left_alone() -> None:
    assert protocol.validate(request(carriers={}, hint="x"))["rows"] == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            lambda asked: asked.update(protocol=2),
            "version 2 of the validator protocol; this validator speaks version 1",
        ),
        (lambda asked: asked.pop("protocol"), "no version of the validator protocol"),
        (lambda asked: asked.update(protocol=True), "version True"),
        (lambda asked: asked.pop("orders"), "missing orders"),
        (lambda asked: asked.update(orders={}), "'orders' must be a list of objects, not dict"),
        (lambda asked: asked.update(packages=None), "'packages' must be a list of objects, not NoneType"),
        (lambda asked: asked.update(carriers=[]), "'carriers' must be an object"),
        (
            lambda asked: asked.update(as_of="2026-04-01"),
            "'as_of' is '2026-04-01', but must be an instant with its zone",
        ),
        (lambda asked: asked.update(as_of="2026-04-01T00:00:00"), "must be an instant with its zone"),
        (lambda asked: asked.update(as_of="2026-04-45T00:00:00Z"), "must be an instant with its zone"),
        (lambda asked: asked.update(as_of=5), "'as_of' must be text, not 5"),
        (lambda asked: asked.update(profile="us-2018"), "no profile is called 'us-2018'"),
        (lambda asked: asked.update(profile=None), "'profile' must be text, not None"),
        (lambda asked: asked["orders"][0].pop("placed_at"), "placed_at"),
        (lambda asked: asked["packages"][0].update(submissions=[]), "submissions"),
        (lambda asked: asked["carriers"]["ups"].pop("client_id"), "client_id"),
    ],
)
def test_a_request_of_another_shape_is_refused(change: Callable[[dict[str, Any]], Any], complaint: str) -> None:
    asked = request()
    change(asked)
    with pytest.raises(VtrError) as told:
        protocol.validate(asked)
    assert complaint in str(told.value)


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(VtrError, match="expected an object"):
        protocol.validate(cast("dict[str, Any]", []))
