"""colleag-mcp-ups, asked below its protocol: `UpsCarrierProvider(...).track(number)`."""

import asyncio
import json
import sys

from colleag_mcp_ups.carrier.ups_provider import UpsCarrierProvider
from reaching import real_hosts_lead_to

asked = json.load(sys.stdin)
real_hosts_lead_to(asked["tls_port"])
provider = UpsCarrierProvider(asked["name"], asked["name"], account_number="A1B2C3", environment="production")
reports = {}
for parcel, number in asked["numbers"].items():
    told = asyncio.run(provider.track(number))
    if told is None:
        reports[parcel] = {"found": False}
        continue
    reports[parcel] = {
        "number": told.tracking_number,
        "status": told.status,
        "events": len(told.events),
        "last": told.events[0].status,
        "delivered": told.actual_delivery_date,
    }
json.dump(reports, sys.stdout)
