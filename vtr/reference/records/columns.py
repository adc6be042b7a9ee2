"""The columns of a kind of row, and the parsing of rows by them: required columns, and defaults for blank cells."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from vtr.reference.messages import did_you_mean
from vtr.reference.records.cell_parsers import CellParser, InvalidCell, display_cell, is_blank
from vtr.reference.records.issues import MAX_SHOWN, Problems
from vtr.reference.records.rows import Header, Row

_LONGEST_NAME = 100  # of an unknown column, as far as it is compared with the known ones


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a kind of row.

    default: the value of a blank cell.
    column_needed: whether the column must exist.
    value_needed: whether its cells must not be blank.
    """

    name: str
    parse: CellParser
    default: object = None
    column_needed: bool = False
    value_needed: bool = False


def required_column(name: str, parse: CellParser) -> Column:
    """A column that must exist and have a value in every row."""
    return Column(name, parse, column_needed=True, value_needed=True)


def parse_rows(
    rows: Iterable[Header | Row], columns: tuple[Column, ...], problems: Problems
) -> Iterator[tuple[Row, dict[str, object]]]:
    """Each row with its typed cells, one per column. Rows with problems are reported and skipped.

    Wrong columns end the reading of a file: every row would repeat the same complaint.
    """
    headed = False
    for row in rows:
        if isinstance(row, Header):
            headed = True
            if not check_columns(row.where, row.columns, columns, problems):
                return
            continue
        if not headed and not check_columns(row.where, row.cells, columns, problems):
            continue
        cells = parse_row(row, columns, problems)
        if cells is not None:
            yield row, cells


def parse_row(row: Row, columns: tuple[Column, ...], problems: Problems) -> dict[str, object] | None:
    """The typed cells of a row, by column; None when one cannot be parsed, which is reported."""
    values: dict[str, object] = {}
    for column in columns:
        cell = row.cells.get(column.name)
        if is_blank(cell):
            if column.value_needed:
                problems.add(row.where, f"column {column.name!r} is blank; a value is needed")
                continue
            values[column.name] = column.default
            continue
        try:
            values[column.name] = column.parse(cell)
        except InvalidCell as error:
            problems.add(row.where, f"column {column.name!r}: {display_cell(cell)} {error}")
    return values if len(values) == len(columns) else None


def check_columns(where: str, given: Collection[str], columns: tuple[Column, ...], problems: Problems) -> bool:
    """Whether all given columns are known and none is missing; mistakes are reported."""
    names = {column.name for column in columns}
    present = set(given)
    absent = [column.name for column in columns if column.name not in present]
    unknown = [name for name in given if name not in names]
    for name in islice(unknown, MAX_SHOWN):  # the rest of a hundred thousand would not be shown
        near = did_you_mean(str(name)[:_LONGEST_NAME], absent) or did_you_mean(str(name)[:_LONGEST_NAME], names)
        hint = near or f"; the columns are {', '.join(column.name for column in columns)}"
        problems.add(where, f"unknown column {display_cell(name)}{hint}")
    if len(unknown) > MAX_SHOWN:
        problems.add(where, f"{len(unknown) - MAX_SHOWN} more unknown columns")
    missing = [column.name for column in columns if column.column_needed and column.name in absent]
    for name in missing:
        problems.add(where, f"column {name!r} is missing")
    return not unknown and not missing
