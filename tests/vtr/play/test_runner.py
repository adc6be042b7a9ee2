from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from vtr.errors import ScenarioError, ValidatorError
from vtr.play import doors, runner
from vtr.play.doors import Door
from vtr.story.story import Story
from vtr.validators import Request, Wait
from vtr.validators.answer import Answer

Tell = Callable[..., tuple[Story, ...]]


class Spy:
    """A validator that keeps what it is asked, and answers nothing."""

    name = "spy"

    def __init__(self, wait_seconds: float = 0.0) -> None:
        self.requests: list[Request] = []
        self._wait_seconds = wait_seconds

    def validate(self, request: Request, *, wait: Wait) -> Answer:
        self.requests.append(request)
        wait(self._wait_seconds)
        return Answer(())


def _asked(story: Story, door: Door = doors.in_process) -> list[Request]:
    spy = Spy()
    runner.run(story, spy, door)
    return spy.requests


TWO_REPORTS = """\
scenario: S
seed: 1
parcels:
  box: {carrier: ups, number: 1Z1, service: ground}
orders:
  - id: 114-3941689-8772232
    parcel: box
    price: 9.99 USD
    recategorised: {at: day 9, to: Garden}
    cancelled: day 20
    confirm: {tracking: 1Z9, ship_method: Ground}
    edits: [{at: day 2 12:00, tracking: $box}]
  - {id: 114-0000000-0000001, parcel: box, placed: day 5, confirm: {at: day 6}, ship_to: CA}
expect:
  - {at: day 2, rows: []}
  - {at: day 30, rows: []}
"""


def test_the_marketplace_is_the_profiles(tell: Tell) -> None:
    (request,) = _asked(tell("scenario: S\nprofile: jp-2022\nparcels: {box: {carrier: dhl}}\nexpect: {rows: []}\n")[0])
    assert (request["profile"], request["marketplace"]) == ("jp-2022", "JP")


def test_request_is_that_of_the_protocol(tell: Tell) -> None:
    last = _asked(tell(TWO_REPORTS)[0])[1]
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
    first = _asked(tell(TWO_REPORTS)[0])[0]
    assert [order["order_id"] for order in first["orders"]] == ["114-3941689-8772232"]
    assert (first["orders"][0]["current_category"], first["orders"][0]["cancelled_at"]) == ("Kitchen", None)
    assert [len(package["submissions"]) for package in first["packages"]] == [1]


def test_order_that_is_not_confirmed_has_no_package(tell: Tell) -> None:
    (story,) = tell("scenario: S\nparcels: {box: {carrier: ups}}\norders: [{confirm: null}]\nexpect: {rows: []}\n")
    (request,) = _asked(story)
    assert (len(request["orders"]), request["packages"]) == (1, [])


def test_in_process_the_carriers_are_at_their_real_hosts(tell: Tell) -> None:
    (request, _) = _asked(tell(TWO_REPORTS)[0])
    assert request["carriers"]["ups"] == {
        "base_url": "https://onlinetools.ups.com", "client_id": "demo", "client_secret": "demo",
    }  # fmt: skip


def test_over_http_each_story_has_a_session_of_its_own(tell: Tell) -> None:
    server = doors.ServerDoor()
    try:
        (first, _) = _asked(tell(TWO_REPORTS)[0], server.open)
        (second, _) = _asked(tell(TWO_REPORTS)[0], server.open)
    finally:
        server.close()
    ups, other = first["carriers"]["ups"], second["carriers"]["ups"]
    assert ups["base_url"] == other["base_url"]
    assert ups["base_url"].startswith("http://127.0.0.1:")
    assert ups["base_url"].endswith("/ups")
    assert ups["client_id"] != other["client_id"]


def _token(carriers: Mapping[str, Any]) -> int:
    ups = carriers["ups"]
    answer = requests.post(
        f"{ups['base_url']}/security/v1/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(ups["client_id"], ups["client_secret"]),
        timeout=10,
    )
    return answer.status_code


@pytest.mark.parametrize("name", doors.NAMES)
def test_validator_reaches_the_carriers_by_either_door(tell: Tell, name: str) -> None:
    statuses = []

    class Asking:
        name = "asking"

        def validate(self, request: Request, *, wait: Wait) -> Answer:
            statuses.append(_token(request["carriers"]))
            return Answer(())

    server = doors.ServerDoor()
    try:
        runner.run(tell(TWO_REPORTS)[0], Asking(), server.open if name == doors.SERVER else doors.in_process)
    finally:
        server.close()
    assert statuses == [200, 200]


def test_waits_of_the_validator_do_not_move_the_next_report(tell: Tell) -> None:
    spy = Spy(wait_seconds=1_000_000_000)
    runs = runner.run(tell(TWO_REPORTS)[0], spy, doors.in_process)
    assert [run.at for run in runs] == [datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)]
    assert [request["as_of"] for request in spy.requests] == ["2026-03-04T00:00:00Z", "2026-04-01T00:00:00Z"]


def test_clock_stands_at_the_report_when_the_validator_asks(tell: Tell) -> None:
    seen = []

    class Looking:
        name = "looking"

        def validate(self, request: Request, *, wait: Wait) -> Answer:
            seen.append(wait.__self__.now)  # type: ignore[attr-defined]  # the clock's own method
            return Answer(())

    runner.run(tell(TWO_REPORTS)[0], Looking(), doors.in_process)
    assert seen == [datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)]


def test_story_that_the_simulator_cannot_play_is_no_fault_of_the_validator(tell: Tell) -> None:
    (story,) = tell("scenario: S\nparcels: {box: {carrier: ups}}\nexpect: {rows: []}\n")
    odd = replace(story, parcels={"box": replace(story.parcels["box"], api="telex")})
    with pytest.raises(ScenarioError, match="ups has no interface 'telex'; it has track") as caught:
        runner.run(odd, Spy(), doors.in_process)
    assert not isinstance(caught.value, ValidatorError)


def test_validator_that_could_not_run_is_no_difference(tell: Tell) -> None:
    class Failing:
        name = "failing"

        def validate(self, request: Request, *, wait: Wait) -> Answer:
            raise ValidatorError("no")

    with pytest.raises(ValidatorError):
        runner.run(tell(TWO_REPORTS)[0], Failing(), doors.in_process)
