"""dhltrack, asked as its README shows: `DHL(key, secret).track(number)`, which gives DHL's own words."""

import json
import sys

from dhltrack import DHL

asked = json.load(sys.stdin)
api = DHL(asked["name"], asked["name"], f"{asked['url']}/dhl/track/")
reports = {}
for parcel, number in asked["numbers"].items():
    told = api.track(number)["shipments"][0]
    reports[parcel] = {
        "number": told["id"],
        "status": told["status"]["statusCode"],
        "events": len(told["events"]),
        "last event": told["events"][0]["description"],
    }
json.dump(reports, sys.stdout)
