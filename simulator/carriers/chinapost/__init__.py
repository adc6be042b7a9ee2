"""China Post and EMS, through two interfaces: the EMS open platform (main), and JDPT's older trace service.

Both know the same parcels, in different codes, except those whose story names one of the two.
"""

from simulator.carriers.chinapost import ems, jdpt
from simulator.carriers.chinapost.errors import REFUSALS_OF_CARRIER
from simulator.carriers.chinapost.events import CODES
from simulator.carriers.chinapost.numbers import FORMS
from simulator.carriers.common.carrier import Carrier
from simulator.exchange import Request

__all__ = ["CARRIER"]


def _client_of(request: Request) -> str | None:
    return ems.client_of(request) or jdpt.client_of(request)


CARRIER = Carrier(
    name="chinapost",
    title="China Post",
    hosts=("api.ems.com.cn", "211.156.195.29"),
    operations=(*ems.OPERATIONS, *jdpt.OPERATIONS),
    codes=CODES,
    forms=FORMS,
    refusals=REFUSALS_OF_CARRIER,
    client_of=_client_of,
    apis=("ems", "jdpt"),
    transit_days=10.0,
)
