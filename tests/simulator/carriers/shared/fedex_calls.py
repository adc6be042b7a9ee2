"""Requests to FedEx's track operation."""

import json
from typing import Any

from sample_parcels import DENVER, ONTARIO

from simulator.exchange import Request, Response
from simulator.parcel import Parcel, ScanEvent

NUMBER = "900000000016"
HOST = "apis.fedex.com"


def parcel(*events: ScanEvent, number: str = NUMBER, service: str = "") -> Parcel:
    return Parcel("fedex", number, events, ONTARIO, DENVER, service)


def track_request(body: object, token: str, **headers: str) -> Request:
    sent = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request("POST", HOST, "/track/v1/trackingnumbers", headers=sent, body=raw)


def question(*numbers: str, detailed: object = True, **narrowing: str) -> dict[str, Any]:
    entries: list[dict[str, Any]] = []
    for number in numbers:
        entry: dict[str, Any] = {"trackingNumberInfo": {"trackingNumber": number}}
        for name, value in narrowing.items():
            (entry["trackingNumberInfo"] if name == "trackingNumberUniqueId" else entry)[name] = value
        entries.append(entry)
    return {"includeDetailedScans": detailed, "trackingInfo": entries}


def body(answer: Response) -> Any:  # noqa: ANN401 (any JSON)
    return json.loads(answer.body)
