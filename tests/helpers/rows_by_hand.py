"""Expected and reported rows written by hand, and what differs between them."""

from collections.abc import Mapping

from vtr.play import comparison
from vtr.play.comparison import Difference
from vtr.story.expected import Cell, Expected, ExpectedRow, Text
from vtr.validators.answer import Answer

ORDER = "114-3941689-8772232"


def text(*any_of: str) -> Text:
    return Text(any_of)


def expected_row(
    package: int = 1,
    *,
    order: str = ORDER,
    absent: bool = False,
    line: int = 9,
    submitted: tuple[str, ...] = (),
    **cells: Cell,
) -> ExpectedRow:
    return ExpectedRow(order, package, cells, line, absent, submitted)


def expected_rows(*rows: ExpectedRow) -> Expected:
    return Expected(rows, None, None, 8)


def reported_row(package: object = 1, *, order: str = ORDER, **cells: object) -> dict[str, object]:
    return {"order_id": order, "package": package, **cells}


def differences(expected: Expected, *rows: Mapping[str, object]) -> tuple[Difference, ...]:
    return comparison.compare(expected, Answer(rows)).differences
