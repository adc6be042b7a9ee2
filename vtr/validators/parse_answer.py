"""Parse what a validator returned, so that comparisons see nothing but rows; anything else is an error with its reason.

Bytes are JSON (an object with `rows`, or the list of rows alone), or CSV or TSV with a header line. The content decides
which, so a validator need not announce it.
"""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from vtr.errors import ValidatorError
from vtr.validators.answer import Answer, ReportedRow
from vtr.validators.columns import Columns

NO_COLUMNS = Columns()
_LONGEST_NUMBER = 1_000  # digits; Python refuses more than 4300, with advice that does not help a validator


def answer_of(returned: object, validator: str, columns: Columns = NO_COLUMNS) -> Answer:
    """The answer in a value that a validator returned. Raises ValidatorError if it is not an answer of the protocol.

    validator: its name, for messages. columns: its names for the report's columns.
    """
    if isinstance(returned, list):
        return Answer(_rows(returned, "rows", validator, columns=columns))
    if isinstance(returned, Mapping) and "rows" not in returned and isinstance(returned.get("error"), str):
        raise ValidatorError(f"validator {validator} could not run: {_cut(returned['error'])}")
    if not isinstance(returned, Mapping) or "rows" not in returned:
        shown = f"the keys {sorted(map(str, returned))}" if isinstance(returned, Mapping) else short(returned)
        raise ValidatorError(
            f"validator {validator}: expected a mapping with 'rows' (or the list of rows), got {shown}"
        )
    rates, unanswered, excluded = (returned.get(name) for name in ("rates", "unanswered", "excluded"))
    return Answer(
        _rows(returned["rows"], "rows", validator, columns=columns),
        None if rates is None else _rows(rates, "rates", validator, key=None),
        None if unanswered is None else _rows(unanswered, "unanswered", validator),
        None if excluded is None else _rows(excluded, "excluded", validator),
    )


def answer_in(content: bytes, validator: str, columns: Columns = NO_COLUMNS) -> Answer:
    """The answer in bytes: JSON, CSV or TSV. Raises ValidatorError if they hold no complete answer."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {content[error.start]:#04x} at offset {error.start} is not UTF-8; write the answer as UTF-8"
        raise ValidatorError(f"validator {validator}: {message}") from error
    begin = text.lstrip()[:1]
    if not begin:
        raise ValidatorError(f"validator {validator} printed nothing; expected JSON, or CSV or TSV with a header line")
    if begin in "{[":
        return answer_of(json_in(text, validator), validator, columns)
    return answer_of(_parse_table(text, validator, columns), validator, columns)


def json_in(text: str, validator: str) -> Any:  # noqa: ANN401 (any JSON value)
    """The value of a JSON text. Raises ValidatorError for invalid JSON, such as half a text."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_parse_int, object_pairs_hook=_unique_keys)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        half = (
            " (it ends there: half an answer?)"
            if not text[error.pos :].strip() or error.msg.startswith("Unterminated")
            else ""
        )
        message = f"this is no JSON: {error.msg} at {place}{half}; it begins {_quote_start(text)}"
        raise ValidatorError(f"validator {validator}: {message}") from error
    except RecursionError as error:
        raise ValidatorError(f"validator {validator}: this is no JSON that can be used: nested too deep") from error
    except ValueError as error:
        raise ValidatorError(f"validator {validator}: this is no JSON that can be used: {error}") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _parse_int(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError(f"a number of {len(digits)} digits, {digits[:20]}…")
    return int(digits)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object without duplicate keys: of two with one name, JSON's parser would drop the first silently."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"key {short(twice)} stands twice in one object")
    return made


def _parse_table(text: str, validator: str, columns: Columns) -> list[dict[str, str]]:
    """The rows of CSV or TSV. An empty package cell is left out, since it gives no number."""

    def refuse(line: int, message: str) -> NoReturn:
        raise ValidatorError(f"validator {validator}: line {line} of its answer: {message}")

    if "\0" in text:
        refuse(text.count("\n", 0, text.index("\0")) + 1, "a NUL character; write text")
    first = text.lstrip("\r\n").partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ",", strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        refuse(reader.line_num, f"this is no CSV: {error}; half a row?")
    (line, header), *others = lines
    needed, package = (columns.theirs(ours) for ours in ("order_id", "package"))
    if needed not in header:
        refuse(line, f"neither JSON nor a header with {needed!r}: {_quote_start(text)}")
    if len(set(header)) < len(header):
        refuse(line, f"a column stands twice in the header {header}")
    for line, cells in others:
        if len(cells) != len(header):
            refuse(line, f"{len(cells)} cells, but the header has {len(header)}: half a row?")
    rows = [dict(zip(header, cells, strict=True)) for _, cells in others]
    return [{name: cell for name, cell in row.items() if cell or name != package} for row in rows]


def _rows(
    returned: object, what: str, validator: str, *, key: str | None = "order_id", columns: Columns = NO_COLUMNS
) -> tuple[ReportedRow, ...]:
    if not isinstance(returned, list | tuple):
        raise ValidatorError(f"validator {validator}: expected a list of {what}, got {short(returned)}")
    rows: list[ReportedRow] = []
    for index, given in enumerate(returned):
        row = columns.rename(given) if isinstance(given, Mapping) and columns.by_name else given
        if not isinstance(row, Mapping) or (key is not None and key not in row):
            expectation = "a mapping" if key is None else f"a mapping with {key!r}"
            message = f"validator {validator}: {what}[{index}]: expected {expectation}, got {short(given)}"
            raise ValidatorError(message)
        rows.append(row)
    return tuple(rows)


def short(value: object) -> str:
    """A value for a message: its repr, cut to 80 characters."""
    return _cut(repr(value))


def _cut(shown: str) -> str:
    limit = 80
    return shown if len(shown) <= limit else f"{shown[:limit]}…"


def _quote_start(text: str) -> str:
    return short(text.lstrip()[:80])
