"""Reports over Parquet files: the same verdicts as in memory, and files that cannot be used are told."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vtr.reference.checking import check_collected
from vtr.reference.engine.parquet import ParquetEngine, ParquetFiles
from vtr.reference.errors import InputError
from vtr.reference.layouts import US_2019, csv_lines, tsv_lines, write_batches, write_rows
from vtr.reference.records import read_orders, read_scans, read_submissions
from vtr.reference.rules.profile_reader import load_profile

if TYPE_CHECKING:
    from conftest import Stories

AS_OF = datetime(2026, 4, 1, tzinfo=UTC)
NUMBERS = ("1Z999AA10123456784", "1Z999AA10123456799")
PLACED = datetime(2026, 3, 2, 10, tzinfo=UTC)

Columns = dict[str, list[Any]]


def instants(*times: datetime | None) -> pa.Array:
    """As the files have them: UTC, without a zone."""
    return pa.array([time and time.replace(tzinfo=None) for time in times], pa.timestamp("us"))


def perfect() -> dict[str, Columns]:
    return {
        "orders": {
            "order_id": ["a", "b"],
            "placed_at": instants(PLACED, PLACED),
            "category": ["Kitchen", "Garden"],
            "promised_delivery_date": pa.array([date(2026, 3, 9)] * 2),
            "item_price": pa.array([25, 25], pa.decimal128(18, 2)),
        },
        "confirmations": {
            "order_id": ["a", "b"],
            "submitted_at": instants(datetime(2026, 3, 3, 9, tzinfo=UTC), datetime(2026, 3, 3, 9, tzinfo=UTC)),
            "carrier_code": ["UPS", "UPS"],
            "tracking_number": [f" {NUMBERS[0].lower()} ", NUMBERS[1]],
        },
        "scans": {
            "carrier": ["ups", "ups"],
            "tracking_number": [NUMBERS[0], NUMBERS[0]],
            "at": instants(datetime(2026, 3, 3, 16, tzinfo=UTC), datetime(2026, 3, 6, 14, tzinfo=UTC)),
            "code": ["I/OR", "D/FS"],
        },
    }


def files(folder: Path, tables: dict[str, Columns]) -> ParquetFiles:
    paths = {name: folder / f"{name}.parquet" for name in tables}
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), paths[name])
    return ParquetFiles(**paths)


def reasons(given: ParquetFiles) -> dict[str, str]:
    with ParquetEngine(load_profile("us-2019"), given) as engine:
        engine.decide(AS_OF)
        left_out = {package.order_id: package.why for package in engine.excluded()}
        return {row.order_id: row.reason for row in engine.rows()} | left_out


def test_columns_that_can_be_filled_may_be_missing(tmp_path: Path) -> None:
    assert reasons(files(tmp_path, perfect())) == {"a": "VALID", "b": "NUMBER_UNKNOWN"}


def test_instants_with_a_zone_are_read_as_instants(tmp_path: Path) -> None:
    tables = perfect()
    late = datetime(2026, 3, 6, 14, 0, 1, tzinfo=UTC)
    tables["confirmations"]["submitted_at"] = pa.array([late, late], pa.timestamp("us", tz="Asia/Tokyo"))
    assert reasons(files(tmp_path, tables))["a"] == "UPLOADED_AFTER_DELIVERY"


def test_a_number_may_be_named_without_a_scan(tmp_path: Path) -> None:
    tables = perfect()
    tables["scans"] = {
        "carrier": ["ups", "ups"],
        "tracking_number": list(NUMBERS),
        "at": instants(None, None),
        "code": ["", ""],
        "outcome": ["known", "unknown"],
    }
    assert reasons(files(tmp_path, tables)) == {"a": "NO_SCAN", "b": "NUMBER_UNKNOWN"}


def test_edits_are_numbered_by_time_and_then_as_the_file_has_them(tmp_path: Path) -> None:
    tables = perfect()
    first, edit = datetime(2026, 3, 3, 9, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC)
    tables["confirmations"] = {
        "order_id": ["a", "a", "b", "b"],
        "submitted_at": instants(edit, first, first, first),
        "carrier_code": ["UPS"] * 4,
        "tracking_number": [NUMBERS[0], NUMBERS[1], NUMBERS[1], NUMBERS[0]],
    }
    assert reasons(files(tmp_path, tables)) == {"a": "VALID", "b": "VALID"}


def test_a_confirmation_without_its_order_is_listed(tmp_path: Path) -> None:
    tables = perfect()
    tables["confirmations"]["order_id"] = ["a", "c"]
    assert reasons(files(tmp_path, tables)) == {"a": "VALID", "b": "NOT_CONFIRMED", "c": "ORDER_NOT_GIVEN"}


def without(name: str, column: str) -> Callable[[dict[str, Columns]], object]:
    return lambda tables: tables[name].pop(column)


def changed(name: str, column: str, values: Any) -> Callable[[dict[str, Columns]], object]:  # noqa: ANN401 (any cells)
    return lambda tables: tables[name].update({column: values})


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (without("orders", "placed_at"), "orders.parquet: column 'placed_at' is missing"),
        (changed("orders", "catgory", ["x", "y"]), "unknown column 'catgory'; did you mean 'category'?"),
        (changed("orders", "placed_at", ["x", "y"]), "column 'placed_at' is VARCHAR, but must be TIMESTAMP"),
        (changed("orders", "order_id", ["a", "a"]), "column 'order_id': 'a' is repeated"),
        (changed("orders", "order_id", ["a", None]), "column 'order_id' is blank in 1 rows"),
        (changed("confirmations", "submitted_at", instants(None, None)), "'submitted_at' is blank in 2 rows"),
        (changed("scans", "tracking_number", ["x", None]), "'tracking_number' is blank in 1 rows"),
    ],
)
def test_what_cannot_be_used_is_told(
    tmp_path: Path, change: Callable[[dict[str, Columns]], object], complaint: str
) -> None:
    tables = perfect()
    change(tables)
    with pytest.raises(InputError) as told:
        reasons(files(tmp_path, tables))
    assert complaint in str(told.value)


def test_a_file_that_is_no_parquet_is_told(tmp_path: Path) -> None:
    given = files(tmp_path, perfect())
    given.scans.write_text("carrier,tracking_number\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"scans\.parquet: cannot be read as Parquet"):
        reasons(given)


def test_only_the_files_named_can_be_opened(tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    pq.write_table(pa.table({"a": [1]}), other)
    with (
        ParquetEngine(load_profile("us-2019"), files(tmp_path, perfect())) as engine,
        pytest.raises(duckdb.Error, match=r"(?i)permission|disabled"),
    ):
        engine._connection.execute("SELECT * FROM read_parquet($1)", [str(other)])


def test_a_path_with_a_quote_is_a_path(tmp_path: Path) -> None:
    folder = tmp_path / "it's"
    folder.mkdir()
    assert reasons(files(folder, perfect()))["a"] == "VALID"


def test_rates_and_counts_agree_with_the_rows(tmp_path: Path, story: "Stories") -> None:
    with ParquetEngine(story.engine.profile, files(tmp_path, perfect())) as engine:
        engine.decide(AS_OF)
        assert [(rate.category, rate.counted, rate.valid, rate.status) for rate in engine.rates()] == [
            (None, 2, 1, "BAD"),
            ("Garden", 1, 0, "BAD"),
            ("Kitchen", 1, 1, "GOOD"),
        ]
        assert (engine.unanswered(), engine.excluded_counts()) == ((), {})


def awkward() -> dict[str, Columns]:
    """Orders in which everything that is read another way here than line by line happens."""
    tables = perfect()
    ids = ["a", "b", 'q"uote', "com,ma", "tab\tline\nend", "sep\u2028", "plus", "early"]
    numbers = [NUMBERS[0], NUMBERS[1], "1ZA", "1ZB", "1ZC", "1ZD", "", "1ZE"]
    many = len(ids)
    first, later = datetime(2026, 3, 3, 9, tzinfo=UTC), datetime(2026, 3, 4, 9, tzinfo=UTC)
    tables["orders"] = {
        "order_id": ids,
        "placed_at": instants(*[PLACED] * many),
        "category": ["Kitchen, large", 'Toys "9"', "x\ry", "Plain", "Garden", "Garden", "Garden", "Garden"],
        "promised_delivery_date": pa.array([date(2026, 3, 9)] * many),
        "promised_ship_date": pa.array([date(2026, 3, 2), *[None] * (many - 1)], pa.date32()),
        "item_price": pa.array([25] * many, pa.decimal128(18, 2)),
    }
    tables["confirmations"] = {
        "order_id": [*ids, "b"],
        "submitted_at": instants(*[first] * many, later),
        "carrier_code": ["UPS"] * (many + 1),
        "tracking_number": [*numbers, NUMBERS[0]],
        "ship_method": ["", "=1+1", 'say "x"', "a,b", "a\x85b", "a\tb", "", "", ""],
    }
    before = datetime(2026, 3, 1, tzinfo=UTC)
    tables["scans"] = {
        "carrier": ["ups"] * 7 + ["usps"],
        "tracking_number": [NUMBERS[0], NUMBERS[0], "1ZA", "1ZA", "1ze", "1ZE ", "1ZC", "1ZD"],
        "at": instants(
            datetime(2026, 3, 3, 16, 0, 0, 250_000, tzinfo=UTC),
            datetime(2026, 3, 6, 14, tzinfo=UTC),
            later,  # 1ZA: a scan, and then the word that it was a mistake
            datetime(2026, 3, 5, tzinfo=UTC),
            before,  # 1ZE: another parcel's delivery, before the order was placed, and then a scan
            later,
            datetime(2026, 5, 1, tzinfo=UTC),  # 1ZC: nothing that the report can know of
            later,
        ),
        "code": ["I/OR", "D/FS", "I/AR", "I/CA", "D/FS", "I/OR", "I/OR", "03"],
    }
    return tables


AWKWARD_REASONS = {
    "a": "VALID",
    "b": "VALID",
    'q"uote': "NO_SCAN",
    "com,ma": "NUMBER_UNKNOWN",
    "tab\tline\nend": "NO_SCAN",
    "sep\u2028": "CARRIER_MISMATCH",
    "plus": "INVALID_ID_BLANK",
    "early": "VALID",
}


def test_what_the_totals_of_a_number_do_not_tell_is_recounted(tmp_path: Path) -> None:
    given = files(tmp_path, awkward())
    assert reasons(given) == AWKWARD_REASONS
    with ParquetEngine(load_profile("us-2019"), given) as engine:
        engine.decide(AS_OF)
        first_scans = {row.order_id: row.first_scan for row in engine.rows()}
    assert first_scans["early"] == datetime(2026, 3, 4, 9, tzinfo=UTC)  # not that of the parcel before


def test_a_file_is_judged_as_its_lines_are(tmp_path: Path, story: "Stories") -> None:
    given = files(tmp_path, awkward())
    in_memory = check_collected(
        read_orders(given.orders), read_submissions(given.confirmations), read_scans(given.scans), as_of=AS_OF
    )
    with ParquetEngine(load_profile("us-2019"), given) as engine:
        engine.decide(AS_OF)
        assert tuple(engine.rows()) == in_memory.rows
        assert engine.rates() == in_memory.rates


@pytest.mark.parametrize(("form", "written"), [("tsv", tsv_lines), ("csv", csv_lines)])
def test_lines_are_the_bytes_that_rows_are_written_as(
    tmp_path: Path, form: Literal["tsv", "csv"], written: Callable[..., Iterator[str]]
) -> None:
    with ParquetEngine(load_profile("us-2019"), files(tmp_path, awkward())) as engine:
        engine.decide(AS_OF)
        rows = list(engine.rows())
        lines = "".join(engine.lines(form, US_2019))
    assert lines == "".join(written(rows, US_2019))
    assert "2026-03-03T16:00:00.250000Z" in lines


def test_batches_are_the_rows(tmp_path: Path) -> None:
    with ParquetEngine(load_profile("us-2019"), files(tmp_path, awkward())) as engine:
        engine.decide(AS_OF)
        write_rows(tmp_path / "rows.parquet", engine.rows())
        write_batches(tmp_path / "batches.parquet", engine.batches())
    assert pq.read_table(tmp_path / "rows.parquet").equals(pq.read_table(tmp_path / "batches.parquet"))


def test_no_progress_bar_is_printed_between_the_rows(tmp_path: Path) -> None:
    with ParquetEngine(load_profile("us-2019"), files(tmp_path, perfect())) as engine:
        assert engine._connection.execute("SELECT current_setting('enable_progress_bar')").fetchone() == (False,)
