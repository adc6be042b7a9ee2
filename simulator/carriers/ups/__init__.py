"""UPS: OAuth and the Track API, as they answer in production rather than as they are documented.

The scan codes fill several modules: `events` holds the main tables and finds codes, `event_families` the rest of the
exceptions and deliveries, `mail_innovations_events` the table of Mail Innovations, `status_codes` the numeric statuses;
`event_rows` is what these tables are made of.
"""

from simulator.carriers.common.carrier import Carrier
from simulator.carriers.ups import auth, track
from simulator.carriers.ups.errors import REFUSALS
from simulator.carriers.ups.events import CODES
from simulator.carriers.ups.numbers import FORMS

CARRIER = Carrier(
    name="ups",
    title="UPS",
    hosts=("onlinetools.ups.com", "wwwcie.ups.com"),
    operations=(*auth.OPERATIONS, *track.OPERATIONS),
    codes=CODES,
    forms=FORMS,
    refusals=REFUSALS,
    client_of=auth.client_of,
    apis=("track",),
    transit_days=3.0,
)

__all__ = ["CARRIER"]
