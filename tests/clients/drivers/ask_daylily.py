"""daylily-carrier-tracking, asked for its own summary: `FedexTracker(...).track_ops_meta(number)`."""

import json
import sys

from daylily_carrier_tracking.fedex_tracker import FedexTracker
from reaching import real_hosts_lead_to

asked = json.load(sys.stdin)
real_hosts_lead_to(asked["tls_port"])
credentials = {"client_id": asked["name"], "client_secret": asked["name"]}
tracker = FedexTracker(config=credentials | {"oauth_url": "https://apis.fedex.com/oauth/token"})
reports = {}
for parcel, number in asked["numbers"].items():
    told = tracker.track_ops_meta(number)
    reports[parcel] = {
        "status": told["Delivery_Status"],
        "picked up": told["Pickup_dt"],
        "delivered": told["Delivery_dt"],
        "to": told["Destination_city"],
    }
json.dump(reports, sys.stdout)
