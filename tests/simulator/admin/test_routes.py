"""The admin side over HTTP: sessions, their parcels, faults, clocks and journals; limits, and hostile requests."""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from simulator import Credentials, MisuseError, Simulation
from simulator.admin import openapi
from simulator.admin.requests import SessionRequest
from simulator.core.sessions import SessionLimits, Sessions
from simulator.http_server import running
from simulator.serve.demo_session import demo_sessions
from vtr.play import session_reader

NUMBER = "1Z999AA10123456784"
WAIT = 60.0
LIMITS = SessionLimits(sessions=8, parcels=20, events=500, faults=5, admin_body_bytes=100_000, journal=10)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Sessions, str]]:
    sessions = demo_sessions()
    sessions.limits = LIMITS
    with running(sessions, stories=session_reader.read_session) as url:
        yield sessions, url


@pytest.fixture
def url(server: tuple[Sessions, str]) -> Iterator[str]:
    yield f"{server[1]}/_admin/sessions"
    for name in server[0].names():
        if name != "demo":
            server[0].remove(name)


def post(page: str, body: object) -> requests.Response:
    return requests.post(page, json=body, timeout=WAIT)


def created(url: str, **body: object) -> dict[str, Any]:
    answer = post(url, body)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def error(answer: requests.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["error"])


def ups(block: dict[str, dict[str, str]], number: str, http: requests.Session | None = None) -> str:
    """What UPS says of a number: its current description, or that there is no record."""
    own = block["ups"]
    asked = http or requests
    token = asked.post(
        own["base_url"] + "/security/v1/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(own["client_id"], own["client_secret"]),
        timeout=WAIT,
    ).json()["access_token"]
    headers = {"authorization": f"Bearer {token}", "transId": "1", "transactionSrc": "test"}
    answer = asked.get(f"{own['base_url']}/api/track/v1/details/{number}", headers=headers, timeout=WAIT)
    shipment = answer.json()["trackResponse"]["shipment"][0]
    if "package" not in shipment:
        return "unknown"
    return str(shipment["package"][0]["activity"][0]["status"]["type"])


# -- creating


def test_a_session_is_created_from_a_list_of_parcels(url: str) -> None:
    told = created(url, id="mine", parcels=[{"carrier": "ups", "tracking_number": NUMBER}])
    assert (told["id"], told["now"]) == ("mine", "2026-03-02T00:00:00Z")
    assert (
        told["parcels"] == [{"carrier": "ups", "api": "track", "tracking_number": NUMBER, "journey": "delivered"}]
        or told["parcels"][0]["tracking_number"] == NUMBER
    )
    assert told["carriers"]["ups"]["client_id"] == "mine"
    assert requests.get(f"{url}/mine", timeout=WAIT).json() == told


def test_a_journey_without_times_has_just_come_to_its_end(url: str) -> None:
    told = created(url, parcels=[{"carrier": "ups"}, {"carrier": "ups", "journey": "in_transit"}])
    assert [ups(told["carriers"], each["tracking_number"]) for each in told["parcels"]] == ["D", "I"]


def test_numbers_left_out_are_minted_from_the_seed_and_differ(url: str) -> None:
    one, two, other = (
        created(url, id=name, seed=seed, parcels=[{"carrier": "ups"}] * 3)
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    numbers = [each["tracking_number"] for each in one["parcels"]]
    assert len(set(numbers)) == 3
    assert one["parcels"] == two["parcels"] != other["parcels"]


def test_an_id_left_out_is_given(url: str) -> None:
    one, two = created(url), created(url)
    assert one["id"] != two["id"]
    assert one["carriers"]["dhl"]["api_key"] == one["id"]


def test_withheld_products_are_refused_to_the_session(url: str) -> None:
    told = created(url, withheld=["fedex_tracking"], parcels=[{"carrier": "fedex"}])
    own = told["carriers"]["fedex"]
    form = {"grant_type": "client_credentials", "client_id": own["client_id"], "client_secret": own["client_secret"]}
    token = requests.post(own["base_url"] + "/oauth/token", data=form, timeout=WAIT).json()["access_token"]
    answer = requests.post(
        own["base_url"] + "/track/v1/trackingnumbers",
        json={"trackingInfo": [{"trackingNumberInfo": {"trackingNumber": told["parcels"][0]["tracking_number"]}}]},
        headers={"authorization": f"Bearer {token}"},
        timeout=WAIT,
    )
    assert answer.status_code == 403


STORY = """
scenario: A UPS parcel whose number the seller mistypes
parcels:
  box: {carrier: ups, number: 1Z999AA10123456784}
faults:
  - {fault: FAULT, carrier: ups}
expect:
  rows: []
"""


def test_a_story_makes_a_session_and_its_request(url: str) -> None:
    told = created(url, id="story", story=STORY.replace("faults:\n  - {fault: FAULT, carrier: ups}\n", ""))
    [request] = told["request"]
    assert request["packages"][0]["submissions"][0]["tracking_number"] == NUMBER
    assert (request["protocol"], request["as_of"], told["now"]) == (1, "2026-04-01T00:00:00Z", "2026-04-01T00:00:00Z")
    assert request["carriers"] == told["carriers"]
    assert ups(request["carriers"], NUMBER) == "D"


def test_seller_faults_act_on_the_submissions_of_a_storys_request(url: str) -> None:
    told = created(url, story=STORY.replace("FAULT", "blank_number"))
    [request] = told["request"]
    assert request["packages"][0]["submissions"][0]["tracking_number"] == ""
    assert told["parcels"][0]["tracking_number"] == NUMBER


def test_a_wrong_story_is_refused_with_its_line(url: str) -> None:
    assert error(post(url, {"story": "scenario: x\nparcel: {}\nexpect: {rows: []}\n"}), 422).startswith(
        "story: story:2:1: unknown key 'parcel'; did you mean 'parcels'?"
    )


def test_a_story_of_several_scenarios_is_refused(url: str) -> None:
    two = STORY.replace("faults:\n  - {fault: FAULT, carrier: ups}\n", "matrix: {c: [ups, usps]}\n")
    two = two.replace("carrier: ups, number: 1Z999AA10123456784", "carrier: $c")
    assert "2 scenarios" in error(post(url, {"story": two}), 422)


def test_a_story_says_its_time_itself(url: str) -> None:
    assert error(post(url, {"story": STORY, "seed": 1}), 422).startswith("seed: the story says that itself")


def test_without_a_reader_a_story_is_refused_with_a_next_step() -> None:
    with running(Sessions()) as bare:
        assert "can't read scenarios" in error(post(f"{bare}/_admin/sessions", {"story": STORY}), 422)


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
def test_what_is_wrong_is_said_with_field_value_and_expectation(url: str, body: object, message: str) -> None:
    assert message in error(post(url, body), 422)


def test_an_id_is_taken_once(url: str) -> None:
    created(url, id="twice")
    assert "is there already" in error(post(url, {"id": "twice"}), 409)
    assert "is there already" in error(post(url, {"id": "demo"}), 409)


def test_one_session_too_many_is_refused_with_the_limit(url: str) -> None:
    for _ in range(8):
        created(url)
    assert error(post(url, {}), 422).startswith("8 sessions, and the limit is 8; delete some, or wait")


# -- parcels, faults, clock, journal


def test_parcels_are_added_and_told(url: str) -> None:
    told = created(url, id="grows", parcels=[{"carrier": "ups", "tracking_number": NUMBER}])
    added = post(f"{url}/grows/parcels", {"parcels": [{"carrier": "dhl"}]}).json()
    assert (added["count"], added["parcels"][0]["carrier"]) == (2, "dhl")
    assert requests.get(f"{url}/grows/parcels", timeout=WAIT).json()["parcels"] == told["parcels"] + added["parcels"]


def test_a_wrong_parcel_among_good_ones_adds_none(url: str) -> None:
    created(url, id="whole")
    error(post(f"{url}/whole/parcels", {"parcels": [{"carrier": "dhl"}, {"carrier": "no"}]}), 422)
    assert requests.get(f"{url}/whole/parcels", timeout=WAIT).json() == {"parcels": [], "count": 0, "last": 0}


def test_faults_are_injected_shown_and_cleared(url: str) -> None:
    told = created(url, id="bad", parcels=[{"carrier": "dhl"}])
    page, own = f"{url}/bad/faults", told["carriers"]["dhl"]
    where = f"{own['base_url']}/track/shipments?trackingNumber={told['parcels'][0]['tracking_number']}"

    def status() -> int:
        return requests.get(where, headers={"DHL-API-Key": own["api_key"]}, timeout=WAIT).status_code

    shown = post(page, {"faults": [{"fault": "rate_limited", "carrier": "dhl", "calls": "first 1"}]}).json()["faults"]
    assert (shown[0]["fault"], shown[0]["carrier"], shown[0]["calls"]) == ("rate_limited", "dhl", "first 1")
    assert [status(), status()] == [429, 200]
    post(page, {"faults": [{"fault": "rate_limited"}]})
    assert status() == 429
    assert requests.delete(page, timeout=WAIT).json() == {"faults": []}
    assert status() == 200


def test_more_faults_than_the_limit_are_refused(url: str) -> None:
    created(url, id="faulty")
    page = f"{url}/faulty/faults"
    post(page, {"faults": [{"fault": "silence"}] * 5})
    assert "5 and 1 more, and the limit is 5" in error(post(page, {"faults": [{"fault": "silence"}]}), 422)


def test_one_query_goes_from_unknown_through_in_transit_to_delivered_as_the_clock_turns(url: str) -> None:
    scans = [
        {"at": "2026-03-02T10:00:00Z", "kind": "accepted"},
        {"at": "2026-03-03T10:00:00Z", "kind": "arrived", "published": "2026-03-05T10:00:00Z"},
        {"at": "2026-03-06T10:00:00Z", "kind": "delivered"},
    ]
    told = created(url, id="turns", parcels=[{"carrier": "ups", "tracking_number": NUMBER, "scans": scans}])
    clock, block = f"{url}/turns/clock", told["carriers"]
    assert ups(block, NUMBER) == "unknown"
    assert post(clock, {"advance": 36_000}).json() == {"now": "2026-03-02T10:00:00Z"}
    assert ups(block, NUMBER) == "I" or ups(block, NUMBER) == "P"
    post(clock, {"set": "2026-03-06T10:00:00Z"})
    assert ups(block, NUMBER) == "D"
    post(clock, {"set": "2026-03-01T00:00:00+02:00"})
    assert ups(block, NUMBER) == "unknown"


def test_an_event_published_two_days_late_appears_only_then(url: str) -> None:
    scans = [{"at": "2026-03-02T10:00:00Z", "kind": "accepted", "published": "2026-03-04T10:00:00Z"}]
    told = created(url, id="late", parcels=[{"carrier": "ups", "tracking_number": NUMBER, "scans": scans}])
    post(f"{url}/late/clock", {"set": "2026-03-04T09:59:59Z"})
    assert ups(told["carriers"], NUMBER) == "unknown"
    post(f"{url}/late/clock", {"advance": 1})
    assert ups(told["carriers"], NUMBER) != "unknown"


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
def test_a_wrong_turn_leaves_the_clock_alone(url: str, turn: object, message: str) -> None:
    created(url, id="still")
    assert message in error(post(f"{url}/still/clock", turn), 422)
    assert requests.get(f"{url}/still", timeout=WAIT).json()["now"] == "2026-03-02T00:00:00Z"


def test_the_journal_is_read_on_from_a_number_and_says_what_was_dropped(url: str) -> None:
    told = created(url, id="noted")
    for _ in range(6):
        ups(told["carriers"], NUMBER)  # two calls each, 12 in all; ten are kept
    page = f"{url}/noted/journal"
    whole = requests.get(page, timeout=WAIT).json()
    assert [each["number"] for each in whole["entries"]] == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert (whole["dropped"], whole["total"], whole["last"]) == (2, 12, 12)
    assert (whole["entries"][1]["operation"], whole["entries"][1]["numbers"]) == ("track", [NUMBER])
    some = requests.get(f"{page}?after=7&limit=2", timeout=WAIT).json()
    assert [each["number"] for each in some["entries"]] == [8, 9]
    assert requests.get(f"{page}?after=12", timeout=WAIT).json()["entries"] == []
    assert "limit: '0' is no whole number from 1 on" in error(requests.get(f"{page}?limit=0", timeout=WAIT), 422)


def test_text_that_utf8_cannot_hold_is_shown_in_the_journal(url: str) -> None:
    told = created(url, id="odd")
    requests.get(f"{told['carriers']['dhl']['base_url']}/%ED%A0%80?x=%ED%A0%80", timeout=WAIT)
    own = told["carriers"]["dhl"]
    params = {"trackingNumber": b"\xed\xa0\x80"}
    requests.get(own["base_url"] + "/track/shipments", params, headers={"DHL-API-Key": "odd"}, timeout=WAIT)
    assert requests.get(f"{url}/odd/journal", timeout=WAIT).json()["total"] == 1


# -- reset, delete, expiry


def test_a_reset_makes_the_session_as_it_was_and_leaves_the_rest(url: str) -> None:
    body = {"parcels": [{"carrier": "ups", "tracking_number": NUMBER}], "faults": [{"fault": "late_publication"}]}
    body = {"parcels": body["parcels"]}
    first, other = created(url, id="first", **body), created(url, id="other", **body)
    for name in ("first", "other"):
        post(f"{url}/{name}/clock", {"advance": 60})
        post(f"{url}/{name}/parcels", {"parcels": [{"carrier": "dhl"}]})
        post(f"{url}/{name}/faults", {"faults": [{"fault": "rate_limited", "carrier": "dhl"}]})
        ups((first if name == "first" else other)["carriers"], NUMBER)
    changed = requests.get(f"{url}/other", timeout=WAIT).json()
    assert requests.post(f"{url}/first/reset", timeout=WAIT).json() == first
    assert requests.get(f"{url}/first/journal", timeout=WAIT).json()["entries"] == []
    assert requests.get(f"{url}/other", timeout=WAIT).json() == changed
    assert (changed["calls"], len(changed["parcels"]), len(changed["faults"])) == (2, 2, 1)


def test_the_demo_session_is_reset_too_but_stays(url: str) -> None:
    post(f"{url}/demo/clock", {"advance": 60})
    assert requests.post(f"{url}/demo/reset", timeout=WAIT).json()["now"] == "2026-03-20T12:00:00Z"
    assert "stays" in error(requests.delete(f"{url}/demo", timeout=WAIT), 409)


def test_a_deleted_session_answers_no_more(url: str) -> None:
    told = created(url, id="gone")
    assert requests.delete(f"{url}/gone", timeout=WAIT).status_code == 204
    assert "session 'gone' is unknown" in error(requests.get(f"{url}/gone", timeout=WAIT), 404)
    own = told["carriers"]["dhl"]
    page = own["base_url"] + "/track/shipments?trackingNumber=1"
    assert requests.get(page, headers={"DHL-API-Key": "gone"}, timeout=WAIT).status_code == 401


def test_a_session_left_alone_too_long_goes_and_the_demo_stays() -> None:
    sessions = demo_sessions()
    sessions.add("idle", Simulation(credentials=Credentials.of("idle")), touched=1_000.0)
    assert sessions.expire(4_600.0) == ()
    assert sessions.expire(4_600.1) == ("idle",)
    assert sessions.names() == ("demo",)
    with pytest.raises(MisuseError, match="nothing asked for it for 3600 seconds; create it again"):
        sessions.get("idle")


def test_sessions_are_listed(url: str) -> None:
    created(url, id="one", parcels=[{"carrier": "ups"}])
    listed = requests.get(url, timeout=WAIT).json()["sessions"]
    assert [each["id"] for each in listed] == ["demo", "one"]
    assert listed[1] == {"id": "one", "now": "2026-03-02T00:00:00Z", "parcels": 1, "faults": 0, "calls": 0}


# -- the pages beside


def test_the_openapi_document_is_served_and_names_every_key_of_a_session(server: tuple[Sessions, str]) -> None:
    served = requests.get(f"{server[1]}/_admin/openapi.json", timeout=WAIT).json()
    assert served == json.loads(json.dumps(openapi.document()))
    schemas = served["components"]["schemas"]
    assert set(schemas["SessionRequest"]["properties"]) == set(SessionRequest.model_fields)
    assert served["paths"]["/_admin/sessions/{id}/clock"]["post"]["requestBody"]["content"]["application/json"][
        "schema"
    ] == {"$ref": "#/components/schemas/ClockRequest"}


def test_metrics_count_calls_by_carrier_operation_and_status_also_of_deleted_sessions(url: str) -> None:
    with running(demo_sessions()) as bare:
        told = created(f"{bare}/_admin/sessions", id="counted")
        ups(told["carriers"], NUMBER)
        requests.delete(f"{bare}/_admin/sessions/counted", timeout=WAIT)
        lines = requests.get(f"{bare}/metrics", timeout=WAIT).text.splitlines()
    assert 'vtr_requests_total{carrier="ups",operation="track",status="200"} 1' in lines
    assert "vtr_sessions 1" in lines


# -- hostile requests


@pytest.mark.parametrize(
    "story",
    [
        "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
        "[" * 1_000,
        "x: !!python/object/apply:os.system ['true']\n",
        "\x00",
        "",
        "- " * 500,
    ],
    ids=["aliases", "depth", "tag", "NUL", "empty", "lists"],
)
def test_a_hostile_story_is_refused(url: str, story: str) -> None:
    assert error(post(url, {"story": story}), 422).startswith("story: ")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"[" * 50_000, b'{"a":' * 20_000, b'{"id":"\\ud800"}', b"NaN"],
    ids=["none", "half", "no UTF-8", "deep list", "deep object", "surrogate", "NaN"],
)
def test_a_body_that_is_no_json_is_refused(url: str, body: bytes) -> None:
    assert "the body is no JSON" in error(requests.post(url, data=body, timeout=WAIT), 400)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused_with_the_limit(url: str, chunked: bool) -> None:  # noqa: FBT001 (a column)
    body = b" " * 100_001
    answer = requests.post(url, data=iter((body,)) if chunked else body, timeout=WAIT)
    assert error(answer, 413) == "the body has 100001 bytes, and the limit is 100000; send it in parts"


def test_many_wrong_values_make_a_short_message(url: str) -> None:
    many = {f"key{serial}": 1 for serial in range(5_000)}
    message = error(post(url, many), 422)
    assert message.endswith("and 4990 more")
    assert len(message) < 2_000
    assert len(error(post(url, {"id": "y" * 50_000}), 422)) < 300


@pytest.mark.parametrize(
    "path",
    ["/..", "/%2e%2e", "/../../etc/passwd", "/%2e%2e%2fhealthz", "/a%00b", "//demo", "/demo/", "/demo/../demo", "/%ff"],
)
def test_odd_paths_are_not_found(server: tuple[Sessions, str], path: str) -> None:
    parts = urlsplit(server[1])
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=WAIT) as client:
        client.sendall(f"GET /_admin/sessions{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        answer = client.makefile("rb").read()
    assert answer.split(b" ")[1] in {b"404", b"307"}


@pytest.mark.parametrize(
    ("method", "page"), [("PUT", "/demo"), ("PATCH", ""), ("GET", "/demo/clock"), ("POST", "/demo")]
)
def test_another_method_is_not_allowed(url: str, method: str, page: str) -> None:
    assert f"does not take {method}" in error(requests.request(method, url + page, timeout=WAIT), 405)


def test_pages_of_other_sites_may_not_control_the_server(url: str) -> None:
    answer = requests.post(f"{url}/demo/reset", headers={"origin": "https://evil.example"}, timeout=WAIT)
    assert "may not control" in error(answer, 403)


PAGES = [
    ("GET", "/metrics"),
    ("GET", "/_admin/openapi.json"),
    ("GET", "/_admin/sessions"),
    ("POST", "/_admin/sessions"),
    ("DELETE", "/_admin/sessions/demo"),
    ("POST", "/_admin/sessions/demo/reset"),
    ("POST", "/_admin/sessions/demo/clock"),
    ("GET", "/_admin/sessions/demo/journal"),
]


def test_with_a_token_every_page_but_healthz_asks_for_it() -> None:
    with running(demo_sessions(), admin_token="abc") as guarded:
        for method, page in PAGES:
            for given in ({}, {"authorization": "Bearer abd"}, {"authorization": "abc"}, {"authorization": "Bearer "}):
                answer = requests.request(method, guarded + page, headers=given, timeout=WAIT)
                assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        answer = requests.get(f"{guarded}/metrics", headers={"authorization": "Bearer abc"}, timeout=WAIT)
        assert answer.status_code == 200


# -- together


def test_64_workers_with_contradictory_stories_of_one_number_never_meet() -> None:
    with running(Sessions()) as own, ThreadPoolExecutor(64) as pool:
        page = f"{own}/_admin/sessions"

        def work(serial: int) -> set[str]:
            journey = "delivered" if serial % 2 else "in_transit"
            told = created(page, parcels=[{"carrier": "ups", "tracking_number": NUMBER, "journey": journey}])
            with requests.Session() as http:
                http.trust_env = False
                return {ups(told["carriers"], NUMBER, http) for _ in range(5)}

        assert list(pool.map(work, range(64))) == [{"D"} if serial % 2 else {"I"} for serial in range(64)]


def test_the_command_hands_the_reader_of_scenarios_over() -> None:
    text = (Path(__file__).parents[3] / "vtr" / "cli.py").read_text(encoding="utf-8")
    assert "app(obj=_stories)" in text
