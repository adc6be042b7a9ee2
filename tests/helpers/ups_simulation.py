"""A simulation with UPS parcels, and requests to it: what tests of the core share."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator import Clock, Kind, Parcel, Request, Response, ScanEvent, Simulation
from simulator.places import place

UPS = "onlinetools.ups.com"
NUMBER = "1Z999AA10123456784"  # published sample of UPS
OTHER = "1Z999AA10390000109"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TULSA, DENVER = place("Tulsa, OK, US"), place("Denver, CO, US")


def parcel(*events: ScanEvent, number: str = NUMBER, carrier: str = "ups", api: str = "") -> Parcel:
    return Parcel(carrier, number, events, TULSA, DENVER, api=api)


def scan(kind: Kind, happened: datetime, published: datetime | None = None) -> ScanEvent:
    return ScanEvent(happened, kind, TULSA, published=published)


ACCEPTED = scan(Kind.ACCEPTED, NOON)


def simulation(*parcels: Parcel, now: datetime = NOON + HOUR, seed: int = 0) -> Simulation:
    return Simulation(parcels, clock=Clock(now), seed=seed)


def token_request() -> Request:
    user = b64encode(b"demo:demo").decode()
    return Request(
        "POST", UPS, "/security/v1/oauth/token", headers={"authorization": f"Basic {user}"},
        body=b"grant_type=client_credentials",
    )  # fmt: skip


def token(fake: Simulation) -> str:
    return str(json.loads(fake.handle(token_request()).body)["access_token"])


def track_request(access: str, number: str = NUMBER) -> Request:
    headers = {"authorization": f"Bearer {access}", "transid": "1", "transactionsrc": "test"}
    return Request("GET", UPS, f"/api/track/v1/details/{number}", headers=headers)


def track(fake: Simulation, number: str = NUMBER) -> Response:
    return fake.handle(track_request(token(fake), number))


def packages(answer: Response) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(answer.body)["trackResponse"]["shipment"][0].get("package", [])
    return found


def activities(answer: Response) -> int:
    return sum(len(package.get("activity", ())) for package in packages(answer))
