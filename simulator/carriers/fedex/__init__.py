"""FedEx: one batch call for up to 30 numbers; an unknown number is an error inside a 200.

A second one has the letters that prove deliveries.
"""

from simulator.carriers.common.carrier import Carrier, Operation, no_numbers
from simulator.carriers.fedex import auth, documents, track
from simulator.carriers.fedex.errors import REFUSALS, TOKEN_PATH
from simulator.carriers.fedex.events import CODES
from simulator.carriers.fedex.numbers import FORMS

CARRIER = Carrier(
    name="fedex",
    title="FedEx",
    hosts=("apis.fedex.com", "apis-sandbox.fedex.com"),
    operations=(
        Operation("token", "POST", TOKEN_PATH, auth.token, no_numbers),
        Operation("track", "POST", "/track/v1/trackingnumbers", track.track, track.numbers),
        Operation("documents", "POST", "/track/v1/trackingdocuments", documents.documents, documents.numbers),
    ),
    codes=CODES,
    forms=FORMS,
    refusals=REFUSALS,
    client_of=auth.client_of,
    apis=("track",),
    transit_days=2.5,
)
