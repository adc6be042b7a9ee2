"""DHL: the unified tracking interface for all divisions, and MyDHL for Express parcels."""

from simulator.carriers.common.carrier import Carrier
from simulator.carriers.dhl import auth, mydhl, unified
from simulator.carriers.dhl.errors import REFUSALS
from simulator.carriers.dhl.events import CODES
from simulator.carriers.dhl.numbers import FORMS

CARRIER = Carrier(
    name="dhl",
    title="DHL",
    hosts=("api-eu.dhl.com", "express.api.dhl.com", "api-test.dhl.com", "api-mock.dhl.com"),
    operations=(*unified.OPERATIONS, *mydhl.OPERATIONS),
    codes=CODES,
    forms=FORMS,
    refusals=REFUSALS,
    client_of=auth.client_of,
    apis=("unified", "mydhl"),
    transit_days=3.0,
)
