"""Report layouts: which columns a Valid Tracking Rate report has, under which names, and how a cell is written.

`us-2019` is a reconstruction. Documented about the report of that time are: one line per package; column E shows
`<order-id>-InvalidId` where the tracking text could not be processed; a column "No Valid Tracking" holds X for a
package without verified tracking; two more columns hold X for shipped late and delivered late (Seller Central help,
A). The order of the other columns, their names, the tabs and the encoding are our choice: no header line of that report
is public.

`uk-2021` is the same reconstruction with what is documented of the United Kingdom's report of 2021 (A): a column "Has
Valid Tracking Number" that says No. Yes for the other packages, and all other columns, are our choice.

Choices about cells:

- TSV has no quoting (a reader of it expects none), so a tab, a line end or another control character inside a cell is
  written as one space. A ship method, a typed carrier name or an order id can hold one; tracking text with such a
  character is shown as InvalidId. CSV quotes instead and keeps every character.
- A cell that a spreadsheet would take for a formula (= + - @ first) is written as it is: programs read reports, and to
  them an apostrophe in front would be part of the text. Tracking text that begins so (sellers paste `=1+1`) never
  appears in column E, which shows InvalidId instead; a ship method, a typed carrier name or an order id can begin so.
  Import such columns as text.
- Dates are YYYY-MM-DD, instants ISO 8601 in UTC with Z. Lines end with LF in TSV and CSV. UTF-8, no byte order mark.
- TSV and CSV carry the layout's names in a language. JSON and Parquet are for programs: the names of ReportRow's
  fields, with package and reason, which no layout shows.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from vtr.reference.errors import VtrError
from vtr.reference.files import replacing_path
from vtr.reference.instants import instant_text
from vtr.reference.messages import did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

Mark = Literal["X", ""]

BREAKING = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
"""The characters that TSV writes as one space."""
QUOTED = re.compile(r'[",\r\n]')
"""The characters for which CSV puts a cell into quotes."""
_CHUNK_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A package's line in the report.

    order_date, ship_confirm_date and the promised dates: calendar dates of the marketplace.
    carrier: as submitted, the typed name for Other.
    tracking_id: as submitted, or `invalid_id(order_id)`.
    first_scan, actual_delivery: the instants of the first physical scan and of the first delivery.
    shipped_late, delivered_late, no_valid_tracking: X or empty.
    reason: the rule that decided.
    """

    order_id: str
    package: int
    order_date: date
    category: str
    carrier: str
    tracking_id: str
    promised_delivery_date: date
    ship_method: str = ""
    promised_ship_date: date | None = None
    ship_confirm_date: date | None = None
    first_scan: datetime | None = None
    actual_delivery: datetime | None = None
    shipped_late: Mark = ""
    delivered_late: Mark = ""
    no_valid_tracking: Mark = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A report's columns from left to right, and their headers by language.

    A column is a field of ReportRow, or `has_valid_tracking`: Yes, or No where no_valid_tracking is X.
    """

    name: str
    columns: tuple[str, ...]
    headers: Mapping[str, tuple[str, ...]]


HAS_VALID_TRACKING, YES, NO = "has_valid_tracking", "Yes", "No"

# How a column is headed, in English and Chinese. Amazon's own headers (A): No Valid Tracking, 无有效追踪, Has Valid
# Tracking Number. Order ID, Tracking ID, Promised Delivery Date, Ship Method and Product Category head a later report
# (B). 订单编号, 承运人 and 追踪编码 are Amazon's words for these things in the text of its help (A), not seen as
# headers. All other names are ours.
_HEADINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "order_id": ("Order ID", "订单编号"),
        "order_date": ("Order Date", "下单日期"),
        "category": ("Product Category", "商品分类"),
        "carrier": ("Carrier", "承运人"),
        "tracking_id": ("Tracking ID", "追踪编码"),
        "ship_method": ("Ship Method", "配送方式"),
        "promised_ship_date": ("Promised Ship Date", "承诺发货日期"),
        "ship_confirm_date": ("Ship Confirm Date", "确认发货日期"),
        "promised_delivery_date": ("Promised Delivery Date", "承诺送达日期"),
        "first_scan": ("First Scan", "首次扫描"),
        "actual_delivery": ("Actual Delivery", "实际送达"),
        "shipped_late": ("Shipped Late", "延迟发货"),
        "delivered_late": ("Delivered Late", "延迟送达"),
        "no_valid_tracking": ("No Valid Tracking", "无有效追踪"),
        HAS_VALID_TRACKING: ("Has Valid Tracking Number", "有有效追踪编码"),
    }
)
LANGUAGES = ("en", "zh")


def _layout(name: str, *columns: str) -> Layout:
    headers = {
        language: tuple(_HEADINGS[column][place] for column in columns) for place, language in enumerate(LANGUAGES)
    }
    return Layout(name, columns, MappingProxyType(headers))


_BEFORE_THE_MARK = (
    "order_id",
    "order_date",
    "category",
    "carrier",
    "tracking_id",
    "ship_method",
    "promised_ship_date",
    "ship_confirm_date",
    "promised_delivery_date",
    "first_scan",
    "actual_delivery",
    "shipped_late",
    "delivered_late",
)
US_2019 = _layout("us-2019", *_BEFORE_THE_MARK, "no_valid_tracking")
UK_2021 = _layout("uk-2021", *_BEFORE_THE_MARK, HAS_VALID_TRACKING)

LAYOUTS: Mapping[str, Layout] = MappingProxyType({layout.name: layout for layout in (US_2019, UK_2021)})

_NAMES = tuple(field.name for field in fields(ReportRow))
_DATES = ("order_date", "promised_ship_date", "ship_confirm_date", "promised_delivery_date")
_INSTANTS = ("first_scan", "actual_delivery")
_MARKS = ("shipped_late", "delivered_late", "no_valid_tracking")
_TEXTS = ("order_id", "category", "carrier", "tracking_id", "ship_method", "reason")


def invalid_id(order_id: str) -> str:
    """The text of column E for a package whose tracking text is blank or cannot be processed."""
    return f"{order_id}-InvalidId"


def layout_named(name: str) -> Layout:
    """The layout of a name; raises VtrError for an unknown one."""
    if name not in LAYOUTS:
        raise VtrError(f"no report layout {name!r}; there are {', '.join(LAYOUTS)}{did_you_mean(name, LAYOUTS)}")
    return LAYOUTS[name]


def report_row(cells: Mapping[str, Any], zone: tzinfo = UTC) -> ReportRow:
    """A row from the engine's values, whose keys are ReportRow's fields; other keys are ignored.

    Instants without a zone are UTC. An instant under a date's name becomes the calendar date in `zone`, the
    marketplace's. A mark may be a truth value; null is no mark and an empty text.
    """
    values: dict[str, Any] = {name: cells[name] for name in _NAMES if name in cells}
    for name, value in tuple(values.items()):
        if isinstance(value, datetime):
            instant = value.replace(tzinfo=UTC) if value.tzinfo is None else value
            values[name] = instant.astimezone(zone).date() if name in _DATES else instant.astimezone(UTC)
        elif name in _MARKS:
            values[name] = "X" if value is True else value or ""
        elif name in _TEXTS:
            values[name] = "" if value is None else value
    return ReportRow(**values)


def headers_of(layout: Layout, language: str = "en") -> tuple[str, ...]:
    """The layout's header line; raises VtrError for a language that it does not have."""
    if language not in layout.headers:
        raise VtrError(f"layout {layout.name} has no headers in {language!r}; it has {', '.join(layout.headers)}")
    return layout.headers[language]


def tsv_lines(rows: Iterable[ReportRow], layout: Layout = US_2019, language: str = "en") -> Iterator[str]:
    """The report as tab-separated lines, each with its LF, the header first."""
    yield "\t".join(headers_of(layout, language)) + "\n"
    for row in rows:
        yield "\t".join(BREAKING.sub(" ", cell) for cell in _cells(row, layout)) + "\n"


def csv_lines(rows: Iterable[ReportRow], layout: Layout = US_2019, language: str = "en") -> Iterator[str]:
    """The report as CSV, quoted where needed; each piece is a line with its LF, the header first."""
    yield ",".join(map(_csv_cell, headers_of(layout, language))) + "\n"
    for row in rows:
        yield ",".join(map(_csv_cell, _cells(row, layout))) + "\n"


def as_json(row: ReportRow) -> dict[str, str | int | None]:
    """A row as JSON values: dates and instants as in TSV and CSV, null where there is none."""
    return {name: _json_cell(getattr(row, name)) for name in _NAMES}


def _cells(row: ReportRow, layout: Layout) -> list[str]:
    return [
        (NO if row.no_valid_tracking else YES) if column == HAS_VALID_TRACKING else _text_cell(getattr(row, column))
        for column in layout.columns
    ]


def _csv_cell(cell: str) -> str:
    """In quotes where needed; Python's own writer leaves a lone CR without them before 3.13."""
    return '"' + cell.replace('"', '""') + '"' if QUOTED.search(cell) else cell


def _text_cell(value: object) -> str:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _json_cell(value: str | float | date | None) -> str | int | None:
    return value if isinstance(value, str | int) or value is None else _text_cell(value)


def write_rows(path: Path, rows: Iterable[ReportRow]) -> None:
    """Write the rows as Parquet as they come, whole or not at all; raises VtrError when the file cannot be written."""
    write_batches(path, map(_batch, _chunks(rows)))


def write_batches(path: Path, batches: "Iterable[pa.RecordBatch]") -> None:
    """Write Arrow batches of rows, whose columns are ReportRow's fields, as `write_rows` does with rows."""
    import pyarrow as pa  # noqa: PLC0415 (slow to import, and needed for Parquet only)
    import pyarrow.parquet as pq  # noqa: PLC0415 (slow to import, too)

    schema = _parquet_schema()
    with replacing_path(path) as temporary, pq.ParquetWriter(temporary, schema) as writer:
        for batch in batches:
            table = pa.Table.from_batches([batch]).select(schema.names).cast(schema)
            writer.write_table(table, row_group_size=_CHUNK_ROWS)


def _parquet_schema() -> "pa.Schema":
    import pyarrow as pa  # noqa: PLC0415 (slow to import, and needed for Parquet only)

    types = {
        **dict.fromkeys(_DATES, pa.date32()),
        **dict.fromkeys(_INSTANTS, pa.timestamp("us", tz="UTC")),
        "package": pa.int32(),
    }
    return pa.schema([pa.field(name, types.get(name, pa.string())) for name in _NAMES])


def _batch(chunk: Sequence[ReportRow]) -> "pa.RecordBatch":
    import pyarrow as pa  # noqa: PLC0415 (slow to import, and needed for Parquet only)

    schema = _parquet_schema()
    columns = [pa.array([getattr(row, field.name) for row in chunk], field.type) for field in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _chunks(rows: Iterable[ReportRow]) -> Iterator[list[ReportRow]]:
    chunk: list[ReportRow] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK_ROWS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
