"""Confirmations from one or several files, in our own format or in Amazon's, as sellers have them.

What a file holds is told by its content: Amazon's flat file by its first lines, a `confirmShipment` body by its keys,
all else is one submission a line, with our columns. A format can be demanded instead. An order is confirmed in files of
one format: how the packages of two would match is not known.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vtr.reference.errors import InputError
from vtr.reference.records.confirm_shipment import ConfirmShipments, looks_like_bodies
from vtr.reference.records.flat_file import FlatFiles, flat_file_text, looks_like_flat_file
from vtr.reference.records.notes import Notes
from vtr.reference.records.problems import Problems
from vtr.reference.records.rows import bytes_of, json_of, read_rows, rows_in, text_of
from vtr.reference.records.submissions import LISTS, Line, lines_of, submissions_of
from vtr.reference.records.uploads import Upload
from vtr.reference.records.values import Order, Submission

Format = Literal["lines", "flat-file", "confirm-shipment"]

FORMATS: tuple[Format, ...] = ("lines", "flat-file", "confirm-shipment")

_JSON_LINES = ".jsonl"
_JSON = (".json", _JSON_LINES)


@dataclass(frozen=True, slots=True)
class Confirmations:
    """What was submitted, and what its readers did that the user should know, a line each."""

    submissions: tuple[Submission, ...]
    notes: tuple[str, ...] = ()


def read_confirmations(
    uploads: Sequence[Upload], form: Format | None = None, orders: Iterable[Order] | None = None
) -> Confirmations:
    """Read files in the order of their upload; form: what all of them hold, None to tell by their content.

    Raises InputError with the first twenty problems, each with file, line and column; a line for an order that is not
    among `orders`, if given, is one. Nothing is given of files of which any has a problem.
    """
    problems, notes = Problems(), Notes()
    flat_files, calls = FlatFiles(problems, notes), ConfirmShipments(problems, notes)
    lines: list[Line] = []
    formats: dict[str, tuple[str, str]] = {}
    for upload in uploads:
        read_as, found = _lines(upload, form, flat_files, calls, problems)
        for line in found:
            first = formats.setdefault(line.order_id, (read_as, line.where))
            if first[0] == read_as:
                lines.append(line)
            else:
                problems.add(
                    line.where,
                    f"order {line.order_id!r} stands in {first[1]} too, in another format ({first[0]}, here {read_as});"
                    " give the confirmations of an order in one",
                )
    return Confirmations(submissions_of(lines, orders, problems), notes.texts())


def _lines(
    upload: Upload, form: Format | None, flat_files: FlatFiles, calls: ConfirmShipments, problems: Problems
) -> tuple[Format, Iterable[Line]]:
    """How a file is read, and its lines."""
    path = upload.path
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        if form not in {None, "lines"}:
            raise InputError(f"{path}: is a Parquet file, which holds lines and no {form}; name another file")
        _check_no_instant(upload)
        return "lines", lines_of(read_rows(path, LISTS, problems), problems)
    content = bytes_of(path)
    if form == "flat-file" or (form is None and suffix not in _JSON and looks_like_flat_file(path, content)):
        return "flat-file", flat_files.lines(upload, flat_file_text(path, content, flat_files.notes))
    text = text_of(path, content)
    if form == "confirm-shipment" or (form is None and suffix in _JSON and looks_like_bodies(_first(path, text))):
        return "confirm-shipment", calls.lines(upload, _calls(path, text))
    _check_no_instant(upload)
    return "lines", lines_of(rows_in(path, text, LISTS, problems), problems)


def _first(path: Path, text: str) -> object:
    """The JSON value by which a file is known: of JSON Lines the first one."""
    if path.suffix.lower() == _JSON_LINES:
        return next((json_of(line, path, number) for number, line in _json_lines(text)), None)
    return json_of(text, path)


def _calls(path: Path, text: str) -> Iterator[tuple[str, object]]:
    """The objects of a JSON file, each with its place."""
    if path.suffix.lower() == _JSON_LINES:
        for number, line in _json_lines(text):
            yield f"{path}:{number}", json_of(line, path, number)
        return
    document = json_of(text, path)
    if isinstance(document, list):
        for number, value in enumerate(document, start=1):
            yield f"{path}: row {number}", value
    else:
        yield str(path), document


def _json_lines(text: str) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def _check_no_instant(upload: Upload) -> None:
    if upload.submitted_at is not None:
        raise InputError(
            f"{upload.path}: an instant is given, but its lines say themselves when they were submitted (submitted_at);"
            " leave it away"
        )
