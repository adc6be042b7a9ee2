"""UPS: OAuth and the Track API, as they answer in production rather than as they are documented."""

from simulator.carriers.common.carrier import Carrier
from simulator.carriers.ups.errors import REFUSALS
from simulator.carriers.ups.events import CODES
from simulator.carriers.ups.numbers import FORMS
from simulator.carriers.ups.track import OPERATIONS, client_of

CARRIER = Carrier(
    name="ups",
    title="UPS",
    hosts=("onlinetools.ups.com", "wwwcie.ups.com"),
    operations=OPERATIONS,
    codes=CODES,
    forms=FORMS,
    refusals=REFUSALS,
    client_of=client_of,
    apis=("track",),
    transit_days=3.0,
)

__all__ = ["CARRIER"]
