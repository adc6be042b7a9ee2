"""fedextrack, asked twice: by `track_by_tracking_number`, as its README shows, and by its general `get_request`.

It prints what a refusal says, so the reports come on a line of their own, the last one.
"""

import json
import sys
from urllib.error import HTTPError

from fedextrack import FedEx
from redirect_hosts import redirect_real_hosts

questions = json.load(sys.stdin)
redirect_real_hosts(questions["tls_port"])
api = FedEx(questions["name"], questions["name"])
reports = {}
for parcel, number in questions["numbers"].items():
    if parcel == "delivered":
        try:
            reports[f"{parcel}, plainly"] = {"answered": sorted(api.track_by_tracking_number(number))}
        except HTTPError as refused:
            reports[f"{parcel}, plainly"] = {"refused": refused.code}
    message = {
        "includeDetailedScans": True,
        "trackingInfo": [{"trackingNumberInfo": {"trackingNumber": number}}],
    }
    found = api.get_request(api.TRACK_BY_NUMBER, message).execute()["output"]["completeTrackResults"][0]
    result = found["trackResults"][0]
    if "error" in result:
        reports[parcel] = {"error": result["error"]["code"]}
        continue
    reports[parcel] = {
        "number": found["trackingNumber"],
        "status": result["latestStatusDetail"]["code"],
        "events": len(result["scanEvents"]),
        "last": result["scanEvents"][0]["eventType"],
    }
sys.stdout.write("\n" + json.dumps(reports))
