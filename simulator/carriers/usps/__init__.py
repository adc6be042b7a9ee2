"""USPS: OAuth and the Tracking APIs 3.0 and 3.2, as they answer in production rather than as they are documented.

Both know the same parcels, so they count as one interface with two calls.
"""

from simulator.carriers.common.carrier import Carrier
from simulator.carriers.usps import auth, v3, v3r2
from simulator.carriers.usps.errors import REFUSALS
from simulator.carriers.usps.events import CODES
from simulator.carriers.usps.numbers import FORMS

CARRIER = Carrier(
    name="usps",
    title="USPS",
    hosts=("apis.usps.com", "apis-tem.usps.com"),
    operations=(*auth.OPERATIONS, *v3.OPERATIONS, *v3r2.OPERATIONS),
    codes=CODES,
    forms=FORMS,
    refusals=REFUSALS,
    client_of=auth.client_of,
    apis=("tracking",),
    transit_days=4.0,
)

__all__ = ["CARRIER"]
