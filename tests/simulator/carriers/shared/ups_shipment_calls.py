"""Calls to UPS about shipments of several packages."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sample_parcels import DENVER, ONTARIO

from simulator.carriers.ups import CARRIER
from simulator.exchange import Request, Response
from simulator.parcel import Kind, Parcel, ScanEvent

LEAD, SECOND, THIRD = "1Z999AA10390000109", "1Z999AA10390000207", "1Z999AA10390000305"
START = datetime(2026, 3, 10, 18, tzinfo=UTC)
LABEL = ScanEvent(START, Kind.LABEL_CREATED, ONTARIO)
ACCEPTED = ScanEvent(START + timedelta(hours=9), Kind.ACCEPTED, ONTARIO)
DELIVERED = ScanEvent(datetime(2026, 3, 12, 20, 10, 5, tzinfo=UTC), Kind.DELIVERED, DENVER)


def parcel(number: str, *events: ScanEvent, shipment: str = "S1") -> Parcel:
    return Parcel("ups", number, events or (LABEL,), ONTARIO, DENVER, shipment=shipment)


THREE = (parcel(LEAD, LABEL, ACCEPTED, DELIVERED), parcel(SECOND), parcel(THIRD, LABEL, ACCEPTED))


def ask(ups: Any, path: str, **query: str) -> Response:  # noqa: ANN401 (a StubView)
    headers = {"authorization": f"Bearer {ups.issue_token(60)}", "transid": "1", "transactionsrc": "tests"}
    request = Request("GET", CARRIER.hosts[0], f"/api/track/v1/{path}", tuple(query.items()), headers)
    answer: Response = ups.ask(request)
    return answer


def packages(answer: Response) -> list[dict[str, Any]]:
    assert answer.status == 200
    found: list[dict[str, Any]] = json.loads(answer.body)["trackResponse"]["shipment"][0]["package"]
    return found
