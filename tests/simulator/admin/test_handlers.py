"""What each route does: sessions, their parcels, faults, clocks and journals, and their limits."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from simulator.core.sessions import Sessions
from simulator.http_server import running

NUMBER = "1Z999AA10123456784"


Api = Any  # the one of conftest


WAIT = 60.0


def test_an_id_left_out_is_given(api: Api) -> None:
    one, two = api.create(), api.create()
    assert one["id"] != two["id"]
    assert one["carriers"]["dhl"]["api_key"] == one["id"]


def test_an_id_is_taken_once(api: Api) -> None:
    api.create(id="twice")
    assert "is there already" in api.error(api.post("", {"id": "twice"}), 409)
    assert "is there already" in api.error(api.post("", {"id": "demo"}), 409)


def test_one_session_too_many_is_refused_with_the_limit(api: Api) -> None:
    for _ in range(8):
        api.create()
    assert api.error(api.post("", {}), 422).startswith("8 sessions, and the limit is 8; delete some, or wait")


def test_parcels_are_added_and_told(api: Api) -> None:
    told = api.create(id="grows", parcels=[{"carrier": "ups", "tracking_number": NUMBER}])
    added = api.post("/grows/parcels", {"parcels": [{"carrier": "dhl"}]}).json()
    assert (added["count"], added["parcels"][0]["carrier"]) == (2, "dhl")
    assert api.get("/grows/parcels")["parcels"] == told["parcels"] + added["parcels"]


def test_faults_are_injected_shown_and_cleared(api: Api) -> None:
    told = api.create(id="bad", parcels=[{"carrier": "dhl"}])
    page, own = "/bad/faults", told["carriers"]["dhl"]
    where = f"{own['base_url']}/track/shipments?trackingNumber={told['parcels'][0]['tracking_number']}"

    def status() -> int:
        return requests.get(where, headers={"DHL-API-Key": own["api_key"]}, timeout=WAIT).status_code

    shown = api.post(page, {"faults": [{"fault": "rate_limited", "carrier": "dhl", "calls": "first 1"}]}).json()[
        "faults"
    ]
    assert (shown[0]["fault"], shown[0]["carrier"], shown[0]["calls"]) == ("rate_limited", "dhl", "first 1")
    assert [status(), status()] == [429, 200]
    api.post(page, {"faults": [{"fault": "rate_limited"}]})
    assert status() == 429
    assert api.request("DELETE", page).json() == {"faults": []}
    assert status() == 200


def test_more_faults_than_the_limit_are_refused(api: Api) -> None:
    api.create(id="faulty")
    page = "/faulty/faults"
    api.post(page, {"faults": [{"fault": "silence"}] * 5})
    assert "5 and 1 more, and the limit is 5" in api.error(api.post(page, {"faults": [{"fault": "silence"}]}), 422)


def test_one_query_goes_from_unknown_through_in_transit_to_delivered_as_the_clock_turns(api: Api) -> None:
    scans = [
        {"at": "2026-03-02T10:00:00Z", "kind": "accepted"},
        {"at": "2026-03-03T10:00:00Z", "kind": "arrived", "published": "2026-03-05T10:00:00Z"},
        {"at": "2026-03-06T10:00:00Z", "kind": "delivered"},
    ]
    told = api.create(id="turns", parcels=[{"carrier": "ups", "tracking_number": NUMBER, "scans": scans}])
    clock, block = "/turns/clock", told["carriers"]
    assert api.ups(block, NUMBER) == "unknown"
    assert api.post(clock, {"advance": 36_000}).json() == {"now": "2026-03-02T10:00:00Z"}
    assert api.ups(block, NUMBER) == "I" or api.ups(block, NUMBER) == "P"
    api.post(clock, {"set": "2026-03-06T10:00:00Z"})
    assert api.ups(block, NUMBER) == "D"
    api.post(clock, {"set": "2026-03-01T00:00:00+02:00"})
    assert api.ups(block, NUMBER) == "unknown"


def test_an_event_published_two_days_late_appears_only_then(api: Api) -> None:
    scans = [{"at": "2026-03-02T10:00:00Z", "kind": "accepted", "published": "2026-03-04T10:00:00Z"}]
    told = api.create(id="late", parcels=[{"carrier": "ups", "tracking_number": NUMBER, "scans": scans}])
    api.post("/late/clock", {"set": "2026-03-04T09:59:59Z"})
    assert api.ups(told["carriers"], NUMBER) == "unknown"
    api.post("/late/clock", {"advance": 1})
    assert api.ups(told["carriers"], NUMBER) != "unknown"


@pytest.mark.parametrize(
    ("turn", "message"),
    [
        ({}, 'give either {"advance": seconds} or {"set": instant}'),
        ({"advance": 1, "set": "2026-03-02T00:00:00Z"}, "give either"),
        ({"advance": -1}, "advance: -1: input should be greater than or equal to 0"),
        ({"advance": 1e10}, "is out of bounds"),
        ({"advance": "1"}, "advance: '1'"),
        ({"forward": 1}, "forward: unknown key"),
    ],
)
def test_a_wrong_turn_leaves_the_clock_alone(api: Api, turn: object, message: str) -> None:
    api.create(id="still")
    assert message in api.error(api.post("/still/clock", turn), 422)
    assert api.get("/still")["now"] == "2026-03-02T00:00:00Z"


def test_the_journal_is_read_on_from_a_number_and_says_what_was_dropped(api: Api) -> None:
    told = api.create(id="noted")
    for _ in range(6):
        api.ups(told["carriers"], NUMBER)  # two calls each, 12 in all; ten are kept
    page = "/noted/journal"
    whole = api.get(page)
    assert [each["number"] for each in whole["entries"]] == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert (whole["dropped"], whole["total"], whole["last"]) == (2, 12, 12)
    assert (whole["entries"][1]["operation"], whole["entries"][1]["numbers"]) == ("track", [NUMBER])
    some = api.get(f"{page}?after=7&limit=2")
    assert [each["number"] for each in some["entries"]] == [8, 9]
    assert api.get(f"{page}?after=12")["entries"] == []
    assert "limit: '0' is no whole number from 1 on" in api.error(api.request("GET", f"{page}?limit=0"), 422)


def test_text_that_utf8_cannot_hold_is_shown_in_the_journal(api: Api) -> None:
    told = api.create(id="odd")
    requests.get(f"{told['carriers']['dhl']['base_url']}/%ED%A0%80?x=%ED%A0%80", timeout=WAIT)
    own = told["carriers"]["dhl"]
    params = {"trackingNumber": b"\xed\xa0\x80"}
    requests.get(own["base_url"] + "/track/shipments", params, headers={"DHL-API-Key": "odd"}, timeout=WAIT)
    assert api.get("/odd/journal")["total"] == 1


def test_a_reset_makes_the_session_as_it_was_and_leaves_the_rest(api: Api) -> None:
    body = {"parcels": [{"carrier": "ups", "tracking_number": NUMBER}], "faults": [{"fault": "late_publication"}]}
    body = {"parcels": body["parcels"]}
    first, other = api.create(id="first", **body), api.create(id="other", **body)
    for name in ("first", "other"):
        api.post(f"/{name}/clock", {"advance": 60})
        api.post(f"/{name}/parcels", {"parcels": [{"carrier": "dhl"}]})
        api.post(f"/{name}/faults", {"faults": [{"fault": "rate_limited", "carrier": "dhl"}]})
        api.ups((first if name == "first" else other)["carriers"], NUMBER)
    changed = api.get("/other")
    assert api.request("POST", "/first/reset").json() == first
    assert api.get("/first/journal")["entries"] == []
    assert api.get("/other") == changed
    assert (changed["calls"], len(changed["parcels"]), len(changed["faults"])) == (2, 2, 1)


def test_the_demo_session_is_reset_too_but_stays(api: Api) -> None:
    api.post("/demo/clock", {"advance": 60})
    assert api.request("POST", "/demo/reset").json()["now"] == "2026-03-20T12:00:00Z"
    assert "stays" in api.error(api.request("DELETE", "/demo"), 409)


def test_a_deleted_session_answers_no_more(api: Api) -> None:
    told = api.create(id="gone")
    assert api.request("DELETE", "/gone").status_code == 204
    assert "session 'gone' is unknown" in api.error(api.request("GET", "/gone"), 404)
    own = told["carriers"]["dhl"]
    page = own["base_url"] + "/track/shipments?trackingNumber=1"
    assert requests.get(page, headers={"DHL-API-Key": "gone"}, timeout=WAIT).status_code == 401


def test_sessions_are_listed(api: Api) -> None:
    api.create(id="one", parcels=[{"carrier": "ups"}])
    listed = api.get()["sessions"]
    assert [each["id"] for each in listed] == ["demo", "one"]
    assert listed[1] == {"id": "one", "now": "2026-03-02T00:00:00Z", "parcels": 1, "faults": 0, "calls": 0}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"[" * 50_000, b'{"a":' * 20_000, b'{"id":"\\ud800"}', b"NaN"],
    ids=["none", "half", "no UTF-8", "deep list", "deep object", "surrogate", "NaN"],
)
def test_a_body_that_is_no_json_is_refused(api: Api, body: bytes) -> None:
    assert "the body is no JSON" in api.error(api.request("POST", "", data=body), 400)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused_with_the_limit(api: Api, chunked: bool) -> None:  # noqa: FBT001 (a column)
    body = b" " * 100_001
    answer = api.request("POST", "", data=iter((body,)) if chunked else body)
    assert api.error(answer, 413) == "the body has 100001 bytes, and the limit is 100000; send it in parts"


def test_64_workers_with_contradictory_stories_of_one_number_never_meet(api_at: type[Api]) -> None:
    sessions = Sessions()
    with running(sessions) as url, ThreadPoolExecutor(64) as pool:
        own = api_at(sessions, url)

        def work(serial: int) -> set[str]:
            journey = "delivered" if serial % 2 else "in_transit"
            told = own.create(parcels=[{"carrier": "ups", "tracking_number": NUMBER, "journey": journey}])
            with requests.Session() as http:
                http.trust_env = False
                return {own.ups(told["carriers"], NUMBER, http) for _ in range(5)}

        assert list(pool.map(work, range(64))) == [{"D"} if serial % 2 else {"I"} for serial in range(64)]
