"""usps-v3, asked as its README shows: `Client(...).tracking.track(number)`, which gives USPS's own words."""

import json
import sys
from tempfile import TemporaryDirectory

from reaching import real_hosts_lead_to
from usps_v3 import Client
from usps_v3.exceptions import APIError

asked = json.load(sys.stdin)
real_hosts_lead_to(asked["tls_port"])
reports = {}
with (
    TemporaryDirectory() as tokens,  # it keeps its tokens in files
    Client(asked["name"], asked["name"], cache_dir=tokens) as client,
):
    for parcel, number in asked["numbers"].items():
        try:
            told = client.tracking.track(number)
        except APIError as refused:
            reports[parcel] = {"refused": refused.status_code}
            continue
        reports[parcel] = {
            "number": told["trackingNumber"],
            "status": told["statusCategory"],
            "events": len(told["trackingEvents"]),
            "last": told["trackingEvents"][0]["eventCode"],
        }
json.dump(reports, sys.stdout)
