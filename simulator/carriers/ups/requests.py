"""Requests to UPS's Track API: token and headers, the number in the path, the parameters of the query.

Names and defaults of the parameters: Tracking spec (A). All of them are text, the booleans being `true` and `false`.
Which values UPS refuses, and how, is not published. That the numbers of a page must be digits, and that any value of
the other parameters is accepted, is a guess (D). An empty value counts as a missing one (D).
"""

import re
from dataclasses import dataclass

from simulator.carriers.common.carrier import Call, CarrierView
from simulator.carriers.common.number_form import normalise
from simulator.carriers.ups import auth, errors
from simulator.exchange import Request, Response

DEFAULT_COUNT = 50  # packages of a page (A); no upper limit is published
_INQUIRY_NUMBER = re.compile(r"[A-Z0-9]{7,34}")  # lengths: spec (A)
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class TrackOptions:
    """What a call of `details` requests besides the history of the package: signature image, proof of delivery."""

    signature: bool = False
    proof: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The requested packages of a shipment: up to `count` of them, after the first `offset`."""

    offset: int
    count: int


def parse_number(call: Call, view: CarrierView) -> str | Response:
    """The tracking number of a call, normalised; or the refusal of a call that neither operation accepts."""
    refusal = auth.check_access(call.request, view)
    if refusal is not None:
        return refusal
    headers = call.request.headers
    if not headers.get("transid"):
        return errors.missing_header("TV0001", "transId")
    if not headers.get("transactionsrc"):
        return errors.missing_header("TV0002", "transactionSrc")
    number = normalise(call.parameters["inquiryNumber"])
    if _INQUIRY_NUMBER.fullmatch(number) is None:
        return errors.invalid_inquiry_number()
    return number


def parse_track_options(request: Request) -> TrackOptions:
    """The options of a call of `details`. Any text but `true` counts as false, and is not an error (D).

    `returnMilestones` and `locale` have no effect: no source lists UPS's milestones, and texts are in English here.
    """
    return TrackOptions(_is_true(request, "returnSignature"), _is_true(request, "returnPOD"))


def _is_true(request: Request, name: str) -> bool:
    return request.parameter(name).lower() == "true"


def parse_page(request: Request) -> Page | Response:
    """The page that a call of `shipment/details` requests; or the refusal of non-numeric values, or of count 0."""
    offset, count = request.parameter("offset") or "0", request.parameter("count") or str(DEFAULT_COUNT)
    if _WHOLE_NUMBER.fullmatch(offset) is None:
        return errors.invalid_parameter("offset")
    if _WHOLE_NUMBER.fullmatch(count) is None or not int(count):
        return errors.invalid_parameter("count")
    return Page(int(offset), int(count))
