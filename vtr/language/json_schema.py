"""JSON Schemas: of scenario files, for editors, and of the validator protocol, for those who write a validator.

That of scenarios is made from the models that read them, so it can't drift; the words beside each key come from
`key_words`. It is a little wider than the models: a whole value may be `$name` anywhere, and an editor takes a plain
`0094` for a number where the file means a text.
"""

from collections.abc import Mapping
from typing import Any

from simulator import carriers, journeys
from simulator.faults import catalogue
from simulator.parcel import Kind
from vtr.language import schema
from vtr.language.key_words import WORDS

Json = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
_NAME: Json = {"type": "string", "pattern": "^\\$[A-Za-z_][A-Za-z0-9_]*$"}
_SCALAR: Json = {"type": ["string", "number", "boolean"]}
_ONE_OR_MORE = frozenset({("Scenario", "report_at"), ("Scenario", "expect")})
_BLANK_FOR_NULL = frozenset({("CellPart", "any_of")})


def scenario() -> Json:
    """Of a document of a scenario file: a scenario, or what holds for all scenarios of the file."""
    made = schema.Scenario.model_json_schema()
    models = {**made.pop("$defs"), "Scenario": made, "Defaults": schema.Defaults.model_json_schema()}
    del models["QuotasPart"]  # the form in which quotas are kept; the file has another
    return {
        "$schema": DRAFT,
        "title": "VTR scenario file",
        "description": "A scenario; or, as the first document of a file, `defaults:` for all its scenarios.",
        "if": {"type": "object", "required": ["defaults"]},
        "then": {
            "type": "object",
            "properties": {"defaults": {"description": _word("Document of defaults", "defaults"), **_to("Defaults")}},
            "additionalProperties": False,
        },
        "else": _to("Scenario"),
        "$defs": {name: _widened(name, model) for name, model in models.items()},
    }


def _to(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


def _word(name: str, key: str) -> str:
    return WORDS[name][key]


def _matrix() -> Json:
    """Names with lists: of values, or of values with tags. A mapping `{value, within}` is a cell with a tolerance."""

    def mapping(**keys: Json) -> Json:
        return {"type": "object", "required": ["value"], "properties": keys, "additionalProperties": False}

    tags = {"type": "array", "items": _SCALAR, "description": "The tags of the combinations that have this value."}
    value: Json = {"description": "The value itself."}
    entries = [
        {"not": {"type": "object", "required": ["value"]}},
        mapping(value=value, tags=tags),
        mapping(value=value, within={"description": _word("CellPart", "within")}),
    ]
    values = {"type": "array", "minItems": 1, "items": {"anyOf": entries}}
    return {"type": "object", "additionalProperties": values}


def _widened(name: str, model: Json) -> Json:
    choices, forms = _choices(), _own_forms()
    properties = {}
    for key, given in model["properties"].items():
        value = _value({part: content for part, content in given.items() if part not in {"title", "default"}})
        if (name, key) in choices:
            value = {"anyOf": [{"enum": choices[name, key]}, _NAME, {"type": "null"}]}
        if (name, key) in _ONE_OR_MORE:
            value = {"anyOf": [value, *(_items(value))]}
        if (name, key) in _BLANK_FOR_NULL:
            value = {"type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean", "null"]}}
        default = given.get("default")
        if (name, key) in forms:
            value, default = forms[name, key], None
        if default is not None:
            value = {**value, "default": default}
        properties[key] = {"description": _word(name, key), **value}
    parts: tuple[str, ...] = ("description", "required", "additionalProperties")
    kept = {part: model[part] for part in parts if part in model}
    return {"type": "object", **kept, "properties": properties}


def _items(value: Json) -> list[Json]:
    """What a list, somewhere in a schema, holds."""
    if "items" in value:
        return [value["items"]]
    return [found for part in value.get("anyOf", ()) for found in _items(part)]


def _value(given: Json) -> Json:
    """A value as an editor meets it."""
    kind = given.get("type")
    if "anyOf" in given:
        return {"anyOf": [_value(part) for part in given["anyOf"]]}
    if "$ref" in given:
        blank = [_SCALAR, {"type": "null"}] if given["$ref"].endswith("/CellPart") else []
        return {"anyOf": [given, *blank, _NAME]}
    if kind == "string" and "enum" not in given:
        return _SCALAR
    if kind == "array":
        return {"anyOf": [{**given, "items": _value(given["items"])}, _NAME]}
    if kind == "object":
        inner = given.get("additionalProperties")
        return {**given, "additionalProperties": _value(inner) if isinstance(inner, dict) else True}
    return given if kind == "null" or not given else {"anyOf": [given, _NAME]}


def _own_forms() -> Mapping[tuple[str, str], Json]:
    """Keys whose form in the file is not that of the models, which keep them otherwise."""
    quota = {"type": "object", "additionalProperties": _to("QuotaPart")}
    return {
        ("Scenario", "matrix"): _matrix(),
        ("Scenario", "quotas"): {"anyOf": [{"type": "boolean"}, quota, _NAME]},
    }


def _choices() -> Mapping[tuple[str, str], list[str]]:
    """Values that an editor may offer."""
    return {
        ("ParcelPart", "carrier"): [carrier.name for carrier in carriers.CARRIERS],
        ("ParcelPart", "journey"): [journey.name for journey in journeys.JOURNEYS],
        ("Scan", "kind"): [kind.value for kind in Kind],
        ("FaultPart", "fault"): [entry.name for entry in catalogue.CATALOGUE],
    }


def _object(description: str, required: Mapping[str, Json], optional: Mapping[str, Json] | None = None) -> Json:
    """An object that may hold more than what is named: later versions add keys."""
    return {
        "type": "object",
        "description": description,
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }


def _text(description: str) -> Json:
    return {"type": "string", "description": description}


def _list(description: str, of: Json) -> Json:
    return {"type": "array", "description": description, "items": of}


_INSTANT: Json = {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$"}
_ORDER_ID = _text("the order's id, opaque text")
_PACKAGE: Json = {"type": "integer", "minimum": 1, "description": "the package's number in its order"}


def _instant(description: str) -> Json:
    return {**_INSTANT, "description": f"{description}; UTC with Z"}


def request() -> Json:
    """Of what a validator is given."""
    order = _object(
        "An order, as the buyer placed it.",
        {
            "order_id": _ORDER_ID,
            "placed_at": _instant("when it was placed"),
            "category": _text("the product's category when the order was placed"),
            "current_category": _text("the product's category at as_of"),
            "promised_delivery_date": {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"},
            "item_price": _text("decimal text, without shipping"),
            "shipping_price": _text("decimal text"),
            "currency": _text("ISO 4217"),
            "ship_from": _text("country, ISO 3166 alpha-2"),
            "ship_to": _text("country, ISO 3166 alpha-2"),
            "fulfilled_by": {"enum": ["seller", "amazon"]},
            "cancelled_at": {"anyOf": [_INSTANT, {"type": "null"}]},
        },
    )
    submission = _object(
        "What the seller submitted: the confirmation first, then each edit.",
        {
            "submitted_at": _instant("when it was submitted"),
            "carrier_code": _text("the carrier, exactly as chosen"),
            "carrier_name": _text("the carrier as typed, beside the code Other; may be empty"),
            "tracking_number": _text("exactly as submitted; may be blank"),
            "ship_method": _text("the seller's text for the service; may be empty"),
        },
    )
    package = _object(
        "A confirmed package of an order.",
        {
            "order_id": _ORDER_ID,
            "package": _PACKAGE,
            "confirmed_at": _instant("when it was confirmed"),
            "buy_shipping": {"type": "boolean", "description": "whether the label was bought from Amazon"},
            "submissions": {**_list("in the order in which they were made", submission), "minItems": 1},
        },
    )
    base_url = _text("where the carrier answers; its real path follows")
    oauth = _object("OAuth client credentials.", dict.fromkeys(("base_url", "client_id", "client_secret"), base_url))
    dhl = _object("DHL.", dict.fromkeys(("base_url", "api_key", "username", "password"), base_url))
    china_post = ("base_url", "sender_no", "authorization", "sm4_key", "send_id", "digest_key")
    block = {
        "ups": oauth,
        "usps": oauth,
        "fedex": oauth,
        "dhl": dhl,
        "chinapost": _object("China Post.", dict.fromkeys(china_post, base_url)),
    }
    asked = _object(
        "What a validator is given: report on these packages, as of this instant.",
        {
            "protocol": {"const": 1},
            "as_of": _instant("when the report is drawn"),
            "profile": _text("the policy: a name, or a YAML file's path"),
            "marketplace": _text("country, ISO 3166 alpha-2"),
            "orders": _list("orders placed by as_of", order),
            "packages": _list("packages confirmed by as_of", package),
            "carriers": _object("Where each carrier is asked, and with what credentials.", {}, block),
        },
    )
    return {"$schema": DRAFT, "title": "VTR validator protocol 1: request", **asked}


def answer() -> Json:
    """Of what a validator returns."""
    cell: Json = {"type": ["string", "number", "boolean", "null"]}
    row = _object(
        "A row of the report; further columns are welcome.",
        {"order_id": _ORDER_ID},
        {
            "package": {
                "type": ["integer", "string", "null"],
                "description": "without it, tracking_id tells rows apart",
            },
            "tracking_id": _text("the number, or <order id>-InvalidId"),
            "no_valid_tracking": {"enum": ["X", ""], "description": "X: no valid tracking"},
            "reason": {"type": ["string", "null"], "description": "compared only if returned"},
            **{name: cell for name in schema.ROW_COLUMNS if name not in {"tracking_id", "no_valid_tracking", "reason"}},
        },
    )
    listed = _object("A package beside the report.", {"order_id": _ORDER_ID}, {"why": cell})
    rates = _object("Rates of a category; null: overall.", {"category": cell}, dict.fromkeys(schema.RATE_COLUMNS, cell))
    whole = _object(
        "The answer.",
        {"rows": _list("the report", row)},
        {
            "rates": {"anyOf": [_list("compared only if returned", rates), {"type": "null"}]},
            "unanswered": {"anyOf": [_list("packages whose carrier gave no usable answer", listed), {"type": "null"}]},
            "excluded": {"anyOf": [_list("packages and orders left out", listed), {"type": "null"}]},
        },
    )
    failed = _object("It could not run.", {"error": _text("why")})
    failed["not"] = {"required": ["rows"]}
    title = "VTR validator protocol 1: answer"
    return {"$schema": DRAFT, "title": title, "anyOf": [whole, _list("the rows alone", row), failed]}


SCHEMAS = {"scenario": scenario, "request": request, "answer": answer}
