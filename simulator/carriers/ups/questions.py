"""What a client of UPS's Track API asks: its token and headers, the number in the path, the parameters of the query.

Names and defaults of the parameters: Tracking spec (A), where all of them are text, the booleans as `true` and `false`.
Which values UPS refuses, and how, is published nowhere. That any other text than these is refused is a guess (D): it
shows a client's mistake, where a silent default would hide it. An empty value counts as left out (D).
"""

import re
from dataclasses import dataclass

from simulator.carrier import Call, World
from simulator.carriers.ups import errors
from simulator.credentials import Product
from simulator.exchange import Request, Response
from simulator.numbers import normalise
from simulator.oauth import bearer

DEFAULT_COUNT = 50  # packages of a page (A); no upper limit is published
_INQUIRY_NUMBER = re.compile(r"[A-Z0-9]{7,34}")  # lengths: spec (A)
_LOCALE = re.compile(r"[a-z]{2}_[A-Z]{2}")
_WHOLE = re.compile(r"[0-9]{1,9}")
_TRUTHS = {"true": True, "false": False, "": False}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a call wants beside the history of one package."""

    signature: bool = False
    proof: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Which packages of a shipment a call wants: so many, after so many."""

    offset: int
    count: int


def number_of(call: Call, world: World) -> str | Response:
    """The number that a call asks about, without blanks; or the refusal of a call that none of the operations take."""
    token = bearer(call.request)
    withheld = Product.UPS_TRACKING in world.credentials.withheld
    if withheld or token is None or world.token_state(token) != "valid":
        return errors.unauthorized()
    headers = call.request.headers
    if not headers.get("transid"):
        return errors.missing_header("TV0001", "transId")
    if not headers.get("transactionsrc"):
        return errors.missing_header("TV0002", "transactionSrc")
    number = normalise(call.parameters["inquiryNumber"])
    if _INQUIRY_NUMBER.fullmatch(number) is None:
        return errors.invalid_inquiry_number()
    # Texts are English whatever the locale.
    locale = call.request.parameter("locale")
    if locale and _LOCALE.fullmatch(locale) is None:
        return errors.invalid_parameter("locale")
    return number


def wishes(request: Request) -> Wishes | Response:
    """What a call of `details` wants beside the history; or the refusal of a value that is no boolean.

    `returnMilestones` is read and has no effect: no source names UPS's milestones, their codes or their categories.
    """
    told = {}
    for name in ("returnSignature", "returnPOD", "returnMilestones"):
        truth = _TRUTHS.get(request.parameter(name).lower())
        if truth is None:
            return errors.invalid_parameter(name)
        told[name] = truth
    return Wishes(told["returnSignature"], told["returnPOD"])


def page(request: Request) -> Page | Response:
    """Which packages a call of `shipment/details` wants; or the refusal of what is no number, or no package at all."""
    offset, count = request.parameter("offset") or "0", request.parameter("count") or str(DEFAULT_COUNT)
    if _WHOLE.fullmatch(offset) is None:
        return errors.invalid_parameter("offset")
    if _WHOLE.fullmatch(count) is None or not int(count):
        return errors.invalid_parameter("count")
    return Page(int(offset), int(count))
