"""dhltrack, asked as its README shows: `DHL(key, secret).track(number)`, which gives DHL's own words.

It prints what a refusal says, so the reports come on a line of their own, the last one.
"""

import json
import sys
from urllib.error import HTTPError

from dhltrack import DHL
from redirect_hosts import redirect_real_hosts

questions = json.load(sys.stdin)
redirect_real_hosts(questions["tls_port"])
api = DHL(questions["name"], questions["name"])
reports = {}
for parcel, number in questions["numbers"].items():
    try:
        found = api.track(number)["shipments"][0]
    except HTTPError as refused:
        reports[parcel] = {"refused": refused.code}
        continue
    reports[parcel] = {
        "number": found["id"],
        "status": found["status"]["statusCode"],
        "events": len(found["events"]),
        "last": found["events"][0]["statusCode"],
    }
sys.stdout.write("\n" + json.dumps(reports))
