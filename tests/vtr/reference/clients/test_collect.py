"""Each pair is asked once, batches are kept, and what the named carrier does not know is asked of the others."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Barrier

import pytest
import requests
import responses
from requests import PreparedRequest

from vtr.reference.clients.answers import Answer
from vtr.reference.clients.collect import collect
from vtr.reference.clients.endpoints import DhlEndpoint, Endpoints, OAuthEndpoint
from vtr.reference.clients.http import RetryPolicy
from vtr.reference.errors import EndpointError

UPS = OAuthEndpoint("https://ups.example", "me", "secret")
FEDEX = OAuthEndpoint("https://fedex.example", "me", "secret")
DHL = DhlEndpoint("https://dhl.example", "key")


def ask(
    pairs: list[tuple[str, str]],
    endpoints: Endpoints,
    policy: RetryPolicy | None = None,
    progress: Callable[[int, int], None] | None = None,
    *,
    at_once: bool = False,
) -> tuple[Answer, ...]:
    return collect(
        pairs,
        endpoints,
        wait=lambda _: None,
        now=lambda: 0.0,
        clock=lambda: datetime(2026, 3, 2, tzinfo=UTC),
        policy=policy,
        progress=progress,
        at_once=at_once,
    )


@pytest.fixture(autouse=True)
def web() -> Iterator[responses.RequestsMock]:
    """UPS and FedEx know nothing, DHL knows 9000000015."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post("https://ups.example/security/v1/oauth/token", json={"access_token": "t"})
        mock.post("https://fedex.example/oauth/token", json={"access_token": "t"})
        warning = {"code": "TW0001", "message": "Tracking Information Not Found"}
        body = json.dumps({"trackResponse": {"shipment": [{"warnings": [warning]}]}})
        mock.add_callback("GET", "https://ups.example/api/track/v1/details/K1500000045", lambda _: (200, {}, body))
        mock.add_callback("GET", "https://ups.example/api/track/v1/details/9000000015", lambda _: (200, {}, body))
        mock.add_callback("POST", "https://fedex.example/track/v1/trackingnumbers", callback=_fedex)
        mock.add_callback("GET", "https://dhl.example/track/shipments", callback=_dhl)
        yield mock


def _fedex(request: PreparedRequest) -> tuple[int, dict[str, str], str]:
    numbers = [each["trackingNumberInfo"]["trackingNumber"] for each in json.loads(request.body or "")["trackingInfo"]]
    error = {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND", "message": "none"}
    found = [{"trackingNumber": number, "trackResults": [{"error": error}]} for number in numbers]
    return 200, {}, json.dumps({"output": {"completeTrackResults": found}})


def _dhl(request: PreparedRequest) -> tuple[int, dict[str, str], str]:
    if "trackingNumber=9000000015" not in str(request.url):
        return 404, {}, json.dumps({"title": "No result found", "status": 404})
    event = {"timestamp": "2026-03-10T16:05:00Z", "statusCode": "transit"}
    return 200, {}, json.dumps({"shipments": [{"id": "9000000015", "events": [event]}]})


def outcomes(answers: tuple[Answer, ...]) -> list[tuple[str, str, str]]:
    return [(answer.carrier, answer.tracking_number, answer.outcome) for answer in answers]


def calls_to(web: responses.RequestsMock, host: str) -> int:
    """Count the calls that are no requests for a token."""
    return sum(str(call.request.url).startswith(host) and "oauth" not in str(call.request.url) for call in web.calls)


def test_number_unknown_to_the_named_carrier_is_asked_of_those_it_looks_like() -> None:
    answers = ask([("ups", "9000000015")], Endpoints(ups=UPS, fedex=FEDEX, dhl=DHL))
    assert outcomes(answers) == [
        ("ups", "9000000015", "unknown"),
        ("fedex", "9000000015", "unknown"),
        ("dhl", "9000000015", "known"),
    ]


def test_carriers_without_endpoint_are_not_asked_about_others_numbers() -> None:
    answers = ask([("ups", "9000000015")], Endpoints(ups=UPS, dhl=DHL))
    assert outcomes(answers) == [("ups", "9000000015", "unknown"), ("dhl", "9000000015", "known")]


def test_number_that_looks_like_no_other_carriers_is_asked_once(web: responses.RequestsMock) -> None:
    answers = ask([("ups", "K1500000045")], Endpoints(ups=UPS, fedex=FEDEX, dhl=DHL))
    assert outcomes(answers) == [("ups", "K1500000045", "unknown")]
    assert calls_to(web, "https://dhl.example") == calls_to(web, "https://fedex.example") == 0


def test_known_number_is_not_asked_elsewhere(web: responses.RequestsMock) -> None:
    answers = ask([("dhl", "9000000015")], Endpoints(fedex=FEDEX, dhl=DHL))
    assert outcomes(answers) == [("dhl", "9000000015", "known")]
    assert calls_to(web, "https://fedex.example") == 0


def test_pair_is_asked_once_however_it_is_written(web: responses.RequestsMock) -> None:
    answers = ask([("dhl", "9000000015"), ("dhl", " 9000000015\t"), ("dhl", "9000000015")], Endpoints(dhl=DHL))
    assert outcomes(answers) == [("dhl", "9000000015", "known")]
    assert calls_to(web, "https://dhl.example") == 1


def test_number_named_under_two_carriers_is_not_asked_a_third_time(web: responses.RequestsMock) -> None:
    answers = ask([("fedex", "9000000015"), ("dhl", "9000000015")], Endpoints(fedex=FEDEX, dhl=DHL))
    assert outcomes(answers) == [("fedex", "9000000015", "unknown"), ("dhl", "9000000015", "known")]
    assert calls_to(web, "https://dhl.example") == 1


def test_numbers_are_asked_in_upper_case_and_blank_ones_not_at_all() -> None:
    answers = ask([("ups", "k1500000045"), ("ups", "  "), ("ups", "")], Endpoints(ups=UPS))
    assert outcomes(answers) == [("ups", "K1500000045", "unknown")]


def test_batches_are_filled_across_orders(web: responses.RequestsMock) -> None:
    numbers = [f"{number:015}" for number in range(31)]
    pairs = [pair for number in numbers for pair in (("fedex", number), ("ups", "K1500000045"))]
    ask(pairs, Endpoints(ups=UPS, fedex=FEDEX))
    assert calls_to(web, "https://fedex.example") == 2
    assert calls_to(web, "https://ups.example") == 1


def test_missing_credentials_leave_numbers_unanswered_with_what_to_set() -> None:
    (answer,) = ask([("ups", "9000000015")], Endpoints(dhl=DHL))
    assert answer.outcome == "unanswered"
    assert answer.why == "no credentials for UPS; set VTR_UPS_CLIENT_ID and VTR_UPS_CLIENT_SECRET"


def test_unanswered_number_is_not_asked_elsewhere(web: responses.RequestsMock) -> None:
    web.replace("POST", "https://fedex.example/track/v1/trackingnumbers", status=503)
    answers = ask([("fedex", "9000000015")], Endpoints(fedex=FEDEX, dhl=DHL), policy=RetryPolicy(attempts=1))
    assert outcomes(answers) == [("fedex", "9000000015", "unanswered")]


def test_progress_counts_answers_and_questions() -> None:
    seen: list[tuple[int, int]] = []
    ask(
        [("ups", "K1500000045"), ("ups", "9000000015")],
        Endpoints(ups=UPS, dhl=DHL),
        progress=lambda done, asked: seen.append((done, asked)),
    )
    assert seen == [(1, 2), (2, 2), (3, 3)]


def test_carriers_asked_at_once_give_the_same_answers_in_the_same_order() -> None:
    pairs = [("fedex", "900000000016"), ("dhl", "9000000015"), ("ups", "9000000015"), ("fedex", "900000000027")]
    everyone = Endpoints(ups=UPS, fedex=FEDEX, dhl=DHL)
    assert ask(pairs, everyone, at_once=True) == ask(pairs, everyone)


def test_progress_counts_on_while_carriers_are_asked_at_once() -> None:
    seen: list[tuple[int, int]] = []
    pairs = [("ups", "K1500000045"), ("ups", "9000000015"), ("dhl", "9000000015")]
    ask(pairs, Endpoints(ups=UPS, dhl=DHL), progress=lambda *counts: seen.append(counts), at_once=True)
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_carriers_that_cannot_be_reached_are_waited_for_at_the_same_time(web: responses.RequestsMock) -> None:
    """Each waits for the others before it goes on: in turn, the first one would wait in vain."""
    together = Barrier(3, timeout=20)
    for url in ("https://ups.example/security/v1/oauth/token", "https://fedex.example/oauth/token"):
        web.replace("POST", url, body=requests.ConnectionError("refused"))
    web.remove("GET", "https://dhl.example/track/shipments")
    web.get("https://dhl.example/track/shipments", body=requests.ConnectionError("refused"))
    answers = collect(
        [("ups", "K1500000045"), ("fedex", "900000000016"), ("dhl", "9000000015")],
        Endpoints(ups=UPS, fedex=FEDEX, dhl=DHL),
        wait=lambda _: together.wait() and None,
        policy=RetryPolicy(attempts=2),
        at_once=True,
    )
    assert [answer.outcome for answer in answers] == ["unanswered"] * 3


def test_what_goes_wrong_in_a_thread_is_raised() -> None:
    def never(_: float) -> None:
        raise RuntimeError("no waiting")

    with responses.RequestsMock(assert_all_requests_are_fired=False), pytest.raises(RuntimeError, match="no waiting"):
        collect([("ups", "K1500000045")], Endpoints(ups=UPS), wait=never, at_once=True)


def test_unknown_client_is_misuse() -> None:
    with pytest.raises(EndpointError, match="'hermes': expected one of ups, usps, fedex, dhl, chinapost"):
        ask([("hermes", "1")], Endpoints())
