from collections.abc import Callable

import pytest

from vtr.story.story import Story

Problems = Callable[[str], list[str]]
Tell = Callable[..., tuple[Story, ...]]

HEAD = "scenario: S\nparcels: {box: {carrier: ups}}\n"
TAIL = "expect: {rows: []}\n"


def test_unknown_key_is_told_with_the_nearest_key(problems: Problems) -> None:
    text = "scenario: S\nparcels:\n  box:\n    carrier: ups\n    scan: []\n" + TAIL
    assert problems(text) == ["5:5: unknown key 'scan'; did you mean 'scans'?"]


def test_unknown_key_with_nothing_near_is_told_with_all_keys(problems: Problems) -> None:
    text = "scenario: S\nparcels:\n  box: {carrier: ups, zzz: 1}\n" + TAIL
    assert problems(text) == ["3:23: unknown key 'zzz'; there are carrier, service, shipment, number, journey, scans"]


def test_misspelt_key_that_must_be_there_is_one_problem(problems: Problems) -> None:
    text = "scenario: S\nparcels: {box: {carier: ups}, crate: {carier: ups, x: 1}}\nexpct: {rows: []}\n"
    assert problems(text) == [
        "2:17: unknown key 'carier'; did you mean 'carrier'?",
        "2:39: unknown key 'carier'; did you mean 'carrier'?",
        "2:52: unknown key 'x'; there are carrier, service, shipment, number, journey, scans",
        "3:1: unknown key 'expct'; did you mean 'expect'?",
    ]


def test_missing_key_beside_an_unrelated_unknown_one_is_a_problem_of_its_own(problems: Problems) -> None:
    assert problems("scenario: S\nparcels: {box: {journy: delivered}}\nexpect: {rows: []}\n") == [
        "2:16: 'carrier' is missing",
        "2:17: unknown key 'journy'; did you mean 'journey'?",
    ]


def test_every_problem_of_every_document_is_told_at_once(problems: Problems) -> None:
    text = (
        "scenario: A\nparcels: {box: {carrier: ups}}\nordres: []\nexpect: {row: []}\n"
        "---\n"
        "scenario: B\nparcels: {box: {carrier: usp}}\nexpect: {rows: [{parcel: bax}]}\n"
    )
    assert problems(text) == [
        "3:1: unknown key 'ordres'; did you mean 'orders'?",
        "4:10: unknown key 'row'; did you mean 'rows'?",
        "7:26: carrier 'usp' is unknown; did you mean 'usps'?",
        "8:26: parcel 'bax' is unknown; did you mean 'box'?",
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("report_at: soon", ("3:12: 'soon' is no time; write e.g. 'day 3 14:00', 'day 1 16:00 -06:00', "
         "'2026-03-05T14:00:00Z' or '+2h'")),
        ("report_at: []", "3:12: expected at least one value, found a list"),
        ("timezone: America/Chicgo", "3:11: time zone 'America/Chicgo' is unknown; did you mean 'America/Chicago'?"),
        ("profile: xx-1999", "3:10: profile 'xx-1999' is unknown; there is us-2019"),
        ("tags: situation-5", "3:7: expected a list, found the text 'situation-5'"),
        ("tags: [a b]", "3:8: 'a b' is not a tag; use letters, digits, '-', '_' and '.' (not and, or, not)"),
        ("tags: [or]", "3:8: 'or' is not a tag; use letters, digits, '-', '_' and '.' (not and, or, not)"),
        ("orders: {}", "3:9: expected a list, found a mapping"),
        ("orders: [box]", "3:10: expected a mapping, found the text 'box'"),
        ("orders: [{parcel: bax}]", "3:19: parcel 'bax' is unknown; did you mean 'box'?"),
        ("orders: [{price: 25}]", "3:18: '25' is no price; write e.g. '25.00 USD'"),
        ("orders: [{ship_from: usa}]", ("3:22: 'usa' is not a country; use its two capital letters (ISO 3166), "
         "e.g. 'US'")),
        ("orders: [{fulfilled_by: me}]", "3:25: expected 'seller' or 'amazon', found the text 'me'"),
        ("orders: [{buy_shipping: maybe}]", "3:25: expected true or false, found the text 'maybe'"),
        ("orders: [{buy_shipping: [x]}]", "3:25: expected true or false, found a list"),
        ("orders: [{buy_shipping: true, packages: []}]", ("3:11: 'buy_shipping' stands in the order and "
         "'packages' too; move it into the package it is about")),
        ("orders: [{edits: [{carrier: UPS}]}]", "3:19: 'at' is missing"),
        ("orders: [{confirm: {tracking: null}}]", ('3:31: null is no tracking number; write "" for a blank one, '
         "or leave the key out for the parcel's")),
        ("orders: [{confirm: {carrier: null, at: +2h, tracking: $bax}}]",
         "3:55: $bax is neither a parcel nor a name of the matrix; did you mean 'box'? (a literal dollar sign is $$)"),
        ("orders: [{category: $box}]", ("3:21: '$box' is a parcel's number; only tracking numbers may be one "
         "(for a literal, '$' + it)")),
        ("orders: [{parcel: null}]", ("3:10: no parcel, so 'confirm' must give its carrier "
         "(or name a parcel, or write 'confirm: null')")),
        ("orders: [{confirm: null, edits: [{at: +1h}]}]", ("3:33: edits of a package that is not confirmed; "
         "give it 'confirm'")),
        ("orders: [{edits: [{at: day 0}]}]", ("3:24: this edit is earlier than the submission above it; "
         "put them in order")),
        ("orders: [{id: 1-1-1}, {id: 1-1-1}]", "3:28: order '1-1-1' stands twice, first in line 3"),
        ("seed: [1]", "3:7: expected a text, found a list"),
        ("matrix: {carrier: ups}", "3:19: matrix: 'carrier' needs a list of values"),
        ("matrix: {carrier: [ups]}", "3:10: matrix: 'carrier' is not used; write $carrier where its values belong"),
        ("matrix: [ups]", "3:9: matrix: expected names with lists of values, e.g. {carrier: [ups, usps]}"),
        ("faults: [{fault: rate_limted}]", ("3:18: fault 'rate_limted' is unknown; did you mean 'rate_limited'?; "
         "`vtr faults` lists all")),
        ("faults: [{fault: slow_answer, parameters: {second: 3}}]", ("3:43: fault slow_answer: parameter 'second' is "
         "unknown; did you mean 'seconds'?")),
        ("faults: [{fault: slow_answer, parameters: {seconds: soon}}]", ("3:43: fault slow_answer: seconds: 'soon' is "
         "not a number of seconds from 0 to 3600")),
        ("faults: [{fault: rate_limited, carrier: UPS}]", "3:41: carrier 'UPS' is unknown; did you mean 'ups'?"),
        ("faults: [{fault: rate_limited, carrier: ups, operation: trak}]", ("3:10: fault rate_limited: there is no "
         "operation 'trak' at ups; did you mean 'track'?")),
        ("faults: [{fault: old_licence, carrier: dhl}]", ("3:10: fault old_licence: it means nothing at 'dhl'; "
         "only at ups")),
        ("faults: [{fault: label_only, operation: track}]", ("3:10: fault label_only: it acts on no call, so there is "
         "no operation 'track' to choose")),
        ("faults: [{fault: rate_limited, since: day 3, until: day 2}]", ("3:53: 'until' is not after 'since', "
         "so the fault would never act")),
        ("faults: [{fault: rate_limited, calls: [0]}]", ("3:39: calls: '0' is no call; calls are counted "
         "from 1, e.g. [1, 2]")),
        ("faults: [{fault: rate_limited, calls: firts 3}]", ("3:39: calls: expected a list such as [1, 2], 'first 3' "
         "or 'every 5', found the text 'firts 3'")),
        ("faults: [{fault: rate_limited, chance: often}]", "3:40: expected a number, found the text 'often'"),
    ],
)  # fmt: skip
def test_wrong_line_is_told_where_it_is_wrong(problems: Problems, line: str, problem: str) -> None:
    assert problem in problems(HEAD + line + "\n" + TAIL)


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ("{carrier: ups, journey: delivred}", "2:40: journey 'delivred' is unknown; did you mean 'delivered'?"),
        ("{journey: unknown}", "2:16: 'carrier' is missing"),
        ("{carrier: UPS}", "2:26: carrier 'UPS' is unknown; did you mean 'ups'?"),
        ("{carrier: ups, number: $box}", "2:39: '$box' leads back to itself; give one of these parcels a number"),
        ("{carrier: ups, scans: [{at: day 1, kind: acepted}]}", ("2:57: kind 'acepted' is unknown; "
         "did you mean 'accepted'?")),
        ("{carrier: ups, scans: [{at: day 1}]}", ("2:39: a scan has either 'kind' (our word) or 'code' "
         "(the carrier's own); give one of them")),
        ("{carrier: ups, scans: [{at: day 1, kind: accepted, place: Nowhere}]}", ("2:74: place 'Nowhere': "
         "cannot tell its time zone; use 'City, STATE, CC' with a known place")),
        ("{carrier: ups, scans: [{kind: accepted}]}", "2:39: 'at' is missing"),
    ],
)  # fmt: skip
def test_wrong_parcel_is_told_where_it_is_wrong(problems: Problems, part: str, problem: str) -> None:
    assert problems(f"scenario: S\nparcels: {{box: {part}}}\n{TAIL}") == [problem]


@pytest.mark.parametrize(
    ("expect", "problem"),
    [
        ("{rows: [{reason: VALID}]}", ("3:17: a row is named by either 'parcel', or 'order' and 'package'; "
         "give one of them")),
        ("{rows: [{parcel: box}, {parcel: box}]}", ("3:32: this row is expected twice, first in line 3; "
         "put them together")),
        ("{rows: [{parcel: box, absent: true, reason: VALID}]}", ("3:17: the row is to be absent, so it has no reason; "
         "remove one of them")),
        ("{rows: [{parcel: box, package: 2}]}", "3:40: parcel 'box' is in no package 2; leave 'package' out"),
        ("{rows: [{order: 1-1-1}]}", "3:25: order '1-1-1' is unknown; no order of this scenario has an 'id'"),
        ("{rows: [{parcel: box, tracking_id: {any_of: []}}]}", "3:53: expected at least one value, found a list"),
        ("{rows: [{parcel: box, tracking_id: {value: 1}}]}", ("3:44: write a text, {any_of: [...]}, "
         "or {value: ..., within: ...}")),
        ("{rows: [{parcel: box, first_scan_at: {value: day 1, within: soon}}]}", ("3:46: 'soon' is no length of time; "
         "write e.g. '90s', '30m', '2h' or '1d'")),
        ("{}", "3:9: nothing is expected; give 'rows', 'rates', 'unanswered', 'excluded' or 'conduct'"),
        ("[{rows: []}, {rows: []}]", "3:10: several reports; say with 'at' which one this is about"),
        ("[{at: day 30, rows: []}, {at: 2026-04-01, rows: []}]", ("3:39: this report is expected twice; "
         "put the expectations together")),
        ("{conduct: {usp: {calls: {at_most: 4}}}}", "3:20: carrier 'usp' is unknown"),
        ("{conduct: {ups: {}}}", "3:25: nothing is expected; give calls, tokens, batch_size"),
        ("{conduct: {ups: {calls: {}}}}", "3:33: nothing is expected; give at_least, at_most or exactly"),
        ("{conduct: {ups: {calls: {at_least: 3, at_most: 2}}}}", "3:33: no number is at least 3 and at most 2"),
        ("{conduct: {ups: {tokens: {exactly: 1, at_most: 2}}}}", "3:34: 'exactly' stands alone"),
        ("{conduct: {ups: {findings: [retry_strom]}}}", ("finding 'retry_strom' is unknown; "
         "did you mean 'retry_storm'?")),
        ("{rows: [], conduct: {ups: {call: {at_most: 4}}}}", "3:36: unknown key 'call'; did you mean 'calls'?"),
        ("{rows: 5}", "3:16: expected a list, found the text '5'"),
    ],
)  # fmt: skip
def test_wrong_expectation_is_told_where_it_is_wrong(problems: Problems, expect: str, problem: str) -> None:
    assert any(each.startswith(problem) or each.endswith(problem) for each in problems(f"{HEAD}expect: {expect}\n"))


@pytest.mark.parametrize("name", ["America", "../etc/passwd", "", "Mars/Olympus_Mons"])
def test_time_zone_that_is_none_is_told(problems: Problems, name: str) -> None:
    (problem,) = problems(f"{HEAD}timezone: '{name}'\n{TAIL}")
    assert problem.startswith(f"3:11: time zone '{name}' is unknown; ")


def test_missing_expectation_is_told(problems: Problems) -> None:
    assert problems(HEAD) == ["1:1: 'expect' is missing"]


def test_report_without_expectation_is_told(problems: Problems) -> None:
    text = HEAD + "report_at: [day 2, day 30]\nexpect: [{at: day 2, rows: []}]\n"
    assert problems(text) == ["3:20: no expectation for this report; add one under 'expect' with the same 'at'"]


def test_expectation_of_a_report_that_is_not_drawn_is_told(problems: Problems) -> None:
    text = HEAD + "report_at: day 30\nexpect: {at: day 31, rows: []}\n"
    assert "4:14: no report is drawn at this instant; correct it, or 'report_at'" in problems(text)


def test_local_time_that_does_not_exist_is_told_where_it_stands(problems: Problems) -> None:
    text = HEAD + "timezone: America/Chicago\norders: [{confirm: {at: day 6 02:30}}]\n" + TAIL
    assert problems(text) == [
        "4:25: 2026-03-08 02:30:00 does not exist in America/Chicago: clocks were set forward; add an offset"
    ]


def test_name_that_stands_twice_in_a_file_is_told(problems: Problems) -> None:
    assert problems(f"{HEAD}{TAIL}---\n{HEAD}{TAIL}") == [
        "5:11: 'S' stands twice, first in line 1; give it another name"
    ]


def test_file_without_scenario_is_told(problems: Problems) -> None:
    assert problems("# nothing\n") == ["1:1: no scenario in this file; write one, beginning with 'scenario: '"]


def test_document_that_is_no_mapping_is_told(problems: Problems) -> None:
    assert problems("- a\n") == ["1:1: expected a scenario (a mapping), found a list"]


def test_scenario_without_parcels_and_orders_is_told(problems: Problems) -> None:
    assert problems("scenario: S\nexpect: {rows: []}\n") == [
        "1:11: neither parcels nor orders; a scenario needs at least one of them"
    ]
