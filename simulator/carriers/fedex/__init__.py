"""FedEx: one batch call for up to 30 numbers; an unknown number is an error inside a 200.

A second one has the letters that prove deliveries.
"""

from simulator.carrier import Carrier, Operation, no_numbers
from simulator.carriers.fedex import access, documents, wire
from simulator.carriers.fedex.errors import REFUSALS, TOKEN_PATH
from simulator.carriers.fedex.events import CODES
from simulator.carriers.fedex.numbers import FORMS

CARRIER = Carrier(
    name="fedex",
    title="FedEx",
    hosts=("apis.fedex.com", "apis-sandbox.fedex.com"),
    operations=(
        Operation("token", "POST", TOKEN_PATH, access.token, no_numbers),
        Operation("track", "POST", "/track/v1/trackingnumbers", wire.track, wire.numbers),
        Operation("documents", "POST", "/track/v1/trackingdocuments", documents.documents, documents.numbers),
    ),
    codes=CODES,
    forms=FORMS,
    refusals=REFUSALS,
    client_of=access.client_of,
    apis=("track",),
    transit_days=2.5,
)
