"""fedex-tracking-day, asked for its own summary. It keeps its credentials in the user's home, and says true as text."""

import json
import sys
from pathlib import Path

from fedex_tracking_day.fedex_track import FedexTrack
from reaching import real_hosts_lead_to

asked = json.load(sys.stdin)
real_hosts_lead_to(asked["tls_port"])
settings = Path.home() / ".config" / "fedex" / "fedex_prod.yaml"
settings.parent.mkdir(parents=True)
credentials = {"client_id": asked["name"], "client_secret": asked["name"]}
settings.write_text(json.dumps(credentials | {"api_url": "https://apis.fedex.com/oauth/token"}))
tracker = FedexTrack()
reports = {}
for parcel, number in asked["numbers"].items():
    (told,) = tracker.get_fedex_ops_meta_ds(number)
    reports[parcel] = {
        "status": told["Delivery_Status"],
        "picked up": told["Pickup_dt"],
        "delivered": told["Delivery_dt"],
        "to": told["Destination_city"],
    }
json.dump(reports, sys.stdout)
