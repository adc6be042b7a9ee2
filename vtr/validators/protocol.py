"""The validator protocol, version 1: what a validator is given, and what it returns.

Every key and its meaning is here, and only here. The JSON Schemas (`vtr schema request`, `vtr schema answer`), the
columns of the CSV files that a program may read instead, and the functions that build a request use these types.

Both objects may hold more keys than are named here: later versions add some, and a report may have further columns.
What a validator returned is checked in `parse_answer`, whose messages name the entry that is wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NamedTuple,
    NotRequired,
    TypedDict,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from simulator import parcel
from vtr.language.json_schema import DRAFT, Json
from vtr.language.schema import RATE_COLUMNS, ROW_COLUMNS, Money
from vtr.reference.instants import instant_text

VERSION: Final = 1


class Keyword(NamedTuple):
    """A keyword of JSON Schema for an annotated value; a text in its place is the value's description."""

    name: str
    value: str | int


Instant = Annotated[str, Keyword("pattern", "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$")]
Day = Annotated[str, Keyword("pattern", "^\\d{4}-\\d{2}-\\d{2}$")]
OrderId = Annotated[str, "the order's id, opaque text"]
PackageNumber = Annotated[int, Keyword("minimum", 1), "the package's number in its order"]
Country = Annotated[str, "country, ISO 3166 alpha-2"]
Cell = str | float | bool | None
_Access = Annotated[str, "where the carrier answers; its real path follows"]


class Order(TypedDict):
    """An order, as the buyer placed it."""

    order_id: OrderId
    placed_at: Annotated[Instant, "when it was placed; UTC with Z"]
    category: Annotated[str, "the product's category when the order was placed"]
    current_category: Annotated[str, "the product's category at as_of"]
    promised_delivery_date: Day
    item_price: Annotated[str, "decimal text, without shipping"]
    shipping_price: Annotated[str, "decimal text"]
    currency: Annotated[str, "ISO 4217"]
    ship_from: Country
    ship_to: Country
    fulfilled_by: Literal["seller", "amazon"]
    cancelled_at: Instant | None


class Submission(TypedDict):
    """What the seller submitted: the confirmation first, then each edit."""

    submitted_at: Annotated[Instant, "when it was submitted; UTC with Z"]
    carrier_code: Annotated[str, "the carrier, exactly as chosen"]
    carrier_name: Annotated[str, "the carrier as typed, beside the code Other; may be empty"]
    tracking_number: Annotated[str, "exactly as submitted; may be blank"]
    ship_method: Annotated[str, "the seller's text for the service; may be empty"]


class Package(TypedDict):
    """A confirmed package of an order."""

    order_id: OrderId
    package: PackageNumber
    confirmed_at: Annotated[Instant, "when it was confirmed; UTC with Z"]
    buy_shipping: Annotated[bool, "whether the label was bought from Amazon"]
    submissions: Annotated[list[Submission], Keyword("minItems", 1), "in the order in which they were made"]


class OAuthAccess(TypedDict):
    """OAuth client credentials."""

    base_url: _Access
    client_id: _Access
    client_secret: _Access


class DhlAccess(TypedDict):
    """DHL."""

    base_url: _Access
    api_key: _Access
    username: _Access
    password: _Access


class ChinaPostAccess(TypedDict):
    """China Post."""

    base_url: _Access
    sender_no: _Access
    authorization: _Access
    sm4_key: _Access
    send_id: _Access
    digest_key: _Access


class Carriers(TypedDict, total=False):
    """Where each carrier is asked, and with what credentials."""

    ups: OAuthAccess
    usps: OAuthAccess
    fedex: OAuthAccess
    dhl: DhlAccess
    chinapost: ChinaPostAccess


class Request(TypedDict):
    """What a validator is given: report on these packages, as of this instant."""

    protocol: Literal[1]
    as_of: Annotated[Instant, "when the report is drawn; UTC with Z"]
    profile: Annotated[str, "the policy: a name, or a YAML file's path"]
    marketplace: Country
    orders: Annotated[list[Order], "orders placed by as_of"]
    packages: Annotated[list[Package], "packages confirmed by as_of"]
    carriers: Carriers


class ReportRow(TypedDict):
    """A row of the report; further columns are welcome."""  # the schema names those that scenarios can compare

    order_id: OrderId
    package: NotRequired[Annotated[int | str | None, "without it, tracking_id tells rows apart"]]
    tracking_id: NotRequired[Annotated[str, "the number, or <order id>-InvalidId"]]
    no_valid_tracking: NotRequired[Annotated[Literal["X", ""], "X: no valid tracking"]]
    reason: NotRequired[Annotated[str | None, "compared only if returned"]]


class Rate(TypedDict):
    """Rates of a category; null: overall."""  # and the columns that scenarios can compare

    category: Cell


class Listed(TypedDict):
    """A package beside the report."""

    order_id: OrderId
    why: NotRequired[Cell]


class Answer(TypedDict):
    """The answer."""

    rows: Annotated[list[ReportRow], "the report"]
    rates: NotRequired[Annotated[list[Rate], "compared only if returned"] | None]
    unanswered: NotRequired[Annotated[list[Listed], "packages whose carrier gave no usable answer"] | None]
    excluded: NotRequired[Annotated[list[Listed], "packages and orders left out"] | None]


class Failure(TypedDict):
    """It could not run."""

    error: Annotated[str, "why"]


ORDER_COLUMNS = tuple(Order.__annotations__)
SUBMISSION_COLUMNS = tuple(Submission.__annotations__)
CONFIRMATION_COLUMNS = (*(name for name in Package.__annotations__ if name != "submissions"), *SUBMISSION_COLUMNS)


def instant(moment: datetime) -> Instant:
    """An aware instant as the protocol writes it: ISO 8601, UTC with Z."""
    return instant_text(moment)


def order(  # noqa: PLR0913 (the keys of an order)
    *,
    order_id: str,
    placed_at: datetime,
    category: str,
    current_category: str,
    promised_delivery_date: date,
    price: Money,
    ship_from: str,
    ship_to: str,
    fulfilled_by: Literal["seller", "amazon"],
    cancelled_at: datetime | None,
) -> Order:
    """An order of a request. price: of the item; shipping costs nothing. Instants are aware; the day has no zone."""
    return Order(
        order_id=order_id,
        placed_at=instant(placed_at),
        category=category,
        current_category=current_category,
        promised_delivery_date=promised_delivery_date.isoformat(),
        item_price=price.amount,
        shipping_price="0.00",
        currency=price.currency,
        ship_from=ship_from,
        ship_to=ship_to,
        fulfilled_by=fulfilled_by,
        cancelled_at=None if cancelled_at is None else instant(cancelled_at),
    )


def submission(given: parcel.Submission) -> Submission:
    """A submission of a request."""
    return Submission(
        submitted_at=instant(given.submitted_at),
        carrier_code=given.carrier_code,
        carrier_name=given.carrier_name,
        tracking_number=given.tracking_number,
        ship_method=given.ship_method,
    )


def package(order_id: str, number: int, *, buy_shipping: bool, submissions: Sequence[parcel.Submission]) -> Package:
    """A package of a request. submissions: at least one; the first confirmed the package."""
    return Package(
        order_id=order_id,
        package=number,
        confirmed_at=instant(submissions[0].submitted_at),
        buy_shipping=buy_shipping,
        submissions=[submission(each) for each in submissions],
    )


def request(
    *,
    as_of: datetime,
    profile: str,
    marketplace: str,
    orders: Iterable[Order],
    packages: Iterable[Package],
    carriers: Mapping[str, Mapping[str, str]],
) -> Request:
    """A request. profile: a name or a file. marketplace: its country. carriers: by name, the keys of `Carriers`."""
    return Request(
        protocol=VERSION,
        as_of=instant(as_of),
        profile=profile,
        marketplace=marketplace,
        orders=list(orders),
        packages=list(packages),
        carriers=cast("Carriers", {name: dict(access) for name, access in carriers.items()}),
    )


def request_schema() -> Json:
    """The JSON Schema of a request."""
    return {"$schema": DRAFT, "title": f"VTR validator protocol {VERSION}: request", **_schema(Request)}


def answer_schema() -> Json:
    """The JSON Schema of an answer: the object, its rows alone, or why the validator could not run."""
    whole, rows, failure = _schema(Answer), _schema(list[ReportRow]), _schema(Failure)
    rows["description"] = "the rows alone"
    rows = _in_order(rows)
    failure["not"] = {"required": ["rows"]}
    title = f"VTR validator protocol {VERSION}: answer"
    return {"$schema": DRAFT, "title": title, "anyOf": [whole, rows, failure]}


SCHEMAS = {"request": request_schema, "answer": answer_schema}

_COMPARED = {ReportRow: ROW_COLUMNS, Rate: RATE_COLUMNS}  # columns that the scenario language names
_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
_KEYWORDS = (
    *("anyOf", "const", "enum", "type", "pattern", "minimum", "description"),
    *("required", "properties", "items", "minItems"),
)


def _schema(annotation: Any) -> Json:  # noqa: ANN401 (annotations are any object)
    """The JSON Schema of an annotation."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is NotRequired:
        return _schema(arguments[0])
    if origin is Annotated:
        made = _schema(arguments[0])
        for more in arguments[1:]:
            name, value = more if isinstance(more, Keyword) else ("description", more)
            made[name] = value
        return _in_order(made)
    if origin is Literal:
        return {"const": arguments[0]} if len(arguments) == 1 else {"enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin in {Union, UnionType}:
        choices = [_schema(each) for each in arguments]
        plain = all(choice.keys() == {"type"} for choice in choices)
        return {"type": [choice["type"] for choice in choices]} if plain else {"anyOf": choices}
    return _object_schema(annotation) if is_typeddict(annotation) else {"type": _TYPES[annotation]}


def _object_schema(described: Any) -> Json:  # noqa: ANN401 (mypy has no type for a TypedDict's class)
    hints = get_type_hints(described, include_extras=True)
    properties = {name: _schema(hint) for name, hint in hints.items()}
    properties |= {name: _schema(Cell) for name in _COMPARED.get(described, ()) if name not in properties}
    return {
        "type": "object",
        "description": described.__doc__,
        "required": [name for name in hints if name in described.__required_keys__],
        "properties": properties,
    }


def _in_order(made: Json) -> Json:
    return {keyword: made[keyword] for keyword in _KEYWORDS if keyword in made}
