"""Making scenarios small: what is taken away, what stays, and what is written in the end."""

from datetime import date
from typing import Any

import pytest
import yaml

from vtr import bundled
from vtr.language import loader, yaml_tree, yaml_writer
from vtr.language.yaml_writer import Document
from vtr.rule_changes.fuzz import shrink

CASES = sorted(bundled.CASES.rglob("*.yaml"))


def document(**orders: Document) -> Document:
    return {
        "scenario": "S",
        "parcels": {name: {"carrier": "usps"} for name in orders},
        "orders": [{"parcel": name, **order} for name, order in orders.items()],
    }


def late(candidate: Document) -> bool:
    """Whether any order is confirmed after day 4."""
    return any("confirm" in order and order["confirm"].get("at", "") > "day 4" for order in candidate.get("orders", []))


def test_what_the_property_does_not_need_goes() -> None:
    whole = document(
        one={"category": "Garden", "confirm": {"at": "day 5 10:30:01", "ship_method": "Ground"}, "ship_to": "CN"},
        two={"cancelled": "day 2"},
    )
    assert shrink.smallest({**whole, "report_at": ["day 20", "day 30"], "tags": ["a"]}, late) == {
        "scenario": "S",
        "parcels": {"box": {"carrier": "ups"}},
        "orders": [{"parcel": "box", "confirm": {"at": "day 5"}}],
    }


def test_only_package_of_an_order_stands_in_the_order() -> None:
    packages = [{"parcel": "one"}, {"parcel": "two", "confirm": {"at": "day 5"}}]
    whole = {
        "scenario": "S",
        "parcels": {"one": {"carrier": "ups"}, "two": {"carrier": "ups"}},
        "orders": [{"id": "A", "packages": packages}],
    }
    assert shrink.smallest(whole, late)["orders"] == [{"parcel": "box", "confirm": {"at": "day 5"}}]


def test_scans_by_hand_become_a_journey() -> None:
    scans = [{"at": "day 0 18:00", "kind": "label_created"}, {"at": "day 2 10:00", "code": "OT"}]
    whole = {**document(box={}), "parcels": {"box": {"carrier": "ups", "scans": scans}}}

    def no_perfect_life(candidate: Document) -> bool:
        return any({"scans", "journey"} & set(parcel) for parcel in candidate["parcels"].values())

    small = shrink.smallest(whole, no_perfect_life)
    assert small["parcels"] == {"box": {"carrier": "ups", "journey": "label_only"}}


def test_parcel_whose_number_another_has_stays() -> None:
    whole: Document = {
        "scenario": "S",
        "parcels": {"one": {"carrier": "usps"}, "two": {"carrier": "ups", "number": "$one"}},
        "orders": [{"parcel": "two"}],
    }
    small = shrink.smallest(whole, lambda candidate: "$one" in repr(candidate))
    assert list(small["parcels"]) == ["one", "two"]


def test_text_that_is_no_number_gets_shorter() -> None:
    whole = document(box={"confirm": {"tracking": "12-34 \N{FULLWIDTH DIGIT ONE}56"}})
    small = shrink.smallest(whole, lambda candidate: "\N{FULLWIDTH DIGIT ONE}" in repr(candidate))
    assert small["orders"] == [{"parcel": "box", "confirm": {"tracking": "\N{FULLWIDTH DIGIT ONE}"}}]


def test_it_ends_after_so_many_tries() -> None:
    asked = 0

    def holds(_: Document) -> bool:
        nonlocal asked
        asked += 1
        return False

    whole = document(**{f"box{number}": {"ship_to": "CN"} for number in range(40)})
    assert shrink.smallest(whole, holds, tries=25) is whole
    assert asked == 25


def test_bundled_scenarios_are_the_same_after_writing_them() -> None:
    for path in CASES:
        for draft in loader.load_file(path, path.name).drafts:
            plain = yaml_writer.document_of_draft(draft)
            (again,) = yaml_tree.parse(yaml_writer.format_document(plain), path.name)
            assert yaml_tree.plain(again) == plain


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (document(box={}), ["orders:", "  - {parcel: box}"]),
        (document(box={"confirm": {"at": "day 5"}}), ["orders:", "  - parcel: box", "    confirm: {at: day 5}"]),
        (
            document(box={"edits": [{"at": "day 5", "tracking": ""}]}),
            ["orders:", "  - parcel: box", "    edits:", '      - {at: day 5, tracking: ""}'],
        ),
        (document(box={"confirm": None}), ["orders:", "  - {parcel: box, confirm: null}"]),
    ],
)
def test_document_is_written_as_people_write_it(written: Document, lines: list[str]) -> None:
    head = ["scenario: S", "parcels:", "  box: {carrier: usps}"]
    assert yaml_writer.format_document(written).splitlines() == [*head, *lines]


def test_text_that_yaml_would_read_otherwise_is_quoted() -> None:
    odd: Any = {"scenario": "null", "tags": ["a: b", "- c", "#d", "", " e "]}
    (again,) = yaml_tree.parse(yaml_writer.format_document(odd), "x")
    assert yaml_tree.plain(again) == odd


def test_any_reader_of_yaml_takes_what_is_written_for_what_it_is() -> None:
    read: Any = {
        "scenario": "12:30",
        "tags": ["no", "Y", "1_000", "0x1F", "~"],
        "report_at": "2026-04-01",
        "orders": [{"id": "114-1", "confirm": {"at": "day 2 10:30", "tracking": "2026-04-01"}, "buy_shipping": "true"}],
        "parcels": {"on": {"carrier": "usps", "scans": [{"at": "+1h", "code": "03"}, {"at": "day -1", "code": "1e5"}]}},
        "expect": {"rows": [{"order": "114-1", "package": "2", "absent": True, "reason": "null"}]},
    }
    text = yaml_writer.format_document(read)
    assert yaml.safe_load(text) == {
        **read,
        "report_at": date(2026, 4, 1),
        "orders": [{**read["orders"][0], "buy_shipping": True}],
        "expect": {"rows": [{"order": "114-1", "package": 2, "absent": True, "reason": "null"}]},
    }
    (again,) = yaml_tree.parse(text, "x")
    rows = [{"order": "114-1", "package": "2", "absent": "true", "reason": "null"}]
    assert yaml_tree.plain(again) == {**read, "expect": {"rows": rows}}
