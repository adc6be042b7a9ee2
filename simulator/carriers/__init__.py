"""The carriers, by name and by host. A new carrier is a folder like the others and one line in CARRIERS."""

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
    """The carrier of that name. Raises UnknownCarrierError with the nearest name."""
    carrier = _BY_NAME.get(name)
    if carrier is None:
        near = get_close_matches(name.lower(), _BY_NAME, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(_BY_NAME)}"
        raise UnknownCarrierError(f"carrier {name!r} is unknown; {hint}")
    return carrier


def by_host(host: str) -> Carrier | None:
    """The carrier that answers at a host, if any does."""
    return _BY_HOST.get(host)
