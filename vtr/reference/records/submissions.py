"""What sellers submitted, from files (one submission per line) and from requests of the validator protocol (nested).

A package is confirmed once: its lines may leave confirmed_at and buy_shipping blank, but must not contradict each
other. Submissions are numbered in the order in which they were made; where instants are equal, a given seq decides,
then the order of the file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from vtr.reference.records.cell_parsers import (
    parse_instant,
    parse_nonblank_text,
    parse_text,
    parse_truth,
    whole_number_parser,
)
from vtr.reference.records.columns import Column, check_columns, parse_row, parse_rows, required_column
from vtr.reference.records.issues import Problems
from vtr.reference.records.model import Order, Submission
from vtr.reference.records.rows import Header, Row, read_rows, rows_of_json

_PACKAGE_COLUMNS = (
    required_column("order_id", parse_nonblank_text),
    Column("package", whole_number_parser(1), 1),
    Column("confirmed_at", parse_instant),
    Column("buy_shipping", parse_truth),
)
_SUBMISSION_COLUMNS = (
    required_column("submitted_at", parse_instant),
    Column("seq", whole_number_parser(1), 0),
    Column("carrier_code", parse_text, "", column_needed=True),
    Column("carrier_name", parse_text, ""),
    Column("tracking_number", parse_text, "", column_needed=True),
    Column("ship_method", parse_text, ""),
)
_FLAT_COLUMNS = (*_PACKAGE_COLUMNS, *_SUBMISSION_COLUMNS)
_NESTED = "submissions"
JSON_KEYS = ("packages", "confirmations", _NESTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionLine:
    """A submission in an input; confirmed_at and buy_shipping are None where the line omits them."""

    where: str
    order_id: str
    package: int
    confirmed_at: datetime | None = None
    buy_shipping: bool | None = None
    submitted_at: datetime
    seq: int = 0
    carrier_code: str
    carrier_name: str
    tracking_number: str
    ship_method: str


def read_submissions(path: Path, orders: Iterable[Order] | None = None) -> tuple[Submission, ...]:
    """Read the submissions of a CSV, TSV, JSON, JSON Lines or Parquet file, package by package as they first appear.

    JSON is a list of lines or of packages with nested submissions, or an object with such a list under `packages` (a
    request of the validator protocol), `confirmations` or `submissions`. Raises InputError with the first twenty
    problems, each with file, line and column; a line for an order that is not among `orders`, if given, is one.
    """
    problems = Problems()
    return number_submissions(parse_lines(read_rows(path, JSON_KEYS, problems), problems), orders, problems)


def submissions_from(
    packages: Sequence[Mapping[str, object]], orders: Iterable[Order] | None = None
) -> tuple[Submission, ...]:
    """The `packages` of a request of the validator protocol; raises InputError as `read_submissions` does."""
    problems = Problems()
    return number_submissions(
        parse_lines(rows_of_json(packages, "packages", JSON_KEYS, problems), problems), orders, problems
    )


def number_submissions(
    lines: Iterable[SubmissionLine], orders: Iterable[Order] | None, problems: Problems
) -> tuple[Submission, ...]:
    """Number the submissions of one or several inputs. Raises InputError if there is any problem by then."""
    order_ids = None if orders is None else {order.order_id for order in orders}
    packages: dict[tuple[str, int], list[SubmissionLine]] = {}
    for line in lines:
        if order_ids is not None and line.order_id not in order_ids:
            problems.add(
                line.where, f"column 'order_id': there is no order {line.order_id!r}; add it or remove the line"
            )
        packages.setdefault((line.order_id, line.package), []).append(line)
    submissions = [submission for package in packages.values() for submission in _number_package(package, problems)]
    problems.raise_any()
    return tuple(submissions)


def parse_lines(rows: Iterable[Header | Row], problems: Problems) -> Iterator[SubmissionLine]:
    """The submissions of flat and of nested rows; one JSON input may mix both."""
    packages: dict[tuple[object, object], str] = {}
    headed = False
    for row in rows:
        if isinstance(row, Header):
            headed = True
            if _NESTED not in row.columns and not check_columns(row.where, row.columns, _FLAT_COLUMNS, problems):
                return
        elif _NESTED in row.cells:
            yield from _parse_package(row, packages, problems)
        elif headed or check_columns(row.where, row.cells, _FLAT_COLUMNS, problems):
            cells = parse_row(row, _FLAT_COLUMNS, problems)
            if cells is not None:
                yield _submission_line(row.where, cells)


def _parse_package(
    row: Row, packages: dict[tuple[object, object], str], problems: Problems
) -> Iterator[SubmissionLine]:
    outer = Row(row.where, {name: cell for name, cell in row.cells.items() if name != _NESTED})
    for _, package in parse_rows((outer,), _PACKAGE_COLUMNS, problems):  # one package, or none if it is wrong
        first = packages.setdefault((package["order_id"], package["package"]), row.where)
        if first != row.where:
            problems.add(
                row.where,
                f"package {package['package']} of order {package['order_id']!r} is already in {first}; keep one",
            )
        submissions = row.cells[_NESTED]
        if not submissions:
            problems.add(row.where, "column 'submissions' is empty; a confirmed package has at least one")
            return
        inner = rows_of_json(submissions, f"{row.where}, submissions", (), problems)
        for submission, cells in parse_rows(inner, _SUBMISSION_COLUMNS, problems):
            yield _submission_line(submission.where, {**package, **cells})


def _submission_line(where: str, cells: dict[str, Any]) -> SubmissionLine:  # types are checked by the parsers
    return SubmissionLine(where=where, **cells)


def _number_package(lines: list[SubmissionLine], problems: Problems) -> Iterator[Submission]:
    in_order = sorted(lines, key=lambda line: (line.submitted_at, line.seq))  # stable: then the order of the file
    confirmed_at = in_order[0].submitted_at
    buy_shipping = False
    confirmed_in = bought_in = ""
    for line in lines:
        if line.confirmed_at is not None:
            if confirmed_in and line.confirmed_at != confirmed_at:
                problems.add(
                    line.where,
                    f"column 'confirmed_at': {line.confirmed_at.isoformat()!r} contradicts {confirmed_in}, "
                    f"{confirmed_at.isoformat()!r}; a package is confirmed once",
                )
                continue
            confirmed_at, confirmed_in = line.confirmed_at, line.where
        if line.buy_shipping is not None:
            if bought_in and line.buy_shipping != buy_shipping:
                problems.add(line.where, f"column 'buy_shipping': contradicts {bought_in}; it belongs to the package")
                continue
            buy_shipping, bought_in = line.buy_shipping, line.where
    for seq, line in enumerate(in_order, start=1):
        yield Submission(
            order_id=line.order_id,
            package=line.package,
            confirmed_at=confirmed_at,
            submitted_at=line.submitted_at,
            seq=seq,
            carrier_code=line.carrier_code,
            carrier_name=line.carrier_name,
            tracking_number=line.tracking_number,
            ship_method=line.ship_method,
            buy_shipping=buy_shipping,
        )
