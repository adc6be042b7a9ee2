"""karrio, asked as its README shows: a gateway per carrier, `Tracking.fetch(...).from_(gateway).parse()`.

Its connectors know no other address than their carriers' real hosts.
"""

import json
import sys
from typing import Any

import karrio.sdk as karrio
from karrio.api.gateway import Gateway
from karrio.core.models import TrackingRequest
from reaching import real_hosts_lead_to

asked = json.load(sys.stdin)
real_hosts_lead_to(asked["tls_port"])
name = asked["name"]
oauth = {"client_id": name, "client_secret": name}
settings = {
    "ups": oauth,
    "usps": oauth,
    "fedex": {"track_api_key": name, "track_secret_key": name},
    "dhl_universal": {"consumer_key": name, "consumer_secret": name},
    "mydhl": {"username": name, "password": name},
}
connector = asked["connector"]
production, test_system = (
    karrio.gateway[connector].create(settings[connector] | {"test_mode": test_mode}) for test_mode in (False, True)
)


def report(gateway: Gateway, number: str) -> dict[str, Any]:
    """What karrio makes of the carrier's answer: the parcel's details, or else the codes of its messages."""
    found, messages = karrio.Tracking.fetch(TrackingRequest(tracking_numbers=[number])).from_(gateway).parse()
    if not found:
        return {"codes": [message.code for message in messages]}
    told = found[0]
    return {
        "number": told.tracking_number,
        "status": told.status,
        "events": len(told.events),
        "last": told.events[0].code,  # karrio's own order is newest first
        "delivered": told.delivered,
    }


reports = {parcel: report(production, number) for parcel, number in asked["numbers"].items()}
reports["delivered, test mode"] = report(test_system, asked["numbers"]["delivered"])
json.dump(reports, sys.stdout)
