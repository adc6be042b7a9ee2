"""dhltrack, asked as its README shows: `DHL(key, secret).track(number)`, which gives DHL's own words.

It prints what a refusal says, so the reports come on a line of their own, the last one.
"""

import json
import sys
from urllib.error import HTTPError

from dhltrack import DHL
from reaching import real_hosts_lead_to

asked = json.load(sys.stdin)
real_hosts_lead_to(asked["tls_port"])
api = DHL(asked["name"], asked["name"])
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
        "last": told["events"][0]["statusCode"],
    }
sys.stdout.write("\n" + json.dumps(reports))
