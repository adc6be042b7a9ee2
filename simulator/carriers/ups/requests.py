"""What a client of UPS's Track API asks: its token and headers, the number in the path, the parameters of the query.

Names and defaults of the parameters: Tracking spec (A), where all of them are text, the booleans as `true` and `false`.
Which values UPS refuses, and how, is published nowhere. That a page must be told in numbers, and that all other values
are taken as they come, is a guess (D). An empty value counts as left out (D).
"""

import re
from dataclasses import dataclass

from simulator.carriers.common.carrier import Call, CarrierView
from simulator.carriers.common.credentials import Product
from simulator.carriers.common.number_form import normalise
from simulator.carriers.common.oauth import bearer
from simulator.carriers.ups import errors
from simulator.exchange import Request, Response

DEFAULT_COUNT = 50  # packages of a page (A); no upper limit is published
_INQUIRY_NUMBER = re.compile(r"[A-Z0-9]{7,34}")  # lengths: spec (A)
_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class TrackOptions:
    """What a call wants beside the history of one package."""

    signature: bool = False
    proof: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Which packages of a shipment a call wants: so many, after so many."""

    offset: int
    count: int


def number_of(call: Call, view: CarrierView) -> str | Response:
    """The number that a call asks about, without blanks; or the refusal of a call that none of the operations take."""
    token = bearer(call.request)
    withheld = Product.UPS_TRACKING in view.credentials.withheld
    if withheld or token is None or view.token_state(token) != "valid":
        return errors.unauthorized()
    headers = call.request.headers
    if not headers.get("transid"):
        return errors.missing_header("TV0001", "transId")
    if not headers.get("transactionsrc"):
        return errors.missing_header("TV0002", "transactionSrc")
    number = normalise(call.parameters["inquiryNumber"])
    if _INQUIRY_NUMBER.fullmatch(number) is None:
        return errors.invalid_inquiry_number()
    return number


def track_options(request: Request) -> TrackOptions:
    """What a call of `details` wants beside the history. Any text but `true` is no wish, and no error (D).

    `returnMilestones` and `locale` have no effect: no source names UPS's milestones, and texts are English here.
    """
    return TrackOptions(_is_true(request, "returnSignature"), _is_true(request, "returnPOD"))


def _is_true(request: Request, name: str) -> bool:
    return request.parameter(name).lower() == "true"


def page(request: Request) -> Page | Response:
    """Which packages a call of `shipment/details` wants; or the refusal of what is no number, or no package at all."""
    offset, count = request.parameter("offset") or "0", request.parameter("count") or str(DEFAULT_COUNT)
    if _WHOLE.fullmatch(offset) is None:
        return errors.invalid_parameter("offset")
    if _WHOLE.fullmatch(count) is None or not int(count):
        return errors.invalid_parameter("count")
    return Page(int(offset), int(count))
