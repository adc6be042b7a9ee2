"""FedEx's tokens: issue, lifetime, refusals, and the client of a request."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from fedex_calls import HOST, NUMBER, body, parcel, question, track_request
from sample_parcels import ONTARIO, MakeView, at

from simulator.carriers.fedex import CARRIER
from simulator.exchange import Request, Response
from simulator.parcel import Kind, ScanEvent

LABEL = ScanEvent(at(10, 17, 15, 41), Kind.LABEL_CREATED, ONTARIO)


def token_request(content_type: str = "application/x-www-form-urlencoded", **fields: str) -> Request:
    form = {"grant_type": "client_credentials", "client_id": "demo", "client_secret": "demo"} | fields
    return Request("POST", HOST, "/oauth/token", headers={"content-type": content_type}, body=urlencode(form).encode())


def error_of(answer: Response) -> tuple[int, str]:
    return answer.status, body(answer)["errors"][0]["code"]


def test_a_token_answer_is_lower_case_bearer_with_an_integer_lifetime(make_view: MakeView) -> None:
    answer = make_view(CARRIER, ()).ask(token_request())
    rendered = body(answer)
    assert (answer.status, rendered.pop("access_token") != "") == (200, True)
    assert rendered == {"token_type": "bearer", "expires_in": 3599, "scope": "CXS-TP"}


def test_a_token_lasts_an_hour_less_a_second(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(LABEL),))
    token = body(made.ask(token_request()))["access_token"]
    made.now += timedelta(seconds=3598)
    assert made.ask(track_request(question(NUMBER), token)).status == 200
    made.now += timedelta(seconds=1)
    assert made.ask(track_request(question(NUMBER), token)).status == 401


def test_wrong_client_credentials_are_not_authorized(make_view: MakeView) -> None:
    answer = make_view(CARRIER, ()).ask(token_request(client_secret="other"))
    assert (answer.status, body(answer)["errors"][0]["code"]) == (401, "NOT.AUTHORIZED.ERROR")


@pytest.mark.parametrize("fields", [{"grant_type": "password"}, {"client_id": ""}, {"client_secret": ""}])
def test_a_malformed_token_request_is_invalid_input(make_view: MakeView, fields: dict[str, str]) -> None:
    answer = make_view(CARRIER, ()).ask(token_request(**fields))
    assert (answer.status, body(answer)["errors"][0]["code"]) == (422, "INVALID.INPUT.EXCEPTION")


def test_a_token_request_in_json_is_a_bad_request(make_view: MakeView) -> None:
    answer = make_view(CARRIER, ()).ask(token_request("application/json"))
    assert (answer.status, body(answer)["errors"][0]["code"]) == (400, "BAD.REQUEST.ERROR")


@pytest.mark.parametrize("authorization", ["", "Bearer a.b.c", "Basic ZGVtbzpkZW1v"])
def test_without_a_valid_token_the_answer_is_401_without_the_clients_transaction(
    make_view: MakeView, authorization: str
) -> None:
    request = track_request(question(NUMBER), "", x_customer_transaction_id="mine", authorization=authorization)
    answer = make_view(CARRIER, ()).ask(request)
    assert error_of(answer) == (401, "NOT.AUTHORIZED.ERROR")
    assert "customerTransactionId" not in body(answer)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (token_request(client_id="shop-7"), "shop-7"),
        (token_request("application/json"), "demo"),
        (Request("POST", HOST, "/oauth/token", body=b"\xff\xfe"), None),
        (Request("POST", HOST, "/track/v1/trackingnumbers"), None),
        (track_request({}, "nonsense"), None),
    ],
)
def test_the_client_of_a_request(request_: Request, expected: str | None) -> None:
    assert CARRIER.client_of(request_) == expected


def test_a_token_names_its_client(make_view: MakeView) -> None:
    token = make_view(CARRIER, ()).issue_token(10)
    assert CARRIER.client_of(track_request({}, token)) == "demo"
