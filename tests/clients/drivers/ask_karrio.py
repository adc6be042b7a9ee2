"""karrio, asked as its README shows: a gateway per carrier, `Tracking.fetch(...).from_(gateway).parse()`.

Its connectors know no other address than their carriers' real hosts.
"""

import json
import sys
from typing import Any

import karrio.sdk as karrio
from karrio.api.gateway import Gateway
from karrio.core.models import TrackingRequest
from redirect_hosts import redirect_real_hosts

questions = json.load(sys.stdin)
redirect_real_hosts(questions["tls_port"])
name = questions["name"]
oauth = {"client_id": name, "client_secret": name}
settings = {
    "ups": oauth,
    "usps": oauth,
    "fedex": {"track_api_key": name, "track_secret_key": name},
    "dhl_universal": {"consumer_key": name, "consumer_secret": name},
    "mydhl": {"username": name, "password": name},
}
connector = questions["connector"]
production, test_system = (
    karrio.gateway[connector].create(settings[connector] | {"test_mode": test_mode}) for test_mode in (False, True)
)


def report(gateway: Gateway, number: str) -> dict[str, Any]:
    """karrio's reading of the carrier's answer: the parcel's details, or else the codes of its messages."""
    found, messages = karrio.Tracking.fetch(TrackingRequest(tracking_numbers=[number])).from_(gateway).parse()
    if not found:
        return {"codes": [message.code for message in messages]}
    details = found[0]
    return {
        "number": details.tracking_number,
        "status": details.status,
        "events": len(details.events),
        "last": details.events[0].code,  # karrio's own order is newest first
        "delivered": details.delivered,
    }


reports = {parcel: report(production, number) for parcel, number in questions["numbers"].items()}
reports["delivered, test mode"] = report(test_system, questions["numbers"]["delivered"])
json.dump(reports, sys.stdout)
