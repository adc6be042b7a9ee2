"""daylily-carrier-tracking, asked for its own summary: `FedexTracker(...).track_ops_meta(number)`."""

import json
import sys

from daylily_carrier_tracking.fedex_tracker import FedexTracker
from redirect_hosts import redirect_real_hosts

questions = json.load(sys.stdin)
redirect_real_hosts(questions["tls_port"])
credentials = {"client_id": questions["name"], "client_secret": questions["name"]}
tracker = FedexTracker(config=credentials | {"oauth_url": "https://apis.fedex.com/oauth/token"})
reports = {}
for parcel, number in questions["numbers"].items():
    found = tracker.track_ops_meta(number)
    reports[parcel] = {
        "status": found["Delivery_Status"],
        "picked up": found["Pickup_dt"],
        "delivered": found["Delivery_dt"],
        "to": found["Destination_city"],
    }
json.dump(reports, sys.stdout)
