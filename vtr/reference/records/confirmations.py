"""Confirmations from one or several files, in our own format or in Amazon's.

The content decides the format of a file: Amazon's flat file is recognised by its first lines, a `confirmShipment` body
by its keys; any other file has one submission per line, with our columns. A format can also be demanded. All files that
confirm an order have one format: packages of two formats cannot be matched.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vtr.reference.errors import InputError
from vtr.reference.records.confirm_shipment import ConfirmShipmentReader, is_confirm_shipment
from vtr.reference.records.flat_file import FlatFileReader, decode_flat_file, is_flat_file
from vtr.reference.records.issues import Notes, Problems
from vtr.reference.records.model import Order, Submission
from vtr.reference.records.rows import decode_utf8, parse_json, read_bytes, read_rows, rows_of_text
from vtr.reference.records.submissions import JSON_KEYS, SubmissionLine, number_submissions, parse_lines
from vtr.reference.records.uploads import Upload

Format = Literal["lines", "flat-file", "confirm-shipment"]

FORMATS: tuple[Format, ...] = ("lines", "flat-file", "confirm-shipment")

_JSON_LINES = ".jsonl"
_JSON = (".json", _JSON_LINES)


@dataclass(frozen=True, slots=True)
class Confirmations:
    """The submissions of all files.

    notes: what the readers assumed or skipped, one line each.
    """

    submissions: tuple[Submission, ...]
    notes: tuple[str, ...] = ()


def read_confirmations(
    uploads: Sequence[Upload], form: Format | None = None, orders: Iterable[Order] | None = None
) -> Confirmations:
    """Read files in the order of their upload. form: the format of all of them, None to detect it by their content.

    Raises InputError with the first twenty problems, each with file, line and column; a line for an order that is not
    among `orders`, if given, is one.
    """
    problems, notes = Problems(), Notes()
    flat_files, calls = FlatFileReader(problems, notes), ConfirmShipmentReader(problems, notes)
    lines: list[SubmissionLine] = []
    formats: dict[str, tuple[str, str]] = {}
    for upload in uploads:
        read_as, found = _detect_lines(upload, form, flat_files, calls, problems)
        for line in found:
            first = formats.setdefault(line.order_id, (read_as, line.where))
            if first[0] == read_as:
                lines.append(line)
            else:
                problems.add(
                    line.where,
                    f"order {line.order_id!r} is already in {first[1]}, in another format ({first[0]}, here {read_as});"
                    " give the confirmations of an order in one",
                )
    return Confirmations(number_submissions(lines, orders, problems), notes.texts())


def _detect_lines(
    upload: Upload, form: Format | None, flat_files: FlatFileReader, calls: ConfirmShipmentReader, problems: Problems
) -> tuple[Format, Iterable[SubmissionLine]]:
    """The format of a file, and its lines."""
    path = upload.path
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        if form not in {None, "lines"}:
            raise InputError(f"{path}: is a Parquet file, which holds lines and not {form}; name another file")
        _refuse_instant(upload)
        return "lines", parse_lines(read_rows(path, JSON_KEYS, problems), problems)
    content = read_bytes(path)
    if form == "flat-file" or (form is None and suffix not in _JSON and is_flat_file(path, content)):
        return "flat-file", flat_files.lines(upload, decode_flat_file(path, content, flat_files.notes))
    text = decode_utf8(path, content)
    if form == "confirm-shipment" or (form is None and suffix in _JSON and is_confirm_shipment(_first(path, text))):
        return "confirm-shipment", calls.lines(upload, _calls(path, text))
    _refuse_instant(upload)
    return "lines", parse_lines(rows_of_text(path, text, JSON_KEYS, problems), problems)


def _first(path: Path, text: str) -> object:
    """The JSON value that identifies the format of a file: the first of JSON Lines."""
    if path.suffix.lower() == _JSON_LINES:
        return next((parse_json(line, path, number) for number, line in _json_lines(text)), None)
    return parse_json(text, path)


def _calls(path: Path, text: str) -> Iterator[tuple[str, object]]:
    """The objects of a JSON file, each with its place."""
    if path.suffix.lower() == _JSON_LINES:
        for number, line in _json_lines(text):
            yield f"{path}:{number}", parse_json(line, path, number)
        return
    document = parse_json(text, path)
    if isinstance(document, list):
        for number, value in enumerate(document, start=1):
            yield f"{path}: row {number}", value
    else:
        yield str(path), document


def _json_lines(text: str) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def _refuse_instant(upload: Upload) -> None:
    if upload.submitted_at is not None:
        raise InputError(f"{upload.path}: an instant is given, but its lines have their own (submitted_at); remove it")
