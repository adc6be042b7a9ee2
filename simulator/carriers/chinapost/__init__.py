"""China Post and EMS, through two interfaces: the EMS open platform (main), and JDPT's older trace service.

Both know the same parcels, in different codes, except those that were registered for one of the two.
"""

from simulator.carriers.chinapost import auth, ems, jdpt
from simulator.carriers.chinapost.errors import REFUSALS
from simulator.carriers.chinapost.events import CODES
from simulator.carriers.chinapost.numbers import FORMS
from simulator.carriers.common.carrier import Carrier

CARRIER = Carrier(
    name="chinapost",
    title="China Post",
    hosts=("api.ems.com.cn", "211.156.195.29"),
    operations=(*ems.OPERATIONS, *jdpt.OPERATIONS),
    codes=CODES,
    forms=FORMS,
    refusals=REFUSALS,
    client_of=auth.client_of,
    apis=("ems", "jdpt"),
    transit_days=10.0,
)
