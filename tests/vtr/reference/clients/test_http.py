"""Retries and waits within bounds, tokens kept and renewed, carriers given up."""

from collections.abc import Iterator

import pytest
import requests
import responses

from vtr.reference.clients.answers import Answer
from vtr.reference.clients.http import Bearer, CarrierHttp, Clocks, RetryPolicy, ask_in_turn
from vtr.reference.clients.transport import Call, NoAnswer

BASE = "https://carrier.example"
ASK = Call("GET", "/ask")
TOKEN = Call("POST", "/token", form={"grant_type": "client_credentials"})


@pytest.fixture
def http(clocks: Clocks, monkeypatch: pytest.MonkeyPatch) -> Iterator[CarrierHttp]:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    http = CarrierHttp("Carrier", BASE, RetryPolicy(), clocks)
    yield http
    http.close()


def test_pauses_double_when_the_carrier_names_none(
    http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]
) -> None:
    for _ in range(3):
        web.get(f"{BASE}/ask", status=429, json={})
    web.get(f"{BASE}/ask", json={"a": 1})
    assert http.call(ASK).document == {"a": 1}
    assert pauses == [1.0, 2.0, 4.0]


def test_retry_after_in_seconds_is_waited(http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]) -> None:
    web.get(f"{BASE}/ask", status=503, headers={"Retry-After": "7"})
    web.get(f"{BASE}/ask", json={})
    http.call(ASK)
    assert pauses == [7.0]


def test_retry_after_date_is_measured_from_the_replys_own_date(
    http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]
) -> None:
    headers = {"Date": "Mon, 02 Mar 2020 10:00:00 GMT", "Retry-After": "Mon, 02 Mar 2020 10:00:25 GMT"}
    web.get(f"{BASE}/ask", status=429, headers=headers)
    web.get(f"{BASE}/ask", json={})
    http.call(ASK)
    assert pauses == [25.0]


def test_retry_after_date_without_date_is_measured_from_our_clock(
    http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]
) -> None:
    web.get(f"{BASE}/ask", status=429, headers={"Retry-After": "Mon, 02 Mar 2026 10:00:12 GMT"})
    web.get(f"{BASE}/ask", json={})
    http.call(ASK)
    assert pauses == [12.0]


@pytest.mark.parametrize("text", ["soon", "-5", "1.5", "²"])
def test_retry_after_that_is_neither_seconds_nor_date_is_passed_over(
    text: str, http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]
) -> None:
    web.get(f"{BASE}/ask", status=429, headers={"Retry-After": text})
    web.get(f"{BASE}/ask", json={})
    http.call(ASK)
    assert pauses == [1.0]


def test_wait_longer_than_the_policy_allows_is_not_begun(
    http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]
) -> None:
    web.get(f"{BASE}/ask", status=429, headers={"Retry-After": "3600"})
    with pytest.raises(NoAnswer, match=r"Carrier answered 429; it asks to wait 3600 s"):
        http.call(ASK)
    assert pauses == []


def test_attempts_are_bounded(http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]) -> None:
    answer = web.get(f"{BASE}/ask", status=500, json={"errors": [{"code": "X1", "message": "down"}]})
    with pytest.raises(NoAnswer, match="Carrier answered 500 X1 down"):
        http.call(ASK)
    assert answer.call_count == 4
    assert pauses == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (requests.ConnectTimeout(), "did not answer in time"),
        (requests.ReadTimeout(), "did not answer in time"),
        (requests.ConnectionError(ConnectionResetError(104, "Connection reset by peer")), "Connection reset by peer"),
    ],
)
def test_failures_of_the_connection_are_repeated_and_then_told(
    error: requests.RequestException, words: str, http: CarrierHttp, web: responses.RequestsMock
) -> None:
    answer = web.get(f"{BASE}/ask", body=error)
    with pytest.raises(NoAnswer, match=words):
        http.call(ASK)
    assert answer.call_count == 4


@pytest.mark.parametrize(
    "body", [b"", b"<html>Down for maintenance</html>", b'{"trackResponse": {"ship', b"[" * 100_000]
)
def test_unreadable_success_is_asked_once_more(body: bytes, http: CarrierHttp, web: responses.RequestsMock) -> None:
    answer = web.get(f"{BASE}/ask", body=body)
    with pytest.raises(NoAnswer, match="cannot be read"):
        http.call(ASK)
    assert answer.call_count == 2


def test_unreadable_success_that_becomes_readable_is_an_answer(http: CarrierHttp, web: responses.RequestsMock) -> None:
    web.get(f"{BASE}/ask", body=b"<html>")
    web.get(f"{BASE}/ask", json={"a": 1})
    assert http.call(ASK).document == {"a": 1}


def test_redirects_are_not_followed(http: CarrierHttp, web: responses.RequestsMock) -> None:
    web.get(f"{BASE}/ask", status=302, headers={"Location": "https://elsewhere.example/"})
    with pytest.raises(NoAnswer, match=r"redirects \(302\) to https://elsewhere\.example/"):
        http.call(ASK)


def test_client_errors_are_replies_with_their_words(http: CarrierHttp, web: responses.RequestsMock) -> None:
    web.get(f"{BASE}/ask", status=404, json={"title": "No result found", "status": 404, "detail": "none"})
    assert http.call(ASK).summary == "404 No result found none"


def test_token_is_asked_for_once(http: CarrierHttp, web: responses.RequestsMock) -> None:
    token = web.post(f"{BASE}/token", json={"access_token": "t1", "expires_in": "14399"})
    web.get(f"{BASE}/ask", json={})
    bearer = Bearer(http, TOKEN)
    for _ in range(5):
        bearer.call(ASK)
    assert token.call_count == 1
    assert web.calls[-1].request.headers["Authorization"] == "Bearer t1"


@pytest.mark.parametrize("life", ["3600", 3600])
def test_token_is_renewed_when_its_life_is_over(
    life: object, http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]
) -> None:
    token = web.post(f"{BASE}/token", json={"access_token": "t", "expires_in": life})
    web.get(f"{BASE}/ask", json={})
    bearer = Bearer(http, TOKEN)
    bearer.call(ASK)
    pauses.append(3500)
    bearer.call(ASK)
    assert token.call_count == 1
    pauses.append(100)
    bearer.call(ASK)
    assert token.call_count == 2


@pytest.mark.parametrize("life", [0, "0", -1, None, "soon", "nan"])
def test_token_without_a_usable_life_is_kept_until_a_refusal(
    life: object, http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]
) -> None:
    token = web.post(f"{BASE}/token", json={"access_token": "t", "expires_in": life})
    web.get(f"{BASE}/ask", json={})
    bearer = Bearer(http, TOKEN)
    bearer.call(ASK)
    pauses.append(100_000)
    bearer.call(ASK)
    assert token.call_count == 1


def test_refused_token_is_renewed_once_and_the_call_repeated(http: CarrierHttp, web: responses.RequestsMock) -> None:
    web.post(f"{BASE}/token", json={"access_token": "t1"})
    web.post(f"{BASE}/token", json={"access_token": "t2"})
    web.get(f"{BASE}/ask", status=401, json={})
    web.get(f"{BASE}/ask", json={"a": 1})
    assert Bearer(http, TOKEN).call(ASK).document == {"a": 1}
    assert web.calls[-1].request.headers["Authorization"] == "Bearer t2"


def test_fresh_token_that_is_refused_is_not_renewed_for_every_call(
    http: CarrierHttp, web: responses.RequestsMock
) -> None:
    token = web.post(f"{BASE}/token", json={"access_token": "t"})
    body = {"response": {"errors": [{"code": "250002", "message": "Invalid Authentication Information"}]}}
    web.get(f"{BASE}/ask", status=401, json=body)
    bearer = Bearer(http, TOKEN)
    for _ in range(4):
        words = r"Carrier refused the credentials \(401 250002 Invalid Authentication Information\)"
        with pytest.raises(NoAnswer, match=words):
            bearer.call(ASK)
    assert token.call_count == 2


def test_token_refused_in_vain_once_is_renewed_again_after_it_worked(
    http: CarrierHttp, web: responses.RequestsMock
) -> None:
    web.post(f"{BASE}/token", json={"access_token": "t"})
    for status in (401, 401, 200, 401, 200):
        web.get(f"{BASE}/ask", status=status, json={})
    bearer = Bearer(http, TOKEN)
    with pytest.raises(NoAnswer):
        bearer.call(ASK)
    assert bearer.call(ASK).is_ok
    assert bearer.call(ASK).is_ok


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (
            401,
            '{"error": "invalid_client", "error_description": "no such client"}',
            "401 invalid_client no such client",
        ),
        (401, "<html>Unauthorized</html>", "401 <html>Unauthorized</html>"),
        (200, '{"token": "t"}', "gave no token: access_token is missing"),
        (200, '{"access_token": ["t"]}', "gave no token: access_token is a list"),
        (200, "[]", "gave no token: the answer is a list"),
    ],
)
def test_refusal_by_the_token_endpoint_is_final(
    status: int, body: str, words: str, http: CarrierHttp, web: responses.RequestsMock
) -> None:
    token = web.post(f"{BASE}/token", status=status, body=body)
    bearer = Bearer(http, TOKEN)
    for _ in range(3):
        with pytest.raises(NoAnswer) as caught:
            bearer.call(ASK)
        assert words in caught.value.why
        assert caught.value.final
    assert token.call_count == 1


def test_carrier_is_given_up_after_questions_in_a_row_without_answer(http: CarrierHttp) -> None:
    asked = []

    def ask(numbers: tuple[str, ...]) -> list[Answer]:
        asked.append(numbers[0])
        raise NoAnswer("Carrier answered 503")

    answers = list(ask_in_turn(http, "ups", [(str(number),) for number in range(8)], ask))  # type: ignore[arg-type]
    assert asked == ["0", "1", "2", "3", "4"]
    assert [answer.outcome for answer in answers] == ["unanswered"] * 8
    assert answers[4].why == "Carrier answered 503"
    assert answers[5].why == "Carrier answered 503; not asked any more"


def test_answer_between_failures_keeps_a_carrier_asked(http: CarrierHttp) -> None:
    asked = []

    def ask(numbers: tuple[str, ...]) -> list[Answer]:
        asked.append(numbers[0])
        if len(asked) % 3:
            raise NoAnswer("Carrier answered 503")
        return [Answer("ups", numbers[0], "unknown")]

    list(ask_in_turn(http, "ups", [(str(number),) for number in range(12)], ask))  # type: ignore[arg-type]
    assert len(asked) == 12
