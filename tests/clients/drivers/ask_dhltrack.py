"""dhltrack, asked as its README shows: `DHL(key, secret).track(number)`, which gives DHL's own words.

It prints what a refusal says, so the reports come on a line of their own, the last one.
"""

import json
import sys
from urllib.error import HTTPError

from dhltrack import DHL

asked = json.load(sys.stdin)
api = DHL(asked["name"], asked["name"], f"{asked['url']}/dhl/track/")
reports = {}
for parcel, number in asked["numbers"].items():
    try:
        told = api.track(number)["shipments"][0]
    except HTTPError as refused:
        reports[parcel] = {"refused": refused.code}
        continue
    reports[parcel] = {
        "number": told["id"],
        "status": told["status"]["statusCode"],
        "events": len(told["events"]),
        "last event": told["events"][0]["description"],
    }
sys.stdout.write("\n" + json.dumps(reports))
