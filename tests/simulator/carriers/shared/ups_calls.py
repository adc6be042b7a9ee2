"""Calls to UPS's track operations, and parts of their answers."""

import json
from base64 import b64encode
from typing import Any

from simulator.carriers.ups import CARRIER
from simulator.exchange import Request, Response

HOST = CARRIER.hosts[0]
NUMBER = "1Z999AA10390000109"


def track(ups: Any, number: str = NUMBER, **headers: str) -> Response:  # noqa: ANN401 (a StubView)
    sent = {"authorization": f"Bearer {ups.issue_token(60)}", "transid": "1", "transactionsrc": "tests"} | headers
    path = f"/api/track/v1/details/{number}"
    answer: Response = ups.ask(Request("GET", HOST, path, (("locale", "en_US"),), sent))
    return answer


def token_call(user: str = "demo", word: str = "demo", body: bytes = b"grant_type=client_credentials") -> Request:
    login = b64encode(f"{user}:{word}".encode()).decode()
    headers = {"authorization": f"Basic {login}", "x-merchant-id": "A1B2C3"}
    return Request("POST", HOST, "/security/v1/oauth/token", (), headers, body)


def refused(answer: Response) -> tuple[int, str]:
    document = json.loads(answer.body)
    assert list(document) == ["response"]
    (error,) = document["response"]["errors"]
    assert list(error) == ["code", "message"]
    assert error["message"]
    return answer.status, error["code"]
