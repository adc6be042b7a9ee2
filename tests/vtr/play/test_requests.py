from collections.abc import Callable

from spying import TWO_REPORTS, requests_to

from vtr.story.story import Story

Tell = Callable[..., tuple[Story, ...]]


def test_the_marketplace_is_the_profiles(tell: Tell) -> None:
    (request,) = requests_to(
        tell("scenario: S\nprofile: jp-2022\nparcels: {box: {carrier: dhl}}\nexpect: {rows: []}\n")[0]
    )
    assert (request["profile"], request["marketplace"]) == ("jp-2022", "JP")


def test_request_is_that_of_the_protocol(tell: Tell) -> None:
    last = requests_to(tell(TWO_REPORTS)[0])[1]
    assert {key: last[key] for key in ("protocol", "as_of", "profile", "marketplace")} == {
        "protocol": 1, "as_of": "2026-04-01T00:00:00Z", "profile": "us-2019", "marketplace": "US",
    }  # fmt: skip
    assert last["orders"][0] == {
        "order_id": "114-3941689-8772232",
        "placed_at": "2026-03-02T10:00:00Z",
        "category": "Kitchen",
        "current_category": "Garden",
        "promised_delivery_date": "2026-03-09",
        "item_price": "9.99",
        "shipping_price": "0.00",
        "currency": "USD",
        "ship_from": "US",
        "ship_to": "US",
        "fulfilled_by": "seller",
        "cancelled_at": "2026-03-22T00:00:00Z",
    }
    assert last["packages"][0] == {
        "order_id": "114-3941689-8772232",
        "package": 1,
        "confirmed_at": "2026-03-03T09:00:00Z",
        "buy_shipping": False,
        "submissions": [
            {"submitted_at": "2026-03-03T09:00:00Z", "carrier_code": "UPS", "carrier_name": "",
             "tracking_number": "1Z9", "ship_method": "Ground"},
            {"submitted_at": "2026-03-04T12:00:00Z", "carrier_code": "UPS", "carrier_name": "",
             "tracking_number": "1Z1", "ship_method": "Ground"},
        ],
    }  # fmt: skip


def test_request_holds_only_what_has_happened_by_then(tell: Tell) -> None:
    first = requests_to(tell(TWO_REPORTS)[0])[0]
    assert [order["order_id"] for order in first["orders"]] == ["114-3941689-8772232"]
    assert (first["orders"][0]["current_category"], first["orders"][0]["cancelled_at"]) == ("Kitchen", None)
    assert [len(package["submissions"]) for package in first["packages"]] == [1]


def test_order_that_is_not_confirmed_has_no_package(tell: Tell) -> None:
    (story,) = tell("scenario: S\nparcels: {box: {carrier: ups}}\norders: [{confirm: null}]\nexpect: {rows: []}\n")
    (request,) = requests_to(story)
    assert (len(request["orders"]), request["packages"]) == (1, [])
