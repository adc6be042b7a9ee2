"""Requests about one number to each carrier's main interface, with the credentials of a session."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

import orjson

from simulator import carriers
from simulator.carriers.chinapost import crypto
from simulator.carriers.common.credentials import Credentials
from simulator.core.simulation import Simulation
from simulator.errors import MisuseError
from simulator.exchange import Request

_FORM = {"content-type": "application/x-www-form-urlencoded"}
_BEIJING = timedelta(hours=8)

MakeRequest = Callable[[str], Request]


@dataclass(frozen=True, slots=True)
class CarrierRequests:
    """By carrier, a function from a number to the request about it."""

    by_carrier: dict[str, MakeRequest]

    @classmethod
    def for_simulation(cls, simulation: Simulation) -> "CarrierRequests":
        """Requests to a simulation, with tokens that it has just issued. Raises MisuseError if it refuses one."""
        own = simulation.credentials
        basic = b64encode(f"{own.client_id}:{own.client_secret}".encode()).decode()
        client = {"grant_type": "client_credentials", "client_id": own.client_id, "client_secret": own.client_secret}
        return cls({
            "ups": _ups(_token(simulation, "ups", "/security/v1/oauth/token", client, f"Basic {basic}")),
            "usps": _usps(_token(simulation, "usps", "/oauth2/v3/token", client)),
            "fedex": _fedex(_token(simulation, "fedex", "/oauth/token", client)),
            "dhl": _dhl(own),
            "chinapost": _chinapost(own, f"{simulation.clock.now + _BEIJING:%Y-%m-%d %H:%M:%S}"),
        })  # fmt: skip


def _token(simulation: Simulation, carrier: str, path: str, client: dict[str, str], basic: str = "") -> str:
    headers = {**_FORM, "authorization": basic} if basic else _FORM
    answer = simulation.handle(Request("POST", _host(carrier), path, (), headers, urlencode(client).encode()))
    token = orjson.loads(answer.body).get("access_token")
    if not isinstance(token, str):
        raise MisuseError(f"{carrier} gives no token: status {answer.status}")
    return f"Bearer {token}"


def _host(carrier: str) -> str:
    return carriers.by_name(carrier).hosts[0]


def _ups(token: str) -> MakeRequest:
    headers = {"authorization": token, "transid": "1", "transactionsrc": "dataset"}
    host = _host("ups")
    return lambda number: Request("GET", host, f"/api/track/v1/details/{quote(number)}", (), headers)


def _usps(token: str) -> MakeRequest:
    host, headers = _host("usps"), {"authorization": token}
    detail = (("expand", "DETAIL"),)
    return lambda number: Request("GET", host, f"/tracking/v3/tracking/{quote(number)}", detail, headers)


def _fedex(token: str) -> MakeRequest:
    host, headers = _host("fedex"), {"authorization": token, "content-type": "application/json"}

    def make_request(number: str) -> Request:
        body = {"includeDetailedScans": True, "trackingInfo": [{"trackingNumberInfo": {"trackingNumber": number}}]}
        return Request("POST", host, "/track/v1/trackingnumbers", (), headers, orjson.dumps(body))

    return make_request


def _dhl(own: Credentials) -> MakeRequest:
    host, headers = _host("dhl"), {"dhl-api-key": own.api_key}
    return lambda number: Request("GET", host, "/track/shipments", (("trackingNumber", number),), headers)


def _chinapost(own: Credentials, stamp: str) -> MakeRequest:
    host = _host("chinapost")

    def make_request(number: str) -> Request:
        plain = orjson.dumps({"waybillNo": number, "direction": "0"}).decode()
        fields = {
            "apiCode": "040001",
            "senderNo": own.sender_no,
            "authorization": own.authorization,
            "timeStamp": stamp,
            "msgType": "0",
            "version": "V1.0.0",
            "logitcsInterface": crypto.encrypt_body(plain, own.sm4_key),
        }
        return Request("POST", host, "/amp-prod-api/f/amp/api/open", (), _FORM, urlencode(fields).encode())

    return make_request
