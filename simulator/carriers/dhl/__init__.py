"""DHL: the unified tracking interface for all divisions, and MyDHL for Express parcels."""

from simulator.carriers.common.carrier import Carrier, Operation
from simulator.carriers.dhl import mydhl, unified
from simulator.carriers.dhl.errors import REFUSALS
from simulator.carriers.dhl.events import CODES
from simulator.carriers.dhl.numbers import FORMS
from simulator.carriers.dhl.render import client_of

CARRIER = Carrier(
    name="dhl",
    title="DHL",
    hosts=("api-eu.dhl.com", "express.api.dhl.com", "api-test.dhl.com", "api-mock.dhl.com"),
    operations=(
        Operation("track", "GET", "/track/shipments", unified.track, unified.numbers),
        *mydhl.operations("/mydhlapi"),
        *mydhl.operations("/mydhlapi/test"),  # of the same host (A): karrio and others ask here in their test mode
    ),
    codes=CODES,
    forms=FORMS,
    refusals=REFUSALS,
    client_of=client_of,
    apis=("unified", "mydhl"),
    transit_days=3.0,
)
