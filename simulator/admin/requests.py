"""The JSON and the query parameters that the admin API accepts, and errors that name the field and its value.

An unknown key is refused with the nearest known one. Instants are ISO 8601 with an offset. The docstrings of the models
are the descriptions in the OpenAPI document.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from simulator.carriers.common.credentials import Product
from simulator.core.sessions import DEFAULT_SESSION_LIMITS
from simulator.errors import MisuseError
from simulator.faults import calls_named
from simulator.faults.entry import nearest
from simulator.parcel import Kind

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 2199  # carriers' dates need room on both sides
_PROBLEMS_SHOWN = 10
_SHOWN_CHARACTERS = 80  # of a wrong value
_INTEGER_DIGITS = 18  # as many as 64 bits hold


def _parse_instant(value: object) -> datetime:
    expected = f"{_short(value)} is no instant; write ISO 8601 with an offset, e.g. 2026-03-02T09:00:00Z"
    if isinstance(value, datetime):
        instant = value
    elif isinstance(value, str):
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(expected) from None
    else:
        raise ValueError(expected)  # noqa: TRY004 (pydantic takes ValueError only)
    if instant.tzinfo is None:
        raise ValueError(expected)
    return checked_instant(instant)


def checked_instant(instant: datetime) -> datetime:
    """The instant in UTC. Raises ValueError for one outside of the years that carriers' dates can hold."""
    if not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
        raise ValueError(f"{instant.isoformat()} is out of bounds; give a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return instant.astimezone(UTC)


def _check_printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError(f"{_short(text)} has characters that can't be printed; remove them")
    return text


def _check_session_name(text: str) -> str:
    if _NAME.fullmatch(text) is None:
        raise ValueError(f"{_short(text)} can't name a session; use 1 to 64 letters, digits, '-' and '_'")
    return text


def _one_of(kind: type[Kind] | type[Product]) -> BeforeValidator:
    names = tuple(member.value for member in kind)

    def check(value: object) -> object:
        if isinstance(value, str) and value not in names:
            raise ValueError(f"{_short(value)} is unknown; {nearest(value, names)}")
        return kind(value) if isinstance(value, str) else value

    return BeforeValidator(check)


def _check_calls(value: object) -> object:
    if isinstance(value, str) and calls_named(value) is None:
        raise ValueError(f"{_short(value)} says no calls; write a list such as [1, 2], 'first 3' or 'every 5'")
    return value


Instant = Annotated[datetime, BeforeValidator(_parse_instant)]
Text = Annotated[str, Field(max_length=200), AfterValidator(_check_printable)]
Ordinal = Annotated[int, Field(ge=1, le=999_999_999)]


class AdminRequest(BaseModel):
    """A request body: unknown keys are errors, and strings are not taken for numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ScanRequest(AdminRequest):
    """A scan: when, what (our kind, or the carrier's own code), where, and when the carrier's API shows it."""

    at: Instant
    kind: Annotated[Kind, _one_of(Kind)] | None = None
    code: Text = ""
    place: Text | None = None
    published: Instant | None = None


class ParcelRequest(AdminRequest):
    """A parcel. Its life is a named journey, by default one that has just come to its end, or scans by hand.

    tracking_number: minted if left out. label_at, first_scan_at, delivered_at: of the journey. origin, destination: a
    place such as "Tulsa, OK, US", or a country.
    """

    carrier: Text
    tracking_number: Annotated[Text, Field(min_length=1)] | None = None
    journey: Text | None = None
    scans: Annotated[list[ScanRequest], Field(fail_fast=True, max_length=DEFAULT_SESSION_LIMITS.events)] | None = None
    label_at: Instant | None = None
    first_scan_at: Instant | None = None
    delivered_at: Instant | None = None
    origin: Text | None = None
    destination: Text | None = None
    service: Text = ""
    api: Text = ""
    shipment: Text = ""
    owner: Text = ""


class FaultRequest(AdminRequest):
    """A fault of the catalogue and its envelope: where it acts, on which calls, with what chance, from when to when."""

    fault: Text
    parameters: Annotated[dict[Text, float | int | str], Field(max_length=20)] = {}
    carrier: Text | None = None
    operation: Text | None = None
    numbers: Annotated[list[Text], Field(fail_fast=True, max_length=1_000)] = []
    calls: Annotated[list[Ordinal] | str, BeforeValidator(_check_calls)] = Field([], union_mode="left_to_right")
    chance: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 1.0
    since: Instant | None = None
    until: Instant | None = None


Parcels = Annotated[list[ParcelRequest], Field(fail_fast=True, max_length=DEFAULT_SESSION_LIMITS.parcels)]
Faults = Annotated[list[FaultRequest], Field(fail_fast=True, max_length=DEFAULT_SESSION_LIMITS.faults)]


class SessionRequest(AdminRequest):
    """A session: from parcels and faults, or from the story of a scenario (YAML text)."""

    id: Annotated[str, AfterValidator(_check_session_name)] | None = None
    now: Instant | None = None
    seed: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    parcels: Parcels | None = None
    faults: Faults | None = None
    withheld: list[Annotated[Product, _one_of(Product)]] = []
    story: str | None = None


class ParcelsRequest(AdminRequest):
    """More parcels."""

    parcels: Parcels


class FaultsRequest(AdminRequest):
    """More faults."""

    faults: Faults


class ClockRequest(AdminRequest):
    """A turn of the clock: by seconds, or to an instant. One of them."""

    advance: Annotated[float, Field(ge=0, le=1e10, allow_inf_nan=False)] | None = None
    set: Instant | None = None


class EmptyRequest(AdminRequest):
    """Nothing: no keys."""


@dataclass(frozen=True, slots=True)
class IntegerParameter:
    """A query parameter that is a whole number.

    name: its key in the query.
    description: for the OpenAPI document.
    default: without the parameter.
    minimum: the least value that is accepted.
    """

    name: str
    description: str
    default: int | None
    minimum: int

    def read(self, query: Mapping[str, str]) -> int | None:
        """The parameter's value in a query, or its default. Raises MisuseError for anything but a whole number."""
        text = query.get(self.name)
        if text is None:
            return self.default
        if not (text.isascii() and text.isdecimal() and len(text) <= _INTEGER_DIGITS) or int(text) < self.minimum:
            shown = text[:_SHOWN_CHARACTERS]
            raise MisuseError(f"{self.name}: {shown!r} is no whole number from {self.minimum} on")
        return int(text)


A = TypeVar("A", bound=AdminRequest)


def parse_request(kind: type[A], payload: object) -> A:
    """The request that a JSON value holds. Raises MisuseError that names each wrong field, its value and the remedy."""
    if not isinstance(payload, dict):
        raise MisuseError(f"the body is {_kind_of(payload)}; expected an object with {', '.join(kind.model_fields)}")
    try:
        return kind.model_validate(payload)
    except ValidationError as error:
        problems = list(dict.fromkeys(_problem(detail, kind) for detail in error.errors(include_url=False)))
        more = [f"and {len(problems) - _PROBLEMS_SHOWN} more"] if len(problems) > _PROBLEMS_SHOWN else []
        raise MisuseError("; ".join(problems[:_PROBLEMS_SHOWN] + more)) from None


def _problem(detail: ErrorDetails, kind: type[AdminRequest]) -> str:
    path, sort, value = detail["loc"], detail["type"], detail["input"]
    where = _format_path(path)
    if sort == "extra_forbidden":
        return f"{where}: unknown key; {nearest(str(path[-1]), _keys_at(kind, path[:-1]))}"
    if sort == "missing":
        return f"{where}: missing"
    if sort == "value_error":
        return f"{where}: {detail['ctx']['error']}"
    if sort == "too_long":
        context = detail["ctx"]
        return f"{where}: more than {context['max_length']}, which is the limit; send less"
    return f"{where}: {_short(value)}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"


def _format_path(path: tuple[int | str, ...]) -> str:
    """A path in the notation of JavaScript: parcels[0].scans[1].at."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{_short(step).strip(chr(39))}" for step in path)
    return text.removeprefix(".")


def _keys_at(kind: type[AdminRequest], path: tuple[int | str, ...]) -> tuple[str, ...]:
    model: Any = kind
    for step in path:
        if isinstance(model, type) and issubclass(model, BaseModel) and step in model.model_fields:
            model = _nested_model(model.model_fields[str(step)].annotation)
    return tuple(model.model_fields) if model is not None else ("nothing",)


def _nested_model(annotation: Any) -> Any:  # noqa: ANN401 (annotations are any object)
    """The first model inside an annotation, or None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _nested_model(part)) is not None), None)


def _kind_of(value: object) -> str:
    if isinstance(value, list | Mapping):
        return "a list" if isinstance(value, list) else "an object"
    return "nothing" if value is None else _short(value)


def _short(value: object) -> str:
    text = repr(value[: _SHOWN_CHARACTERS + 1] if isinstance(value, str) else value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
