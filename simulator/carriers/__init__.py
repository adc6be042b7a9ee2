"""The carriers, by name and by host.

Every carrier is a folder with the same modules; it has no module for what it does not need:

    __init__    CARRIER: name, hosts, operations and the rest of `common.carrier.Carrier`
    numbers     FORMS: its forms of tracking number, how to mint one and how to check one
    events      CODES: its scan codes; code_of: the code that renders an event
    errors      REFUSALS: its error answers, byte for byte
    auth        client_of: which client a request comes from; access checks; issue of tokens
    requests    parses requests, refuses malformed ones
    <api>       one module per API, with its OPERATIONS: from a call to the answer
    render      the parts of answers that several of its APIs share

To add a carrier, copy a folder, change its modules, and add one line to CARRIERS. What a carrier is built of is in
`common`.
"""

from difflib import get_close_matches

from simulator.carriers.chinapost import CARRIER as CHINAPOST
from simulator.carriers.common.carrier import Carrier
from simulator.carriers.dhl import CARRIER as DHL
from simulator.carriers.fedex import CARRIER as FEDEX
from simulator.carriers.ups import CARRIER as UPS
from simulator.carriers.usps import CARRIER as USPS
from simulator.errors import UnknownCarrierError

CARRIERS: tuple[Carrier, ...] = (UPS, USPS, FEDEX, DHL, CHINAPOST)

_BY_NAME = {carrier.name: carrier for carrier in CARRIERS}
_BY_HOST = {host: carrier for carrier in CARRIERS for host in carrier.hosts}
HOSTS = tuple(_BY_HOST)


def by_name(name: str) -> Carrier:
    """The carrier with a name. Raises UnknownCarrierError, with the nearest name."""
    carrier = _BY_NAME.get(name)
    if carrier is None:
        near = get_close_matches(name.lower(), _BY_NAME, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(_BY_NAME)}"
        raise UnknownCarrierError(f"carrier {name!r} is unknown; {hint}")
    return carrier


def by_host(host: str) -> Carrier | None:
    """The carrier that answers at a host; None if there is none."""
    return _BY_HOST.get(host)
