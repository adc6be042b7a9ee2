"""What sellers submitted, from files (one line a submission) and from requests of the validator protocol (nested).

A package is confirmed once: its lines may leave confirmed_at and buy_shipping blank, but must not contradict each
other. Submissions are numbered in the order in which they were made; where instants are equal, a given seq decides,
then the order of the file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from vtr.reference.records.cells import instant, named_text, text, truth, whole_number
from vtr.reference.records.fields import Field, check_columns, needed, typed_cells, typed_rows
from vtr.reference.records.problems import Problems
from vtr.reference.records.rows import Header, Row, read_rows, rows_of
from vtr.reference.records.values import Order, Submission

_PACKAGE_FIELDS = (
    needed("order_id", named_text),
    Field("package", whole_number(1), 1),
    Field("confirmed_at", instant),
    Field("buy_shipping", truth),
)
_SUBMISSION_FIELDS = (
    needed("submitted_at", instant),
    Field("seq", whole_number(1), 0),
    Field("carrier_code", text, "", column_needed=True),
    Field("carrier_name", text, ""),
    Field("tracking_number", text, "", column_needed=True),
    Field("ship_method", text, ""),
)
_FLAT_FIELDS = (*_PACKAGE_FIELDS, *_SUBMISSION_FIELDS)
_NESTED = "submissions"
LISTS = ("packages", "confirmations", _NESTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A submission as it stands in an input; confirmed_at and buy_shipping are None where the line does not say."""

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
    """The submissions of a CSV, TSV, JSON, JSON Lines or Parquet file, package by package as they first appear.

    JSON is a list of lines or of packages with nested submissions, or an object with such a list under `packages` (a
    request of the validator protocol), `confirmations` or `submissions`. Raises InputError with the first twenty
    problems, each with file, line and column; a line for an order that is not among `orders`, if given, is one.
    """
    problems = Problems()
    return submissions_of(lines_of(read_rows(path, LISTS, problems), problems), orders, problems)


def submissions_from(
    packages: Sequence[Mapping[str, object]], orders: Iterable[Order] | None = None
) -> tuple[Submission, ...]:
    """The `packages` of a request of the validator protocol; raises InputError as `read_submissions` does."""
    problems = Problems()
    return submissions_of(lines_of(rows_of(packages, "packages", LISTS, problems), problems), orders, problems)


def submissions_of(lines: Iterable[Line], orders: Iterable[Order] | None, problems: Problems) -> tuple[Submission, ...]:
    """Lines of one or several inputs as numbered submissions; raises InputError when there is any problem by then."""
    order_ids = None if orders is None else {order.order_id for order in orders}
    packages: dict[tuple[str, int], list[Line]] = {}
    for line in lines:
        if order_ids is not None and line.order_id not in order_ids:
            problems.add(
                line.where, f"column 'order_id': there is no order {line.order_id!r}; add it or remove the line"
            )
        packages.setdefault((line.order_id, line.package), []).append(line)
    submissions = [submission for package in packages.values() for submission in _numbered(package, problems)]
    problems.raise_any()
    return tuple(submissions)


def lines_of(rows: Iterable[Header | Row], problems: Problems) -> Iterator[Line]:
    """Lines of flat and of nested rows; one JSON input may mix both."""
    packages: dict[tuple[object, object], str] = {}
    headed = False
    for row in rows:
        if isinstance(row, Header):
            headed = True
            if _NESTED not in row.columns and not check_columns(row.where, row.columns, _FLAT_FIELDS, problems):
                return
        elif _NESTED in row.cells:
            yield from _nested(row, packages, problems)
        elif headed or check_columns(row.where, row.cells, _FLAT_FIELDS, problems):
            cells = typed_cells(row, _FLAT_FIELDS, problems)
            if cells is not None:
                yield _line(row.where, cells)


def _nested(row: Row, packages: dict[tuple[object, object], str], problems: Problems) -> Iterator[Line]:
    outer = Row(row.where, {name: cell for name, cell in row.cells.items() if name != _NESTED})
    for _, package in typed_rows((outer,), _PACKAGE_FIELDS, problems):  # one package, or none if it is wrong
        first = packages.setdefault((package["order_id"], package["package"]), row.where)
        if first != row.where:
            problems.add(
                row.where,
                f"package {package['package']} of order {package['order_id']!r} stands in {first} too; keep one",
            )
        submissions = row.cells[_NESTED]
        if not submissions:
            problems.add(row.where, "column 'submissions' is empty; a confirmed package has at least one")
            return
        inner = rows_of(submissions, f"{row.where}, submissions", (), problems)
        for submission, cells in typed_rows(inner, _SUBMISSION_FIELDS, problems):
            yield _line(submission.where, {**package, **cells})


def _line(where: str, cells: dict[str, Any]) -> Line:  # the readers of the fields have checked the types
    return Line(where=where, **cells)


def _numbered(lines: list[Line], problems: Problems) -> Iterator[Submission]:
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
