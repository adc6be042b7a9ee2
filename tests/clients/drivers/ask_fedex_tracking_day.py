"""fedex-tracking-day, asked for its own summary. It keeps its credentials in the user's home, and says true as text."""

import json
import sys
from pathlib import Path

from fedex_tracking_day.fedex_track import FedexTrack
from redirect_hosts import redirect_real_hosts

questions = json.load(sys.stdin)
redirect_real_hosts(questions["tls_port"])
settings = Path.home() / ".config" / "fedex" / "fedex_prod.yaml"
settings.parent.mkdir(parents=True)
credentials = {"client_id": questions["name"], "client_secret": questions["name"]}
settings.write_text(json.dumps(credentials | {"api_url": "https://apis.fedex.com/oauth/token"}))
tracker = FedexTrack()
reports = {}
for parcel, number in questions["numbers"].items():
    (found,) = tracker.get_fedex_ops_meta_ds(number)
    reports[parcel] = {
        "status": found["Delivery_Status"],
        "picked up": found["Pickup_dt"],
        "delivered": found["Delivery_dt"],
        "to": found["Destination_city"],
    }
json.dump(reports, sys.stdout)
