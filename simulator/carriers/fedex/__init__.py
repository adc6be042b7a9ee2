"""FedEx: one batch call for up to 30 numbers, where an unknown number is an error inside a 200; one for documents.

The documents are proofs of delivery.
"""

from simulator.carriers.common.carrier import Carrier
from simulator.carriers.fedex import auth, documents, track
from simulator.carriers.fedex.errors import REFUSALS
from simulator.carriers.fedex.events import CODES
from simulator.carriers.fedex.numbers import FORMS

CARRIER = Carrier(
    name="fedex",
    title="FedEx",
    hosts=("apis.fedex.com", "apis-sandbox.fedex.com"),
    operations=(*auth.OPERATIONS, *track.OPERATIONS, *documents.OPERATIONS),
    codes=CODES,
    forms=FORMS,
    refusals=REFUSALS,
    client_of=auth.client_of,
    apis=("track",),
    transit_days=2.5,
)
