"""Whatever goes wrong on the way, a number is unanswered: never unknown, never without scans."""

from typing import Any

import pytest
import requests
import responses

from vtr.reference.clients import chinapost, dhl, fedex, ups, usps
from vtr.reference.clients.endpoints import ChinaPostEndpoint, DhlEndpoint, OAuthEndpoint
from vtr.reference.clients.http import Clocks, RetryPolicy

HOST = "https://carrier.example"
LOGIN = OAuthEndpoint(HOST, "me", "secret")

CARRIERS: dict[str, tuple[Any, Any, str, str]] = {
    "UPS": (ups, LOGIN, "GET", "/api/track/v1/details/900000000016"),
    "USPS": (usps, LOGIN, "GET", "/tracking/v3/tracking/900000000016"),
    "FedEx": (fedex, LOGIN, "POST", "/track/v1/trackingnumbers"),
    "DHL": (dhl, DhlEndpoint(HOST, "key"), "GET", "/track/shipments"),
    "China Post": (
        chinapost,
        ChinaPostEndpoint(HOST, "1", "a", "MDEyMzQ1Njc4OWFiY2RlZg=="),
        "POST",
        "/amp-prod-api/f/amp/api/open",
    ),
}
TROUBLES: dict[str, dict[str, Any]] = {
    "500": {"status": 500, "json": {}},
    "503": {"status": 503, "json": {"errors": []}},
    "502 page": {"status": 502, "body": "<html>Bad gateway</html>"},
    "429": {"status": 429, "json": {}},
    "401": {"status": 401, "json": {}},
    "403": {"status": 403, "json": {}},
    "403 page": {"status": 403, "body": "<html>Access denied</html>"},
    "404 page": {"status": 404, "body": "<html>Not found</html>"},
    "404 empty object": {"status": 404, "json": {}},
    "400 empty object": {"status": 400, "json": {}},
    "400 list": {"status": 400, "json": [1]},
    "302": {"status": 302, "body": "", "headers": {"Location": "https://login.example/"}},
    "200 page": {"body": "<html><body>We are down for maintenance</body></html>"},
    "200 empty": {"body": ""},
    "200 cut off": {"body": '{"trackResponse": {"shipment": [{"inqu'},
    "200 null": {"body": "null"},
    "200 empty object": {"json": {}},
    "200 empty list": {"json": []},
    "200 list": {"json": [1, 2]},
    "200 text": {"json": "ok"},
    "200 challenge": {"json": {"sec-cp-challenge": "true", "provider": "crypto"}},
    "204": {"status": 204, "body": ""},
    "connect timeout": {"body": requests.ConnectTimeout()},
    "read timeout": {"body": requests.ReadTimeout()},
    "reset": {"body": requests.ConnectionError("reset")},
}


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_is_unanswered(carrier: str, trouble: str, web: responses.RequestsMock, clocks: Clocks) -> None:
    module, endpoint, method, path = CARRIERS[carrier]
    for token_path in ("/security/v1/oauth/token", "/oauth2/v3/token", "/oauth/token"):
        web.post(HOST + token_path, json={"access_token": "t"})
    web.add(method, HOST + path, **TROUBLES[trouble])
    (found,) = module.track(["900000000016"], endpoint, RetryPolicy(), clocks)
    assert found.outcome == "unanswered"
    assert found.scans == ()
    assert found.why.startswith(carrier)


@pytest.mark.parametrize("carrier", ["UPS", "USPS", "FedEx"])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_with_the_token_is_unanswered(
    carrier: str, trouble: str, web: responses.RequestsMock, clocks: Clocks
) -> None:
    module, endpoint, _, _ = CARRIERS[carrier]
    for token_path in ("/security/v1/oauth/token", "/oauth2/v3/token", "/oauth/token"):
        web.post(HOST + token_path, **TROUBLES[trouble])
    found = list(module.track(["900000000016", "900000000017"], endpoint, RetryPolicy(), clocks))
    assert [each.outcome for each in found] == ["unanswered", "unanswered"]
    assert found[0].why.startswith(carrier)
