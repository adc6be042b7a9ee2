"""usps-v3, asked as its README shows: `Client(...).tracking.track(number)`, which gives USPS's own words."""

import json
import sys
from tempfile import TemporaryDirectory

from redirect_hosts import redirect_real_hosts
from usps_v3 import Client
from usps_v3.exceptions import APIError

questions = json.load(sys.stdin)
redirect_real_hosts(questions["tls_port"])
reports = {}
with (
    TemporaryDirectory() as tokens,  # it keeps its tokens in files
    Client(questions["name"], questions["name"], cache_dir=tokens) as client,
):
    for parcel, number in questions["numbers"].items():
        try:
            found = client.tracking.track(number)
        except APIError as refused:
            reports[parcel] = {"refused": refused.status_code}
            continue
        reports[parcel] = {
            "number": found["trackingNumber"],
            "status": found["statusCategory"],
            "events": len(found["trackingEvents"]),
            "last": found["trackingEvents"][0]["eventCode"],
        }
json.dump(reports, sys.stdout)
