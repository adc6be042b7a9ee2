"""`vtr extract`: a dataset written by hand, and the scenario that its tables tell."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from vtr.cli import app
from vtr.story.story import Story

TABLES = {
    "orders": """order_id,placed_at,category,current_category,promised_delivery_date,\
item_price,shipping_price,currency,ship_from,ship_to,fulfilled_by,cancelled_at
114-1,2026-03-02T10:00:00Z,Kitchen,Kitchen,2026-03-09,20.00,5.00,USD,US,US,seller,
114-2,2026-03-02T11:00:00Z,Garden,Toys & Games,2026-03-10,30.00,0.00,USD,CN,CA,amazon,2026-03-04T08:00:00Z
114-3,2026-03-02T11:00:00Z,Kitchen,Kitchen,2026-03-09,20.00,5.00,USD,US,US,seller,
""",
    "confirmations": """order_id,package,confirmed_at,submitted_at,carrier_code,carrier_name,tracking_number,ship_method
114-1,1,2026-03-03T09:00:00Z,2026-03-03T09:00:00Z,UPS,"",$WRONG,""
114-1,1,2026-03-03T09:00:00Z,2026-03-04T12:00:00Z,UPS,"",1Z999AA10123456784,Ground
114-1,2,2026-03-03T09:30:00Z,2026-03-03T09:30:00Z,Other,UPS,untracked,""
114-2,1,2026-03-03T09:00:00Z,2026-03-03T09:00:00Z,USPS,""," 1z999aa10123456784",""
114-3,1,2026-03-03T09:00:00Z,2026-03-03T09:00:00Z,USPS,"",untracked,""
""",
    "parcels": """shipment,order_id,package,carrier,form,tracking_number
0,114-1,1,ups,1z,1Z999AA10123456784
0,114-1,2,usps,impb-22,9400111899220000000000
2,114-3,1,usps,impb-22,9400111899220000000017
""",
    "scans": """carrier,tracking_number,position,at,published_at,code,description,location
ups,1Z999AA10123456784,0,2026-03-03T16:00:00Z,2026-03-03T16:00:00Z,I/OR,Origin scan,"Tulsa, OK, US"
ups,1Z999AA10123456784,1,2026-03-05T14:00:00Z,2026-03-05T15:30:00Z,D/FS,Delivered,"Denver, CO, US"
usps,9400111899220000000017,0,2026-03-05T14:00:00Z,2026-03-05T15:30:00Z,03,Accepted,"Denver, CO, US"
""",
    "expected": """order_id,package,condition,in_report,reason,tracking_id,no_valid_tracking
114-1,1,corrected,true,VALID,1Z999AA10123456784,""
114-1,2,word,true,CARRIER_UNSUPPORTED,untracked,X
114-2,1,by_amazon,false,NOT_SELLER_FULFILLED,,
114-3,1,word,true,NUMBER_UNKNOWN,untracked,X
""",
}
TOLD = """\
# Order 114-1 of a dataset of 3 shipments, seed 5; planted: corrected, word.
scenario: corrected and word in order 114-1
tags: [corrected, word]
report_at: 2026-04-01T12:00:00Z
parcels:
  box:
    carrier: ups
    number: 1Z999AA10123456784
    scans:
      - {at: 2026-03-03T16:00:00Z, code: I/OR, place: "Tulsa, OK, US"}
      - {at: 2026-03-05T14:00:00Z, code: D/FS, place: "Denver, CO, US", published: 2026-03-05T15:30:00Z}
  box_2: {carrier: usps, number: "9400111899220000000000", journey: unknown}
orders:
  - id: 114-1
    placed: 2026-03-02T10:00:00Z
    promised: 2026-03-09
    packages:
      - parcel: box
        confirm: {at: 2026-03-03T09:00:00Z, tracking: $$WRONG}
        edits:
          - {at: 2026-03-04T12:00:00Z, tracking: $box, ship_method: Ground}
      - parcel: box_2
        confirm: {at: 2026-03-03T09:30:00Z, carrier: Other, carrier_name: UPS, tracking: untracked}
  - id: 114-2
    placed: 2026-03-02T11:00:00Z
    category: Garden
    recategorised: {at: "+1h", to: Toys & Games}
    promised: 2026-03-10
    price: 30.00 USD
    ship_from: CN
    ship_to: CA
    fulfilled_by: amazon
    cancelled: 2026-03-04T08:00:00Z
    parcel: box
    confirm: {at: 2026-03-03T09:00:00Z, carrier: USPS, tracking: " 1z999aa10123456784"}
expect:
  rows:
    - {order: 114-1, package: 1, tracking_id: $box, no_valid_tracking: "", reason: VALID}
    - {order: 114-1, package: 2, tracking_id: untracked, no_valid_tracking: X, reason: CARRIER_UNSUPPORTED}
  excluded:
    - {order: 114-2, why: NOT_SELLER_FULFILLED}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    files = {name: {"file": f"{name}.csv"} for name in TABLES}
    manifest = {"as_of": "2026-04-01T12:00:00Z", "profile": "us-2019", "shipments": 3, "seed": 5, "tables": files}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def extract(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["extract", *map(str, arguments)])


@pytest.mark.parametrize("row", ["114-1", "114-1/2", "1", "2"])
def test_the_whole_story_of_an_order_and_of_those_that_share_its_number_is_reported(
    folder: Path, tell: Callable[[str], tuple[Story, ...]], row: str
) -> None:
    result = extract(folder, row)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == TOLD
    (story,) = tell(result.stdout)
    assert [order.order_id for order in story.orders] == ["114-1", "114-2"]
    assert story.orders[0].packages[0].submissions[0].tracking_number == "$WRONG"


def test_several_rows_are_scenarios_of_one_file_each_order_once(
    folder: Path, tmp_path: Path, tell: Callable[[str], tuple[Story, ...]]
) -> None:
    out = tmp_path / "cases.yaml"
    result = extract(folder, "4", "114-1/1", "114-1/2", "--out", out)
    assert (result.exit_code, result.stdout) == (0, "")
    stories = tell(out.read_text(encoding="utf-8"))
    # A word that two orders share is no number that a carrier is asked for.
    assert [[order.order_id for order in story.orders] for story in stories] == [["114-3"], ["114-1", "114-2"]]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("114-9", "no order '114-9'; give an order's id (ID or ID/PACKAGE), or the number of a row, from 1"),
        ("114-1/3", "order 114-1 has packages 1, 2, but not '3'"),
        ("5", "no row 5; there are 4"),
        ("0", "no order '0'"),
    ],
)
def test_a_row_that_is_not_there_is_one_message(folder: Path, row: str, words: str) -> None:
    result = extract(folder, row)
    assert result.exit_code == 1
    assert words in str(result.exception)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("9.40011E+21", '"9.40011E+21"'),
        ("123456789012", '"123456789012"'),
        ("null", '"null"'),
        ("a: b", '"a: b"'),
        ("a\u200b\t\"'\\", '"a\\u200b\\t\\"\'\\\\"'),
        ("\U000e0020", '"\\U000e0020"'),
        ("无单号", '"无单号"'),
        ("-", '"-"'),
    ],
)
def test_a_text_stays_what_it_is(
    folder: Path, tell: Callable[[str], tuple[Story, ...]], text: str, written: str
) -> None:
    table = TABLES["confirmations"].replace(" 1z999aa10123456784", text.replace('"', '""'))
    (folder / "confirmations.csv").write_text(table, encoding="utf-8")
    text_of_scenario = extract(folder, "114-2").stdout
    assert f"tracking: {written}}}" in text_of_scenario
    assert tell(text_of_scenario)[0].orders[0].packages[0].submissions[0].tracking_number == text
