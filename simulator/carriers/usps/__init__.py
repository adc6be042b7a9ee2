"""USPS: OAuth and the Tracking API 3.0, as they answer in production rather than as they are documented."""

from simulator.carrier import Carrier
from simulator.carriers.usps.errors import REFUSALS
from simulator.carriers.usps.events import CODES
from simulator.carriers.usps.numbers import FORMS
from simulator.carriers.usps.wire import OPERATIONS, client_of

CARRIER = Carrier(
    name="usps",
    title="USPS",
    hosts=("apis.usps.com", "apis-tem.usps.com"),
    operations=OPERATIONS,
    codes=CODES,
    forms=FORMS,
    refusals=REFUSALS,
    client_of=client_of,
    apis=("tracking",),
    transit_days=4.0,
)

__all__ = ["CARRIER"]
