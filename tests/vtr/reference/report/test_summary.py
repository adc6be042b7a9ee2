"""The rates as a table: what stands in each form."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from vtr.reference.errors import VtrError
from vtr.reference.report.report import Rate
from vtr.reference.report.summary import summary_text

WINDOW = (date(2026, 2, 16), date(2026, 3, 17))
RATES = (
    Rate(None, 5, 1, 1, 3, 2, 2 / 3, "BAD"),
    Rate("厨房, Küche", 4, 0, 1, 3, 2, 2 / 3, "BAD"),
    Rate("Toys", 1, 1, 0, 0, 0, None, "NONE"),
)
HEADER = "scope,category,window_start,window_end,confirmed,exempt,unanswered,counted,valid,rate,status"


def test_csv_has_a_row_for_all_and_one_a_category() -> None:
    assert summary_text(Path("rates.csv"), RATES, WINDOW).splitlines() == [
        HEADER,
        "overall,,2026-02-16,2026-03-17,5,1,1,3,2,0.6666666666666666,BAD",
        'category,"厨房, Küche",2026-02-16,2026-03-17,4,0,1,3,2,0.6666666666666666,BAD',
        "category,Toys,2026-02-16,2026-03-17,1,1,0,0,0,,NONE",
    ]


def test_tsv_is_separated_by_tabs() -> None:
    lines = summary_text(Path("RATES.TSV"), RATES, WINDOW).splitlines()
    assert lines[0] == HEADER.replace(",", "\t")
    assert [row[1] for row in csv.reader(lines[1:], delimiter="\t")] == ["", "厨房, Küche", "Toys"]


def test_json_has_null_where_nothing_is_counted() -> None:
    overall, _, toys = json.loads(summary_text(Path("rates.json"), RATES, WINDOW))
    assert (overall["scope"], overall["category"], overall["rate"]) == ("overall", None, 2 / 3)
    assert (toys["scope"], toys["category"], toys["rate"], toys["status"]) == ("category", "Toys", None, "NONE")


def test_another_suffix_is_refused() -> None:
    with pytest.raises(
        VtrError, match=r"rates\.xlsx: unsupported file type; rates are written as \.csv, \.tsv, \.json"
    ):
        summary_text(Path("rates.xlsx"), RATES, WINDOW)
