"""The parts of answers that FedEx's tracking operations share: matching parcels, ship dates, unique ids, companies."""

from datetime import date

from simulator.carriers.common.carrier import CarrierView
from simulator.carriers.common.number_form import normalise
from simulator.carriers.fedex.numbers import operating_company
from simulator.carriers.fedex.requests import NumberQuery
from simulator.parcel import Parcel

_JULIAN_DAY_OF_ORDINAL_ZERO = 1_721_425
_COMPANY_OF_SERVICE = {
    "express": "FDXE", "2day": "FDXE", "overnight": "FDXE", "international": "FDXE", "ground": "FDXG", "home": "FDXG",
    "economy": "FXSP", "freight": "FXFR",
}  # fmt: skip
# How the unique id ends: FX and FDEG seen (B), the others by analogy (D).
_UNIQUE_ID_ENDING = {"FDXE": "FX", "FDXG": "FDEG", "FXSP": "FXSP", "FXFR": "FDFR"}


def matching_parcels(query: NumberQuery, view: CarrierView) -> list[tuple[Parcel, str]]:
    """The parcels that match a query, the oldest ship date first, each with its unique id."""
    ordered = sorted(view.parcels(query.number), key=ship_date)
    return [
        (parcel, identity)
        for parcel, identity in ((parcel, unique_id(parcel, index)) for index, parcel in enumerate(ordered))
        if (not query.begin or query.begin <= ship_date(parcel).isoformat())
        and (not query.end or ship_date(parcel).isoformat() <= query.end)
        and query.unique_id in {"", identity}
    ]


def ship_date(parcel: Parcel) -> date:
    """The local day at the origin of the first event, or of the bare record where there are no events."""
    first = min((event.happened for event in parcel.events), default=parcel.registered)
    return parcel.origin.local(first).date() if first is not None else date.min


def unique_id(parcel: Parcel, index: int) -> str:
    """The id that separates a parcel from others of its number: Julian day of shipping and a serial, number, company.

    The form is seen (B); that its first part is the Julian day fits every capture (B), the serial is ours (D).
    """
    day = ship_date(parcel).toordinal() + _JULIAN_DAY_OF_ORDINAL_ZERO
    return f"{day}{index:03}~{parcel.tracking_number}~{_UNIQUE_ID_ENDING[company_of(parcel)]}"


def company_of(parcel: Parcel) -> str:
    """The `carrierCode` of a parcel: that of its service, otherwise that of its number's form."""
    return _COMPANY_OF_SERVICE.get(parcel.service.lower()) or operating_company(normalise(parcel.tracking_number))
