"""USPS's Tracking 3.2: lists of numbers, 200, 207 and 404, its own names, refusals, scopes of tokens."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sample_parcels import BOISE, SHENZHEN, TULSA, USPS_MOVING, USPS_NUMBER, MakeView, at

from simulator import Simulation
from simulator.carriers.common.carrier import Call
from simulator.carriers.usps import CARRIER, v3r2
from simulator.carriers.usps.events import CODES
from simulator.exchange import Request, Response
from simulator.parcel import Kind, Parcel, ScanEvent

GOLDEN = Path(__file__).parent / "golden"
HOST = CARRIER.hosts[0]
PATH = "/tracking/v3r2/tracking"
PRESHIPMENT = "9261291234567876543219"
UNKNOWN = "9405591234567876543212"
MANIFESTED = Parcel(
    "usps", PRESHIPMENT, (ScanEvent(at(2, 2, 30), Kind.MANIFESTED, TULSA),), TULSA, BOISE, service="Parcel Select"
)
BARE = Parcel("usps", USPS_NUMBER, (), TULSA, BOISE, registered=at(1, 0))


def ask(usps: Any, body: object, token: str | None = None) -> Response:  # noqa: ANN401 (a StubView)
    headers = {
        "authorization": f"Bearer {usps.issue_token(60) if token is None else token}",
        "content-type": "application/json",
    }
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    answer: Response = usps.ask(Request("POST", HOST, PATH, (), headers, raw))
    return answer


def request_body(*numbers: str) -> list[dict[str, str]]:
    return [{"trackingNumber": number} for number in numbers]


def elements(answer: Response) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(answer.body)
    assert isinstance(found, list)
    return found


def refusal(answer: Response) -> tuple[int, str, dict[str, Any]]:
    document = json.loads(answer.body)
    assert list(document) == ["apiVersion", "error"]
    assert answer.headers[0] == ("content-type", "application/json")
    return answer.status, document["apiVersion"], document["error"]


def token_answer(usps: Any, **fields: str) -> dict[str, Any]:  # noqa: ANN401 (a StubView)
    body = {"grant_type": "client_credentials", "client_id": "demo", "client_secret": "demo"} | fields
    answer = usps.ask(Request("POST", HOST, "/oauth2/v3/token", (), {}, orjson.dumps(body)))
    assert answer.status == 200
    found: dict[str, Any] = json.loads(answer.body)
    return found


# ── answers ──


def test_a_mixed_list_is_207_byte_for_byte_in_the_order_of_the_question(make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, [USPS_MOVING, MANIFESTED]), request_body(USPS_NUMBER, UNKNOWN, PRESHIPMENT))
    assert answer.status == 207
    assert answer.headers == (("content-type", "application/json"),)
    assert answer.body == orjson.dumps(json.loads((GOLDEN / "usps-v3r2.json").read_text(encoding="utf-8")))


def test_where_every_number_is_found_the_status_is_200(make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, [USPS_MOVING, MANIFESTED]), request_body(PRESHIPMENT, USPS_NUMBER))
    assert answer.status == 200
    assert [element["trackingNumber"] for element in elements(answer)] == [PRESHIPMENT, USPS_NUMBER]


def test_one_number_comes_in_a_list_of_one(make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, [USPS_MOVING]), request_body(USPS_NUMBER))
    assert (answer.status, len(elements(answer))) == (200, 1)


def test_where_none_of_several_is_found_the_status_is_207(make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER), request_body(UNKNOWN, USPS_NUMBER))
    assert answer.status == 207
    assert [element["statusCode"] for element in elements(answer)] == ["404", "404"]


def test_the_same_parcel_is_known_to_3_0(make_view: MakeView) -> None:
    usps = make_view(CARRIER, [USPS_MOVING])
    headers = {"authorization": f"Bearer {usps.issue_token(60)}"}
    older = usps.ask(Request("GET", HOST, f"/tracking/v3/tracking/{USPS_NUMBER}", (("expand", "DETAIL"),), headers))
    codes = [event["eventCode"] for event in json.loads(older.body)["trackingEvents"]]
    assert [
        event["eventCode"] for event in elements(ask(usps, request_body(USPS_NUMBER)))[0]["trackingEvents"]
    ] == codes


def test_after_delivery_no_day_is_expected(make_view: MakeView) -> None:
    delivered = Parcel(
        "usps", USPS_NUMBER, (*USPS_MOVING.events, ScanEvent(at(5, 20), Kind.DELIVERED, BOISE)), TULSA, BOISE
    )
    assert elements(ask(make_view(CARRIER, [delivered]), request_body(USPS_NUMBER)))[0]["deliveryDateExpectation"] == {}


def test_a_place_abroad_is_named_by_its_country(make_view: MakeView) -> None:
    abroad = Parcel("usps", "LZ123456785US", (ScanEvent(at(2, 3), code="A0", place=SHENZHEN),), SHENZHEN, BOISE)
    (element,) = elements(ask(make_view(CARRIER, [abroad]), request_body("LZ123456785US")))
    event = element["trackingEvents"][0]
    assert (event["eventCity"], event["eventState"], event["eventZIPCode"]) == ("SHENZHEN", None, None)
    assert event["eventCountry"] == "CHINA"
    assert element["originCountry"] == "CN"
    assert "originZIPCode" not in element


@pytest.mark.parametrize("code", list(CODES.by_code))
def test_every_code_reaches_the_wire(code: str, make_view: MakeView) -> None:
    parcel = Parcel("usps", USPS_NUMBER, (ScanEvent(at(3, 8), code=code, place=TULSA),), TULSA, BOISE)
    ((event,),) = [
        element["trackingEvents"] for element in elements(ask(make_view(CARRIER, [parcel]), request_body(USPS_NUMBER)))
    ]
    assert (event["eventCode"], event["eventType"]) == (code.partition("/")[0], CODES.by_code[code].text)


def test_blanks_in_a_number_and_unknown_members_do_not_matter(make_view: MakeView) -> None:
    body = [{"trackingNumber": " 9205 5900 0000 0100 0000 18 ", "includeVeriPoint": "true", "expand": "DETAIL", "x": 1}]
    answer = ask(make_view(CARRIER, [USPS_MOVING]), body)
    assert (answer.status, elements(answer)[0]["trackingNumber"]) == (200, USPS_NUMBER)


@pytest.mark.parametrize(
    ("narrowing", "first_event"),
    [
        ({}, "2026-03-11T05:00:00"),
        ({"destinationZIPCode": "83702"}, "2026-03-02T15:05:00"),
        ({"destinationZIPCode": "74103"}, "2026-03-11T05:00:00"),
        ({"mailingDate": "2026-03-02"}, "2026-03-02T15:05:00"),
    ],
)
def test_zip_code_and_mailing_date_select_a_piece_of_a_reused_number(
    narrowing: dict[str, str], first_event: str, make_view: MakeView
) -> None:
    old = Parcel("usps", USPS_NUMBER, (ScanEvent(at(2, 21, 5), Kind.ACCEPTED, TULSA),), TULSA, BOISE)
    new = Parcel("usps", USPS_NUMBER, (ScanEvent(at(11, 11), Kind.ACCEPTED, BOISE),), BOISE, TULSA)
    (element,) = elements(ask(make_view(CARRIER, [old, new]), [{"trackingNumber": USPS_NUMBER} | narrowing]))
    assert element["trackingEvents"][-1]["eventTimestamp"] == first_event


def test_a_piece_that_does_not_fit_is_not_found(make_view: MakeView) -> None:
    question = [{"trackingNumber": USPS_NUMBER, "destinationZIPCode": "00000"}]
    assert ask(make_view(CARRIER, [USPS_MOVING, USPS_MOVING]), question).status == 404


# ── failures ──


def test_a_lone_unknown_number_is_a_bare_error_with_404(make_view: MakeView) -> None:
    status, version, error = refusal(ask(make_view(CARRIER), request_body(UNKNOWN)))
    assert (status, version, error["code"], error["errors"]) == (404, "/tracking/v3r2", "404", [])
    assert error["message"].startswith("Tracking is not available for this item.")


def test_a_lone_number_without_events_has_an_empty_message_and_the_text_in_its_detail(
    make_view: MakeView,
) -> None:
    status, _, error = refusal(ask(make_view(CARRIER, [BARE]), request_body(USPS_NUMBER)))
    assert (status, error["code"], error["message"]) == (404, "404", "")
    (inner,) = error["errors"]
    assert (inner["title"], inner["status"], inner["code"]) == ("", "404", "150006")
    assert inner["detail"].startswith("12: A status update is not yet available on your package.")


def test_a_lone_failure_may_be_a_list_of_one_instead(monkeypatch: pytest.MonkeyPatch, make_view: MakeView) -> None:
    monkeypatch.setattr(v3r2, "LONE_FAILURE", "list")
    answer = ask(make_view(CARRIER), request_body(UNKNOWN))
    assert answer.status == 207
    assert elements(answer)[0]["error"]["code"] == "404"


def test_35_numbers_are_answered_and_36_refused(make_view: MakeView) -> None:
    usps = make_view(CARRIER, [USPS_MOVING])
    assert len(elements(ask(usps, request_body(*[USPS_NUMBER] * 35)))) == 35
    status, version, error = refusal(ask(usps, request_body(*[USPS_NUMBER] * 36)))
    assert (status, version, error["code"]) == (400, "/tracking/v3r2", "400")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff\xfe", b"null", {"trackingNumber": USPS_NUMBER}, [], [USPS_NUMBER], [None], [{}],
        [{"trackingNumber": None}], [{"trackingNumber": " "}], [{"trackingNumber": 9}],
        [{"trackingNumber": USPS_NUMBER}, {"trackingNumber": ""}], b"[" * 5000,
    ],
)  # fmt: skip
def test_a_body_that_is_not_a_list_of_numbers_is_refused(body: object, make_view: MakeView) -> None:
    status, version, error = refusal(ask(make_view(CARRIER, [USPS_MOVING]), body))
    assert (status, version, error["code"]) == (400, "/tracking/v3r2", "400")
    assert error["message"]


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "a.e30.c"])
def test_without_a_valid_token_the_answer_is_401(token: str, make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, [USPS_MOVING]), request_body(USPS_NUMBER), token)
    status, version, error = refusal(answer)
    assert (status, version, error["message"]) == (401, "/tracking/v3r2", "Missing or malformed access token.")
    assert dict(answer.headers)["www-authenticate"] == 'Bearer realm="https://api.usps.com"'


def test_refusals_name_the_product_of_the_request(make_view: MakeView) -> None:
    usps = make_view(CARRIER)
    request = Request("POST", HOST, PATH)
    refusals = CARRIER.refusals
    for answer in (
        refusals.forbidden(request, usps),
        refusals.rate_limited(request, usps, 7),
        refusals.server_error(request, usps),
        refusals.unavailable(request, usps),
    ):
        assert json.loads(answer.body)["apiVersion"] == "/tracking/v3r2"
    assert usps.ask(Request("GET", HOST, PATH)).status == 405


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        (orjson.dumps(request_body(USPS_NUMBER, " x ")), (USPS_NUMBER, "x")),
        (b'[{"trackingNumber": 7}, null, {"trackingNumber": "a"}]', ("a",)),
        (b"{}", ()),
        (b"\xff", ()),
    ],
)
def test_the_numbers_of_a_call_are_parsed_whatever_was_sent(
    body: bytes, numbers: tuple[str, ...], make_view: MakeView
) -> None:
    (operation,) = v3r2.OPERATIONS
    assert operation.numbers(Call(Request("POST", HOST, PATH, (), {}, body), {}), make_view(CARRIER)) == numbers


# ── scopes ──


@pytest.mark.parametrize("scope", ["tracking", "labels tracking", " "])
def test_a_token_requested_with_tracking_or_no_scope_is_good_for_tracking(scope: str, make_view: MakeView) -> None:
    usps = make_view(CARRIER, [USPS_MOVING])
    issued = token_answer(usps, scope=scope)
    assert issued["scope"] == "tracking"
    assert ask(usps, request_body(USPS_NUMBER), issued["access_token"]).status == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", PATH, orjson.dumps(request_body(USPS_NUMBER))), ("GET", f"/tracking/v3/tracking/{USPS_NUMBER}", b"")],
)
def test_a_token_without_the_scope_is_issued_and_refused_by_the_tracking_call(
    method: str, path: str, body: bytes, make_view: MakeView
) -> None:
    usps = make_view(CARRIER, [USPS_MOVING])
    issued = token_answer(usps, scope="addresses prices")
    assert (issued["status"], issued["scope"]) == ("approved", "")
    headers = {"authorization": f"Bearer {issued['access_token']}"}
    answer = usps.ask(Request(method, HOST, path, (), headers, body))
    status, _, error = refusal(answer)
    assert status == 401
    assert error == {
        "code": "401",
        "message": "Insufficient OAuth scope.",
        "errors": [
            {
                "title": "invalid_oauth_scope",
                "detail": "The OAuth scope is invalid, missing or insufficient to access resource.",
                "source": "Access Token",
            }
        ],
    }
    assert "www-authenticate" in dict(answer.headers)


def test_a_token_without_the_scope_names_its_client_and_expires_like_any_other(make_view: MakeView) -> None:
    usps = make_view(CARRIER, [USPS_MOVING])
    token = token_answer(usps, scope="addresses")["access_token"]
    assert CARRIER.client_of(Request("POST", HOST, PATH, (), {"authorization": f"Bearer {token}"})) == "demo"
    usps.now += timedelta(seconds=28799)
    assert refusal(ask(usps, request_body(USPS_NUMBER), token))[2]["message"] == "Missing or malformed access token."


def test_a_forged_scope_makes_a_token_invalid(make_view: MakeView) -> None:
    usps = make_view(CARRIER, [USPS_MOVING])
    head, claims, signature = usps.issue_token(60).split(".")
    read = json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    for forged in (read | {"scope": "", "exp": 2**40}, read | {"scope": "", "deep": [[]]}, read | {"scope": 1}):
        part = urlsafe_b64encode(json.dumps(forged, separators=(",", ":")).encode()).rstrip(b"=").decode()
        answer = ask(usps, request_body(USPS_NUMBER), f"{head}.{part}.{signature}")
        assert refusal(answer)[2]["message"] == "Missing or malformed access token."


def test_the_core_s_own_tokens_carry_scopes_too() -> None:
    # The test above knows the tokens of this folder's view; here those of a whole simulation are asked.
    simulation = Simulation([USPS_MOVING])

    def call(path: str, body: object, **headers: str) -> Response:
        return simulation.handle(Request("POST", HOST, path, (), headers, orjson.dumps(body)))

    grant = {"grant_type": "client_credentials", "client_id": "demo", "client_secret": "demo", "scope": "addresses"}
    token = json.loads(call("/oauth2/v3/token", grant).body)["access_token"]
    answer = call(PATH, request_body(USPS_NUMBER), authorization=f"Bearer {token}")
    assert json.loads(answer.body)["error"]["message"] == "Insufficient OAuth scope."
    assert simulation.journal[-1].numbers == (USPS_NUMBER,)
