"""The schema of scenarios: every key with its form, its default and, under its field, its meaning.

`vtr schema scenario` prints the texts under the fields as descriptions. What the values mean together is decided in
`vtr.story`.

The loader passes only texts, lists and mappings; each field knows how to parse its text. A default of None means that
the default comes from the perfect order (`story.PERFECT`), since it depends on the rest of the scenario.

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
from simulator.conduct_rules import RULES
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
    """Whether a text may be a tag. The words of pytest's selection expressions may not."""
    return _TAG.fullmatch(text) is not None and text not in _SELECTING


def closest(text: str, names: list[str]) -> list[str]:
    """The known name nearest to an unknown one, in a list; empty if none is near."""
    return get_close_matches(text, names, n=1) or get_close_matches(text.lower(), names, n=1)


def suggestion(text: str, names: list[str]) -> str:
    """The end of a message about an unknown name: the nearest known name, or all of them."""
    near = closest(text, names)
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
    """A text with `$$` at its start turned into a dollar sign."""
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
    """A value's kind, in the words of a message."""
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
    """When it happens, e.g. `day 1 16:00`."""
    kind: Annotated[Kind | None, PlainValidator(_kind)] = None
    """What happens, in our words."""
    code: Words | None = None
    """What happens, as the carrier's own code."""
    place: Words | None = None
    """Where, e.g. `Tulsa, OK, US`."""
    published: When | None = None
    """When the carrier's API begins to show it. Default: when it happens."""


class ParcelPart(Part):
    """A parcel: its carrier and number, and its life as a named journey or as scans; the scans, where both stand.

    shipment: any text. Parcels of one carrier with the same one travel under one shipment, the first as its lead; UPS
    says so in its answers, the other carriers don't.
    """

    carrier: Words
    """Who really carries it."""
    service: Words = ""
    """The carrier's service, e.g. ground."""
    shipment: Words = ""
    """Any text: parcels of one carrier with the same one travel under one shipment."""
    number: Number = "minted"
    """Its tracking number, or `minted` for one made from the seed (the default)."""
    journey: Annotated[Words, AfterValidator(_journey)] | None = None
    """Its life, by name: see `vtr journeys`. Default: delivered."""
    scans: list[Scan] | None = None
    """Its life, scan by scan, in place of a journey."""


class Confirm(Part):
    """What the seller submits when confirming. Left out: the parcel's carrier as the profile spells it, its number."""

    at: When | None = None
    """When the seller confirms. Default: day 1 09:00."""
    carrier: Words | None = None
    """The carrier, exactly as chosen or typed. Default: the parcel's, as the profile spells it."""
    carrier_name: Words = ""
    """The carrier as typed, beside the carrier `Other`."""
    tracking: Tracking = None
    """The tracking number, exactly as submitted. `$name`: that parcel's; an empty text: blank. Default: the parcel's."""  # noqa: E501 (an editor shows it as one line)
    ship_method: Words = ""
    """The service, in the seller's words."""


class Edit(Part):
    """A later submission. What it leaves out stays as it was submitted before."""

    at: When
    """When the seller submits again."""
    carrier: Words | None = None
    """The carrier, exactly as chosen or typed. Default: as submitted before."""
    carrier_name: Words | None = None
    """The carrier as typed, beside the carrier `Other`. Default: as submitted before."""
    tracking: Tracking = None
    """The tracking number, exactly as submitted. `$name`: that parcel's; an empty text: blank. Default: as submitted before."""  # noqa: E501 (an editor shows it as one line)
    ship_method: Words | None = None
    """The service, in the seller's words. Default: as submitted before."""


class PackagePart(Part):
    """A package: a confirmed entry of an order.

    `parcel: null`: no parcel stands behind it. `confirm: null`: it is not confirmed.
    """

    parcel: Words | None = None
    """The parcel's name under `parcels:`. For packages, null: no parcel stands behind it."""
    buy_shipping: Truth = False
    """Whether the label was bought from Amazon. Default: false."""
    confirm: Confirm | None = Field(default_factory=Confirm)
    """What the seller submits when confirming. Default: all as it should be. null: it is not confirmed."""
    edits: list[Edit] = []
    """Later submissions, in the order in which they are made."""


class Recategorised(Part):
    """The category that an order's product gets later."""

    at: When
    """When the category changes."""
    to: Words
    """The new category."""


class OrderPart(PackagePart):
    """An order; with one package, the package's keys may stand in the order itself."""

    id: Words | None = None
    """The order's id, opaque text. Default: minted."""
    placed: When | None = None
    """When it was placed. Default: day 0 10:00."""
    category: Words = "Kitchen"
    """The product's category when the order was placed. Default: Kitchen."""
    recategorised: Recategorised | None = None
    """The category that the product gets later."""
    promised: When | None = None
    """The day for which delivery was promised. Default: day 7."""
    price: Annotated[Money, PlainValidator(_money)] = Money("25.00", "USD")
    """Amount and currency, e.g. `25.00 USD`."""
    ship_from: Country | None = None
    """Country, two letters. Default: US, for China Post CN."""
    ship_to: Country = "US"
    """Country, two letters. Default: US."""
    fulfilled_by: Literal["seller", "amazon"] = "seller"
    """Who ships: seller or amazon. Default: seller."""
    cancelled: When | None = None
    """When it was cancelled. Default: never."""
    packages: list[PackagePart] | None = None
    """Its packages, where there are several. With one, their keys stand in the order itself."""


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
    """What goes wrong, by name: see `vtr faults`."""
    parameters: dict[str, Words] = {}
    """The fault's own parameters: see `vtr faults NAME`."""
    carrier: Words | None = None
    """Only at this carrier."""
    operation: Words | None = None
    """Only in this operation of the carrier, e.g. track or token."""
    numbers: list[Number] = []
    """Only for these tracking numbers; `$name`: that parcel's."""
    calls: Annotated[Calls, PlainValidator(_calls)] = ALL_CALLS
    """Only in these calls: a list such as [1, 2], `first 3` or `every 5`."""
    chance: Annotated[float, Field(ge=0, le=1)] = 1.0
    """With this chance, 0 to 1, drawn from the seed. Default: 1."""
    since: When | None = None
    """Only from this instant on."""
    until: When | None = None
    """Only before this instant."""


class CellPart(Part):
    """What a cell must hold: a text, one of several, or a number or time with a tolerance."""

    equals: Number | None = None
    """Exactly this text."""
    any_of: Annotated[list[Annotated[Number, BeforeValidator(_blank_for_null)]], Field(min_length=1)] | None = None
    """One of these texts."""
    value: Words | None = None
    """This number or instant, within a tolerance."""
    within: Words | None = None
    """The tolerance: a number, or a duration such as 2h."""


Cell = Annotated[CellPart | None, BeforeValidator(_cell)]  # None only where it is left out


class Named(Part):
    """What names a row: a parcel, or an order and perhaps the number of its package."""

    parcel: Words | None = None
    """The parcel's name under `parcels:`. For packages, null: no parcel stands behind it."""
    order: Words | None = None
    """The order's id."""
    package: Annotated[int, Field(ge=1)] | None = None
    """The package's number in its order, counted from 1."""


class RowPart(Named):
    """A row of the report, or its absence. Columns that are not named are not compared."""

    absent: Truth = False
    """There must be no such row."""
    tracking_id: Cell = None
    """Column E: the number, or `<order id>-InvalidId`; `$name`: that parcel's number."""
    no_valid_tracking: Cell = None
    """Column N: X, or an empty text for valid tracking."""
    reason: Cell = None
    """The rule that decided; compared only if the validator returns reasons."""
    category: Cell = None
    """The category in which the row counts."""
    carrier: Cell = None
    """The carrier that the row shows."""
    ship_method: Cell = None
    """The service that the row shows."""
    confirmed_at: Cell = None
    """When the package was confirmed."""
    promised_delivery_date: Cell = None
    """The day for which delivery was promised."""
    first_scan_at: Cell = None
    """When the first physical scan happened."""
    delivered_at: Cell = None
    """When it was delivered."""


INSTANTS = frozenset({"confirmed_at", "first_scan_at", "delivered_at"})  # columns that hold instants, not texts
ROW_COLUMNS = tuple(name for name in RowPart.model_fields if name not in {*Named.model_fields, "absent"})


class RatePart(Part):
    """Rates of a category; without one, of all categories together."""

    category: Words | None = None
    """The category. Left out: all categories together."""
    confirmed: Cell = None
    """How many packages were confirmed."""
    exempt: Cell = None
    """How many are exempt."""
    counted: Cell = None
    """How many count: confirmed and not exempt."""
    valid: Cell = None
    """How many of them have valid tracking."""
    rate: Cell = None
    """The rate, valid of counted, e.g. 0.95."""
    status: Cell = None
    """What the rate amounts to under the profile, e.g. GOOD."""


RATE_COLUMNS = tuple(name for name in RatePart.model_fields if name != "category")


class ListedPart(Named):
    """A package that is listed beside the report: unanswered, or left out."""

    why: Cell = None
    """Why it is listed."""


class Bounds(Part):
    """How many."""

    at_least: Annotated[int, Field(ge=0)] | None = None
    """No fewer."""
    at_most: Annotated[int, Field(ge=0)] | None = None
    """No more."""
    exactly: Annotated[int, Field(ge=0)] | None = None
    """Just so many."""


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
    """Calls about parcels, refused and repeated ones too."""
    tokens: Bounds | None = None
    """Calls for a token."""
    batch_size: Bounds | None = None
    """The most numbers in one call."""
    waits_after_429: Truth = False
    """true: there is a 429, and the validator waits after each."""
    findings: Annotated[list[Words], BeforeValidator(_findings)] | None = None
    """The names of all findings there must be: see `vtr conduct`."""


class QuotaPart(Part):
    """How many calls about parcels a carrier bears in so many seconds; a day of 86400 begins anew at 00:00 UTC."""

    calls: Annotated[int, Field(ge=1)]
    """So many calls about parcels"""
    seconds: Annotated[int, Field(ge=1)]
    """in so many seconds; a day of 86400 begins anew at 00:00 UTC."""


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
    """Which report, where there are several."""
    rows: list[RowPart] | None = None
    """The rows of the report. Rows that nothing here names are differences."""
    rates: list[RatePart] | None = None
    """Rates by category; compared only if the validator returns rates."""
    unanswered: list[ListedPart] | None = None
    """Packages whose carrier gave no usable answer."""
    excluded: list[ListedPart] | None = None
    """Packages that are not in the report; compared only if the validator returns them."""
    conduct: dict[str, ConductPart] | None = None
    """How the validator must behave towards each carrier."""


class Defaults(Part):
    """What a file's first document `defaults:` may say for all its scenarios. Their own keys win; tags add up."""

    tags: list[Tag] = []
    """Words to select scenarios by, e.g. with `vtr run --tag`."""
    profile: Words | None = None
    """The policy to judge by: a bundled profile's name, or a YAML file. Default: the run's."""
    timezone: Annotated[ZoneInfo, PlainValidator(_zone)] = ZoneInfo("UTC")
    """Of times without an offset, an IANA name such as America/Chicago. Default: UTC."""
    seed: Words | None = None
    """Of everything that is minted. Default: from the file and the scenario's name."""
    report_at: Annotated[list[When], BeforeValidator(_one_or_more), Field(min_length=1)] | None = None
    """When the report is drawn, e.g. `day 30`; or several instants. Default: day 30 00:00."""


class Scenario(Defaults):
    """A scenario: only what differs from a perfect order, and what the report must show of it."""

    scenario: Annotated[Words, Field(min_length=1)]
    """Its name: the fact that it shows."""
    rules: list[Words] = []
    """The rules that it is about, e.g. R8."""
    matrix: dict[Identifier, Any] = {}
    """Names with lists of values: one test for each combination. `$name` stands for the value."""
    parcels: dict[Identifier, ParcelPart] = {}
    """The parcels by name: what really travels. One parcel needs no order: it gets a perfect one."""
    orders: list[OrderPart] | None = None
    """The orders: what was bought, and what the seller confirmed. Default: a perfect one for each parcel."""
    faults: list[FaultPart] = []
    """What goes wrong, and where."""
    quotas: Annotated[QuotasPart, BeforeValidator(_quotas)] = QuotasPart()
    """How many calls the carriers bear. true: what they publish; or numbers of your own by carrier."""
    expect: Annotated[list[ExpectPart], BeforeValidator(_one_or_more), Field(min_length=1)]
    """What the report must show; with several reports, one entry for each."""


_MAGNITUDE = 50  # digits before or after the point


def decimal(text: str) -> Decimal | None:
    """The number that a text holds, or None; None also for one so large or small that arithmetic would overflow."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _MAGNITUDE else None
