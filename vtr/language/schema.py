"""Every key of a scenario, its form and its default: the schema. What the values mean together is `story`'s business.

The loader hands over texts, lists and mappings only; each field says how it reads its text. Where a default is None,
the default is a fact of the perfect order and stands in `story.PERFECT`, since it depends on the rest of the scenario.

A whole value `$name` stands for the name's value: a name of `matrix:` anywhere, and in tracking numbers the number of
the parcel of that name. `$$` at the start of a text is a dollar sign.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from simulator import journeys
from simulator.conduct import RULES
from simulator.faults import ALL_CALLS, Calls, calls_named
from simulator.parcel import Kind
from vtr.language import times

NAME = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)", re.ASCII)  # a whole value that stands for another
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)
_SELECTING = frozenset({"and", "or", "not", "True", "False", "None"})
_PRICE = re.compile(r"(\d{1,12}(?:\.\d{1,4})?) ([A-Z]{3})", re.ASCII)
_ORDINAL = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def is_tag(text: str) -> bool:
    """Whether a text may be a tag; pytest's words for selecting may not."""
    return _TAG.fullmatch(text) is not None and text not in _SELECTING


def suggestion(text: str, names: list[str]) -> str:
    """The end of a message about an unknown name: the nearest one, or all there are."""
    near = get_close_matches(text, names, n=1) or get_close_matches(text.lower(), names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as written, and its currency (ISO 4217)."""

    amount: str
    currency: str


def name_of(text: str) -> str | None:
    """The name that a whole value `$name` stands for, or None for any other text."""
    match = NAME.fullmatch(text)
    return match[1] if match is not None else None


def literal(text: str) -> str:
    """A text as it is meant: `$$` at its start is a dollar sign."""
    return text[1:] if text.startswith("$$") else text


def _words(text: str) -> str:
    if name_of(text) is not None:
        raise ValueError(f"{text!r} is a parcel's number; only tracking numbers may be one (for a literal, '$' + it)")
    return literal(text)


def _of(pattern: re.Pattern[str], expectation: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if pattern.fullmatch(text) is None:
            raise ValueError(f"{text!r} is not {expectation}")
        return text

    return check


def _tag(text: str) -> str:
    if not is_tag(text):
        raise ValueError(f"{text!r} is not a tag; use letters, digits, '-', '_' and '.' (not and, or, not)")
    return text


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a text, found {kind_of(value)}")  # noqa: TRY004 (pydantic takes ValueError only)
    return value


def kind_of(value: object) -> str:
    """What a value is, in the words of a message."""
    if value is None:
        return 'nothing (for an empty text write "")'
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return f"the text {value!r}"


def _truth(value: object) -> bool:
    if value not in ("true", "false"):
        raise ValueError(f"expected true or false, found {kind_of(value)}")
    return value == "true"


def _kind(value: object) -> Kind:
    text, names = _text(value), [kind.value for kind in Kind]
    if text not in names:
        raise ValueError(f"kind {text!r} is unknown; {suggestion(text, names)}")
    return Kind(text)


def _journey(value: str) -> str:
    return journeys.find(value).name


def _zone(value: object) -> ZoneInfo:
    text = _text(value)
    try:
        return ZoneInfo(text)
    except (ValueError, OSError, LookupError) as error:
        near = get_close_matches(text, sorted(available_timezones()), n=1)
        hint = f"did you mean {near[0]!r}?" if near else "use an IANA name such as 'America/Chicago'"
        raise ValueError(f"time zone {text!r} is unknown; {hint}") from error


def _money(value: object) -> Money:
    text = _text(value)
    match = _PRICE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no price; write e.g. '25.00 USD'")
    return Money(match[1], match[2])


def _one_or_more(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _cell(value: object) -> object:
    if value is None:
        return {"equals": ""}
    return {"equals": value} if isinstance(value, str) else value


def _blank_for_null(value: object) -> object:
    return "" if value is None else value


def _no_null(value: object) -> object:
    if value is None:
        raise ValueError('null is no tracking number; write "" for a blank one, or leave the key out for the parcel\'s')
    return value


When = Annotated[times.When, PlainValidator(lambda value: times.parse(_text(value)))]
Words = Annotated[str, AfterValidator(_words)]
Truth = Annotated[bool, PlainValidator(_truth)]
Tag = Annotated[str, AfterValidator(_tag)]
Country = Annotated[str, AfterValidator(_of(_COUNTRY, "a country; use its two capital letters (ISO 3166), e.g. 'US'"))]
Identifier = Annotated[str, AfterValidator(_of(_IDENTIFIER, "a name; use letters, digits and '_', e.g. 'box_2'"))]
Number = str  # may be a parcel's number, `$box`; the story resolves it
Tracking = Annotated[str | None, BeforeValidator(_no_null)]  # None only where it is left out


class Part(BaseModel):
    """A mapping of the file: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Scan(Part):
    """A scan by hand: when, what (our kind, or the carrier's own code), where, and when the carrier's API shows it."""

    at: When
    kind: Annotated[Kind | None, PlainValidator(_kind)] = None
    code: Words | None = None
    place: Words | None = None
    published: When | None = None


class ParcelPart(Part):
    """A parcel: its carrier and number, and its life as a named journey or as scans; the scans, where both stand.

    shipment: any text. Parcels of one carrier with the same one travel under one shipment, the first as its lead; UPS
    says so in its answers, the other carriers don't.
    """

    carrier: Words
    service: Words = ""
    shipment: Words = ""
    number: Number = "minted"
    journey: Annotated[Words, AfterValidator(_journey)] | None = None
    scans: list[Scan] | None = None


class Confirm(Part):
    """What the seller submits when confirming. Left out: the parcel's carrier as the profile spells it, its number."""

    at: When | None = None
    carrier: Words | None = None
    carrier_name: Words = ""
    tracking: Tracking = None
    ship_method: Words = ""


class Edit(Part):
    """A later submission. What it leaves out stays as it was submitted before."""

    at: When
    carrier: Words | None = None
    carrier_name: Words | None = None
    tracking: Tracking = None
    ship_method: Words | None = None


class PackagePart(Part):
    """A package: a confirmed entry of an order.

    `parcel: null`: no parcel stands behind it. `confirm: null`: it is not confirmed.
    """

    parcel: Words | None = None
    buy_shipping: Truth = False
    confirm: Confirm | None = Field(default_factory=Confirm)
    edits: list[Edit] = []


class Recategorised(Part):
    """The category that an order's product gets later."""

    at: When
    to: Words


class OrderPart(PackagePart):
    """An order; with one package, the package's keys may stand in the order itself."""

    id: Words | None = None
    placed: When | None = None
    category: Words = "Kitchen"
    recategorised: Recategorised | None = None
    promised: When | None = None
    price: Annotated[Money, PlainValidator(_money)] = Money("25.00", "USD")
    ship_from: Country | None = None
    ship_to: Country = "US"
    fulfilled_by: Literal["seller", "amazon"] = "seller"
    cancelled: When | None = None
    packages: list[PackagePart] | None = None


def _calls(value: object) -> Calls:
    """Calls as a list of ordinals, `first 3` or `every 5`."""
    if isinstance(value, list):
        wrong = next((each for each in value if not isinstance(each, str) or not _ORDINAL.fullmatch(each)), None)
        if not value or wrong is not None:
            raise ValueError(f"calls: {wrong!r} is no call; calls are counted from 1, e.g. [1, 2]")
        return Calls(frozenset(int(each) for each in value))
    calls = calls_named(value) if isinstance(value, str) else None
    if calls is None:
        raise ValueError(f"calls: expected a list such as [1, 2], 'first 3' or 'every 5', found {kind_of(value)}")
    return calls


class FaultPart(Part):
    """A fault and its envelope: where it acts, on which calls, with what chance, from when to when."""

    fault: Words
    parameters: dict[str, Words] = {}
    carrier: Words | None = None
    operation: Words | None = None
    numbers: list[Number] = []
    calls: Annotated[Calls, PlainValidator(_calls)] = ALL_CALLS
    chance: Annotated[float, Field(ge=0, le=1)] = 1.0
    since: When | None = None
    until: When | None = None


class CellPart(Part):
    """What a cell must hold: a text, one of several, or a number or time with a tolerance."""

    equals: Number | None = None
    any_of: Annotated[list[Annotated[Number, BeforeValidator(_blank_for_null)]], Field(min_length=1)] | None = None
    value: Words | None = None
    within: Words | None = None


Cell = Annotated[CellPart | None, BeforeValidator(_cell)]  # None only where it is left out


class Named(Part):
    """What names a row: a parcel, or an order and perhaps the number of its package."""

    parcel: Words | None = None
    order: Words | None = None
    package: Annotated[int, Field(ge=1)] | None = None


class RowPart(Named):
    """A row of the report, or its absence. Columns that are not named are not compared."""

    absent: Truth = False
    tracking_id: Cell = None
    no_valid_tracking: Cell = None
    reason: Cell = None
    category: Cell = None
    carrier: Cell = None
    ship_method: Cell = None
    confirmed_at: Cell = None
    promised_delivery_date: Cell = None
    first_scan_at: Cell = None
    delivered_at: Cell = None


INSTANTS = frozenset({"confirmed_at", "first_scan_at", "delivered_at"})  # columns that hold instants, not texts
ROW_COLUMNS = tuple(name for name in RowPart.model_fields if name not in {*Named.model_fields, "absent"})


class RatePart(Part):
    """Rates of a category; without one, of all categories together."""

    category: Words | None = None
    confirmed: Cell = None
    exempt: Cell = None
    counted: Cell = None
    valid: Cell = None
    rate: Cell = None
    status: Cell = None


RATE_COLUMNS = tuple(name for name in RatePart.model_fields if name != "category")


class ListedPart(Named):
    """A package that is listed beside the report: unanswered, or left out."""

    why: Cell = None


class Bounds(Part):
    """How many."""

    at_least: Annotated[int, Field(ge=0)] | None = None
    at_most: Annotated[int, Field(ge=0)] | None = None
    exactly: Annotated[int, Field(ge=0)] | None = None


def _findings(value: object) -> object:
    names = value if isinstance(value, list) else [value]
    for name in names:
        text = _text(name)
        if text not in RULES:
            raise ValueError(f"finding {text!r} is unknown; {suggestion(text, list(RULES))}")
    return names


class ConductPart(Part):
    """How the validator must behave towards a carrier.

    calls: about parcels, refused and repeated ones too. tokens: calls for a token. batch_size: most numbers in one
    call. waits_after_429: there is a 429, and it waits after each. findings: the names of all findings there must be.
    """

    calls: Bounds | None = None
    tokens: Bounds | None = None
    batch_size: Bounds | None = None
    waits_after_429: Truth = False
    findings: Annotated[list[Words], BeforeValidator(_findings)] | None = None


class QuotaPart(Part):
    """How many calls about parcels a carrier bears in so many seconds; a day of 86400 begins anew at 00:00 UTC."""

    calls: Annotated[int, Field(ge=1)]
    seconds: Annotated[int, Field(ge=1)]


def _quotas(value: object) -> object:
    if isinstance(value, str):
        return {"published": value}
    return {"own": value}


class QuotasPart(Part):
    """Quotas: `true` for what the carriers publish, or numbers of one's own by carrier."""

    published: Truth = False
    own: dict[str, QuotaPart] = {}


class ExpectPart(Part):
    """What a report must show."""

    at: When | None = None
    rows: list[RowPart] | None = None
    rates: list[RatePart] | None = None
    unanswered: list[ListedPart] | None = None
    excluded: list[ListedPart] | None = None
    conduct: dict[str, ConductPart] | None = None


class Defaults(Part):
    """What a file's first document `defaults:` may say for all its scenarios. Their own keys win; tags add up."""

    tags: list[Tag] = []
    profile: Words | None = None
    timezone: Annotated[ZoneInfo, PlainValidator(_zone)] = ZoneInfo("UTC")
    seed: Words | None = None
    report_at: Annotated[list[When], BeforeValidator(_one_or_more), Field(min_length=1)] | None = None


class Scenario(Defaults):
    """A scenario: only what differs from a perfect order, and what the report must show of it."""

    scenario: Annotated[Words, Field(min_length=1)]
    rules: list[Words] = []
    matrix: dict[Identifier, Any] = {}
    parcels: dict[Identifier, ParcelPart] = {}
    orders: list[OrderPart] | None = None
    faults: list[FaultPart] = []
    quotas: Annotated[QuotasPart, BeforeValidator(_quotas)] = QuotasPart()
    expect: Annotated[list[ExpectPart], BeforeValidator(_one_or_more), Field(min_length=1)]


_MAGNITUDE = 50  # digits before or after the point


def decimal(text: str) -> Decimal | None:
    """The number that a text says, or None: also for one beyond any use, with which arithmetic would overflow."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _MAGNITUDE else None
