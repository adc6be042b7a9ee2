"""Requests to DHL's interfaces: the parameters of a call, and the refusals of values that they cannot have.

Parameters, their values and limits: version 1.3.1 of the unified API's spec, and 3.1.1 of MyDHL's (A). That the unified
interface refuses what is not a country code is a guess (D).
"""

import re
from dataclasses import dataclass

from simulator.carriers.common.carrier import CarrierView
from simulator.carriers.dhl import errors
from simulator.carriers.dhl.render import SERVICES
from simulator.exchange import Request, Response

DEFAULT_LIMIT = 5  # shipments of a page; spec 1.3.1 of the unified API (A)
MOST_NUMBERS = 200  # spec 3.1.1 of MyDHL (A), for waybills and for piece ids
MYDHL_NUMBERS = ("shipmentTrackingNumber", "pieceTrackingNumber")

_COUNTRY = re.compile(r"[A-Za-z]{2}")
_VIEWS = (
    "last-checkpoint",
    "all-checkpoints",
    "all-checkpoints-with-remarks",
    "bbx-children",
    "advance-shipment",
    "shipment-details-only",
)
_LEVELS = ("shipment", "piece", "all")
_BOOLEANS = ("true", "false")
_MYDHL_VALUES = (
    ("trackingView", _VIEWS),
    ("levelOfDetail", _LEVELS),
    ("requestGMTOffsetPerEvent", _BOOLEANS),
    ("requestControlledAccessDataCodes", _BOOLEANS),
)


@dataclass(frozen=True, slots=True)
class UnifiedQuery:
    """The parameters of a call to the unified interface.

    service, origin: division and country of origin that the parcels must have; empty texts do not filter.
    offset, limit: the page, `limit` shipments after the first `offset`.
    """

    number: str
    service: str
    origin: str
    offset: int
    limit: int


def parse_unified_query(request: Request, view: CarrierView) -> UnifiedQuery | Response:
    """The parameters of a call to the unified interface; or the refusal of the first that is missing or malformed."""
    number = request.parameter("trackingNumber").strip()
    if not number:
        return errors.bad_parameter(view, "Parameter trackingNumber is missing or empty.")
    service = request.parameter("service")
    if service and service not in SERVICES:
        return errors.bad_parameter(view, f"Parameter service: {service} is not a service.")
    for name in ("requesterCountryCode", "originCountryCode"):
        country = request.parameter(name)
        if country and _COUNTRY.fullmatch(country) is None:
            return errors.bad_parameter(view, f"Parameter {name}: {country} is no country code (ISO 3166-1 alpha-2).")
    offset = _parse_count(request.parameter("offset", "0"))
    limit = _parse_count(request.parameter("limit", str(DEFAULT_LIMIT)))
    if offset is None or not limit:
        return errors.bad_parameter(view, "Parameters offset and limit must be whole numbers, limit at least 1.")
    return UnifiedQuery(number, service, request.parameter("originCountryCode").upper(), offset, limit)


def _parse_count(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def parse_mydhl_numbers(request: Request) -> tuple[str, ...]:
    """The waybills and piece ids of a call to MyDHL for several parcels, in the order of the query."""
    return tuple(number for name, value in request.query if name in MYDHL_NUMBERS for number in _split_list(value))


def _split_list(value: str) -> list[str]:
    """The numbers in a value of a repeated parameter; some clients join several with commas instead."""
    return [number.strip() for number in value.split(",") if number.strip()]


def check_mydhl_values(request: Request) -> Response | None:
    """The refusal of the first parameter of a call to MyDHL with a value that is not allowed; None if all are."""
    for name, values in _MYDHL_VALUES:
        given = request.parameter(name)
        if given and given not in values:
            detail = f"{name} (valid parameters for {name} are [{', '.join(values)}])"
            return errors.mydhl_wrong_format(request, detail)
    return None


def check_mydhl_numbers(request: Request) -> Response | None:
    """The refusal of a call to MyDHL for several parcels that has no numbers, or too many; None for any other call."""
    if not parse_mydhl_numbers(request):
        reference = request.parameter("shipmentReference")
        if not reference:
            return errors.mydhl_missing(request, "shipmentTrackingNumber")
        if not request.parameter("shipperAccountNumber"):
            return errors.mydhl_missing(request, "shipperAccountNumber")
        return errors.mydhl_not_found(request, f"No Shipments Found for ReferenceID | {reference}")
    for name in MYDHL_NUMBERS:
        count = sum(len(_split_list(value)) for key, value in request.query if key == name)
        if count > MOST_NUMBERS:
            return errors.mydhl_wrong_format(request, f"{name} (no more than {MOST_NUMBERS} values, {count} given)")
    return None
