"""A condition is one checked expression; nothing else gets through, and what runs is written from the tree."""

from typing import TYPE_CHECKING

import pytest

from vtr.reference.rules.columns import COLUMNS, columns_of
from vtr.reference.rules.conditions import ConditionError, read_condition

if TYPE_CHECKING:
    from conftest import Stories


@pytest.mark.parametrize(
    "text",
    [
        "submitted_at > delivered_at",
        "submitted_at + INTERVAL 72 HOUR <= as_of",
        "as_of - INTERVAL 3 DAY > submitted_at",
        "NOT carrier_supported AND ship_method = 'Freight'",
        "carrier IN ('UPS', 'USPS')",
        "total_price BETWEEN 5 AND 10.50",
        "regexp_matches(tracking_text, '^[A-Z]{2}[0-9]{9}CN$')",
        "length(trim(tracking_text)) < 8 OR starts_with(upper(tracking_text), 'LX')",
        "coalesce(delivered_at, as_of) > placed_at",
        "promised_delivery_date >= DATE '2022-08-23'",
        "placed_at < TIMESTAMP '2026-03-01 00:00:00'",
        "CAST(confirmed_at AS DATE) > promised_ship_date",
        "CASE WHEN ship_from = 'CN' THEN physical_scans < 2 ELSE physical_scans < 1 END",
        "delivered_at IS NULL",
        "known_elsewhere IS TRUE",
        "category IS DISTINCT FROM current_category",
        "abs(total_price - 5) * 2 < 1",
        "true",
    ],
)
def test_what_rules_need_is_let_through(text: str) -> None:
    assert read_condition(text, "evidence").text == text


@pytest.mark.parametrize(
    "text",
    [
        "true) ; DROP TABLE orders --",
        "true; DROP TABLE orders",
        "true;",
        "SELECT true",
        "(SELECT true)",
        "EXISTS (SELECT 1)",
        "seq IN (SELECT 1)",
        "read_csv('/etc/passwd') IS NULL",
        "carrier = getenv('HOME')",
        "carrier = current_setting('temp_directory')",
        "getvariable('x') = 1",
        "carrier = (FROM read_text('/etc/passwd'))",
        "read_blob('/etc/passwd') IS NULL",
        "parquet_scan('x.parquet') IS NULL",
        "EXISTS (FROM 'https://example.com/x.csv')",
        "carrier IN (SELECT file FROM glob('/etc/*'))",
        "glob('/etc/*') IS NULL",
        "lower((SELECT content FROM read_text('/etc/passwd'))) = ''",
        "coalesce((SELECT true), false)",
        "carrier BETWEEN 'a' AND (SELECT 'b')",
        "seq = ANY (SELECT 1)",
        "COPY orders TO '/tmp/x'",
        "ATTACH '/tmp/x'",
        "PRAGMA version",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET threads = 1",
        "CALL pragma_version()",
        "EXPORT DATABASE 'x'",
        "CREATE TABLE x AS SELECT 1",
        "true UNION SELECT true",
        "WITH x AS (SELECT 1) SELECT true",
        "VALUES (true)",
        "carrier = 'UPS' LIMIT 1",
        "current_user = 'x'",
        "version() = 'x'",
        "uuid() IS NULL",
        "error('x') IS NULL",
        "repeat('x', 1000000000) = ''",
        "lpad(carrier, 1000000000, 'x') = ''",
        "replace(carrier, 'U', ship_method) = ''",
        "regexp_replace(carrier, 'U', 'UUUU', 'g') = ''",
        "format('{:1000000000}', seq) = ''",
        "1 IN (SELECT * FROM range(1000000000000))",
        "list_sum(range(1000000000)) > 1",
        "generate_series(1, 1000000000) IS NULL",
        "unnest([1]) = 1",
        "list_transform([1], x -> x) IS NULL",
        "[x for x in [1]] = [1]",
        "lag(seq) OVER (ORDER BY seq) = 1",
        "COLUMNS(*) = 1",
        "carrier COLLATE nocase = 'ups'",
        "carrier SIMILAR TO 'U.*'",
        "seq % 2 = 1",
        "seq / 0 = 1",
        "seq ** 1000 = 1",
        "seq << 60 = 1",
        "(seq, package) = (1, 1)",
        "main.orders.carrier = 'x'",
        "rowid = 1",
        "submitted_at AT TIME ZONE 'Asia/Tokyo' > as_of",
        "sum(seq) OVER () > 1",
        "count(*) > 1",
        "row_number() OVER (ORDER BY seq) = 1",
        "as_of < now()",
        "promised_delivery_date < current_date",
        "random() > 0.5",
        "nextval('s') = 1",
        "pg_sleep(10) IS NULL",
        "list_contains([carrier], 'UPS')",
        "[1, 2] = [1, 2]",
        "{'a': 1} = {'a': 1}",
        "package[1] = 1",
        "orders.package = 1",
        "$1 = 1",
        "?",
        "*",
        "lambda x: x",
        "carrier = E'\\x55'",
        "carrier = $$UPS$$",
        "carrier ~ 'U'",
        "carrier GLOB 'U*'",
        "carrier || 'x' = 'UPSx'",
        "carrier = 'U' 'PS'",
        "carrier LIKE 'U%' ESCAPE '!'",
        "regexp_matches(carrier, 'u', 'i')",
        "regexp_matches(carrier, carrier)",
        "trim(LEADING 'U' FROM carrier) = 'PS'",
        "CAST(carrier AS INTEGER) = 1",
        "CAST(carrier AS DATE) < as_of",
        "CAST(as_of AS TIMESTAMPTZ) < as_of",
        "TRY_CAST(as_of AS DATE) IS NULL",
        "placed_at + INTERVAL (package) HOUR < as_of",
        "placed_at + INTERVAL 9999999 HOUR < as_of",
        "placed_at + INTERVAL 3 MONTH < as_of",
        "DATE '2026-02-30' < promised_delivery_date",
        "total_price < 1e300",
        "total_price < 9999999999999999",
        "",
        "   ",
        "-- nothing",
        "true AND",
        "'unfinished",
        "\x00",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        read_condition(text, "evidence")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("submitted_at > 5", "'submitted_at', an instant, with '5', a number"),
        ("tracking_text = 5", "'tracking_text', a text, with '5', a number"),
        ("promised_delivery_date < as_of", "a date, with 'as_of', an instant"),
        ("carrier_supported = 'yes'", "a boolean, with ''yes'', a text"),
        ("physical_scans", "gives a number, but must be true or false"),
        ("NOT physical_scans", "'physical_scans' is a number, but a boolean is needed"),
        ("length(seq) > 1", "'seq' is a number, but a text is needed"),
        ("submitted_at + 72 > as_of", "combines an instant with a number"),
    ],
)
def test_a_wrong_type_is_told(text: str, complaint: str) -> None:
    with pytest.raises(ConditionError) as told:
        read_condition(text, "evidence")
    assert complaint in str(told.value)


def test_an_unknown_column_is_told_with_the_one_that_was_meant() -> None:
    with pytest.raises(
        ConditionError, match=r"unknown column 'delivered_a' in the evidence stage; did you mean 'delivered_at'"
    ):
        read_condition("delivered_a IS NULL", "evidence")


def test_a_column_of_a_later_stage_is_unknown_in_an_earlier_one() -> None:
    with pytest.raises(ConditionError, match="unknown column 'physical_scans' in the population stage"):
        read_condition("physical_scans = 0", "population")


def test_comments_do_not_reach_what_runs() -> None:
    assert read_condition("true -- ) OR", "evidence").sql() == "(TRUE)"


def test_a_text_with_quotes_stays_one_text() -> None:
    assert read_condition("carrier = 'x'' OR true --'", "evidence").sql() == "(\"carrier\" = 'x'' OR true --')"


def test_a_condition_nested_too_deeply_is_refused() -> None:
    with pytest.raises(ConditionError, match=r"nested too deeply|the most is"):
        read_condition("(" * 900 + "true" + ")" * 900, "evidence")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 41 + "true" + ")" * 41,
        "[" * 41 + "1" + "]" * 41 + " = 1",
        "NOT " * 120 + "true",
        " OR ".join(["true"] * 120),
        " + ".join(["seq"] * 120) + " = 1",
        "- " * 120 + "seq = 1",
        "NOT " * 480 + "true",
    ],
)
def test_depth_is_bounded_whatever_makes_it(text: str) -> None:
    with pytest.raises(ConditionError, match="nested too deeply"):
        read_condition(text, "evidence")


def test_a_chain_of_eighty_alternatives_is_not_too_deep() -> None:
    chain = " OR ".join(f"carrier = '{place}'" for place in range(80))
    assert read_condition(chain, "evidence").sql().count("OR") == 79


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        ("x" * 201, "a pattern has 201 characters, the most is 200"),
        ("^[0-9]{65}$", "repeats 65 times, the most is 64"),
        ("^[0-9]{3,1000}$", "repeats 1000 times, the most is 64"),
        ("(x{0,30}){0,30}" * 5, "repeats more than 4 groups"),
    ],
)
def test_a_pattern_that_would_run_for_long_is_refused(pattern: str, complaint: str) -> None:
    with pytest.raises(ConditionError) as told:
        read_condition(f"regexp_matches(carrier, '{pattern}')", "evidence")
    assert complaint in str(told.value)


@pytest.mark.parametrize("pattern", ["^[0-9]{64}$", "^(1Z|[A-Z]{2})([0-9]{4} ?){4}$", "^[A-Z]{2}[0-9]{9}CN$"])
def test_patterns_of_tracking_numbers_are_let_through(pattern: str) -> None:
    assert read_condition(f"regexp_matches(carrier, '{pattern}')", "evidence").patterns == (pattern,)


def test_a_misspelt_function_is_told_with_the_one_that_was_meant() -> None:
    with pytest.raises(
        ConditionError, match=r"'LENGHT\(carrier\)' is not available in a condition; did you mean 'length'"
    ):
        read_condition("lenght(carrier) > 1", "evidence")


def test_a_place_of_a_stage_stays_text() -> None:
    """The stages are filled at places written so; what a condition says must not be filled."""
    assert read_condition("carrier = '{{zone}}'", "evidence").sql() == "(\"carrier\" = '{{zone}}')"


def test_a_long_condition_is_refused() -> None:
    with pytest.raises(ConditionError, match="2033 characters"):
        read_condition("carrier = '" + "x" * 2021 + "'", "evidence")


def test_a_column_can_be_read_under_another_name() -> None:
    condition = read_condition("seq = 1 OR submitted_at < delivered_so_far", "submission")
    sql = condition.sql({"delivered_so_far": "earliest"})
    assert sql == '("seq" = 1 OR "submitted_at" < "earliest")'
    assert "delivered_so_far" in condition.sql()


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("placed_at < as_of", {"order"}),
        ("NOT carrier_supported", {"submission"}),
        ("physical_scans = 0 AND ship_from = 'CN'", {"answer", "order"}),
        ("true", set()),
    ],
)
def test_what_a_condition_needs_follows_from_its_columns(text: str, needs: set[str]) -> None:
    assert read_condition(text, "evidence").needs == needs


def test_every_column_is_documented_and_unique() -> None:
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)
    assert all(column.says and column.stages for column in COLUMNS)


def test_every_documented_column_can_be_used(story: "Stories") -> None:
    (row,) = story.engine.rows_of_stage("evidence", story.case().given(), story.as_of)
    assert set(columns_of("submission")) | set(columns_of("evidence")) <= set(row)
