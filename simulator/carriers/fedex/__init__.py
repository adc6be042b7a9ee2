"""FedEx: one batch call for up to 30 numbers; an unknown number is an error inside a 200."""

from simulator.carrier import Carrier, Operation, no_numbers
from simulator.carriers.fedex import wire
from simulator.carriers.fedex.errors import REFUSALS
from simulator.carriers.fedex.events import CODES
from simulator.carriers.fedex.numbers import FORMS

CARRIER = Carrier(
    name="fedex",
    title="FedEx",
    hosts=("apis.fedex.com", "apis-sandbox.fedex.com"),
    operations=(
        Operation("token", "POST", "/oauth/token", wire.token, no_numbers),
        Operation("track", "POST", "/track/v1/trackingnumbers", wire.track, wire.numbers),
    ),
    codes=CODES,
    forms=FORMS,
    refusals=REFUSALS,
    client_of=wire.client_of,
    apis=("track",),
    transit_days=2.5,
)
