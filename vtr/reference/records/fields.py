"""Rows to typed cells: which columns a kind of row has, and what stands for a blank cell."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from vtr.reference.messages import did_you_mean
from vtr.reference.records.cells import NotUsable, Reader, blank, shown
from vtr.reference.records.problems import SHOWN, Problems
from vtr.reference.records.rows import Header, Row

_LONGEST_NAME = 100  # of a column, as far as it is compared with those that are known


@dataclass(frozen=True, slots=True)
class Field:
    """A column. column_needed: whether it must be there; value_needed: whether its cells must not be blank."""

    name: str
    read: Reader
    default: object = None
    column_needed: bool = False
    value_needed: bool = False


def needed(name: str, read: Reader) -> Field:
    """A column that must be there and must have a value in every row."""
    return Field(name, read, column_needed=True, value_needed=True)


def typed_rows(
    rows: Iterable[Header | Row], fields: tuple[Field, ...], problems: Problems
) -> Iterator[tuple[Row, dict[str, object]]]:
    """Each row with its typed cells, every field present. Rows with problems are noted and left out.

    Columns that are wrong end the reading of a file: every row would repeat the same complaint.
    """
    headed = False
    for row in rows:
        if isinstance(row, Header):
            headed = True
            if not check_columns(row.where, row.columns, fields, problems):
                return
            continue
        if not headed and not check_columns(row.where, row.cells, fields, problems):
            continue
        cells = typed_cells(row, fields, problems)
        if cells is not None:
            yield row, cells


def typed_cells(row: Row, fields: tuple[Field, ...], problems: Problems) -> dict[str, object] | None:
    """The cells of a row by the fields' readers, or None when one of them cannot be read."""
    values: dict[str, object] = {}
    for field in fields:
        cell = row.cells.get(field.name)
        if blank(cell):
            if field.value_needed:
                problems.add(row.where, f"column {field.name!r} is blank; a value is needed")
                continue
            values[field.name] = field.default
            continue
        try:
            values[field.name] = field.read(cell)
        except NotUsable as error:
            problems.add(row.where, f"column {field.name!r}: {shown(cell)} {error}")
    return values if len(values) == len(fields) else None


def check_columns(where: str, columns: Collection[str], fields: tuple[Field, ...], problems: Problems) -> bool:
    """Whether the columns are the fields' and none is lacking; what is wrong is noted."""
    given = set(columns)
    names = {field.name for field in fields}
    absent = [field.name for field in fields if field.name not in given]
    unknown = [column for column in columns if column not in names]
    for column in islice(unknown, SHOWN):  # the rest of a hundred thousand would not be shown
        near = did_you_mean(str(column)[:_LONGEST_NAME], absent) or did_you_mean(str(column)[:_LONGEST_NAME], names)
        hint = near or f"; the columns are {', '.join(field.name for field in fields)}"
        problems.add(where, f"unknown column {shown(column)}{hint}")
    if len(unknown) > SHOWN:
        problems.add(where, f"{len(unknown) - SHOWN} more unknown columns")
    missing = [field.name for field in fields if field.column_needed and field.name not in given]
    for name in missing:
        problems.add(where, f"column {name!r} is missing")
    return not unknown and not missing
