"""colleag-mcp-ups, asked below its protocol: `UpsCarrierProvider(...).track(number)`."""

import asyncio
import json
import sys

from colleag_mcp_ups.carrier.ups_provider import UpsCarrierProvider
from redirect_hosts import redirect_real_hosts

questions = json.load(sys.stdin)
redirect_real_hosts(questions["tls_port"])
provider = UpsCarrierProvider(questions["name"], questions["name"], account_number="A1B2C3", environment="production")
reports = {}
for parcel, number in questions["numbers"].items():
    found = asyncio.run(provider.track(number))
    if found is None:
        reports[parcel] = {"found": False}
        continue
    reports[parcel] = {
        "number": found.tracking_number,
        "status": found.status,
        "events": len(found.events),
        "last": found.events[0].status,
        "delivered": found.actual_delivery_date,
    }
json.dump(reports, sys.stdout)
