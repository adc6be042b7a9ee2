"""A suite of three scenarios and a profile of three rules, whose coverage is counted by hand."""

from pathlib import Path

from vtr.suite.coverage import items, report
from vtr.suite.options import RunOptions
from vtr.suite.pytest_run import run
from vtr.suite.results import Result

# Three rules and their sides, counted by hand: two of ABROAD's first comparison, three of its second (one boundary),
# two of FIRST, four of LATE (one boundary, one NULL).
PROFILE = """\
profile: tiny
title: A policy of three rules
marketplace: US
zone: UTC
window_days: 30
lag_days: 14
target: 0.95
layout: us-2019
carriers: [{name: UPS, asks: ups}, {name: USPS, asks: usps}]
counting_classes: [scan]
switches: {prior_scans: ignore, inner_space: reject, full_width: reject, delivery_only: counts, column_e: number,
           target_met_at: equal}
rules:
  - {rule: ABROAD, stage: population, exempt: true, source: R18, grade: X, says: Cheap., right: no, wrong: yes,
     when: "ship_from <> 'US' AND total_price <= 5.00"}
  - {rule: FIRST, stage: submission, source: R10, grade: X, says: Only the first counts., right: no, wrong: yes,
     counts_when: seq = 1}
  - {rule: LATE, stage: evidence, source: R9, grade: X, says: Late., right: no, wrong: yes,
     when: submitted_at > delivered_at}
"""
LINES = {"ABROAD": 14, "FIRST": 16, "LATE": 18}

VALID = """\
scenario: Valid
profile: ../tiny.yaml
parcels: {box: {carrier: ups}}
expect: {rows: [{parcel: box, reason: VALID}]}
"""
LATE = """\
scenario: Late
profile: ../tiny.yaml
parcels: {box: {carrier: ups}}
orders: [{confirm: {at: "day 4 14:01"}}]
expect: {rows: [{parcel: box, reason: LATE}]}
"""
ABROAD = """\
scenario: Cheap from abroad
profile: ../tiny.yaml
parcels: {box: {carrier: ups}}
orders: [{price: 5.00 USD, ship_from: CN}]
faults: [{fault: lower_case}, {fault: rate_limited}]
expect: {rows: [{parcel: box, absent: true}]}
"""

# Reports nothing, and breaks down over an order from abroad.
EMPTY_JUDGE = """\
def judge(request):
    if request["orders"][0]["ship_from"] != "US":
        raise RuntimeError("out of paper")
    return []
"""

OF_LATE = {
    (items.RULES, "tiny.yaml", "LATE"),
    (items.COMPARISONS, "tiny.yaml", "LATE: submitted_at > delivered_at: true"),
}
OF_ABROAD = {
    (items.RULES, "tiny.yaml", "ABROAD"),
    (items.COMPARISONS, "tiny.yaml", "ABROAD: ship_from <> 'US': true"),
    (items.COMPARISONS, "tiny.yaml", "ABROAD: total_price <= 5.00: true"),
    (items.COMPARISONS, "tiny.yaml", "ABROAD: total_price <= 5.00: equal"),
    (items.FAULTS, "seller", "lower_case"),  # the other fault met no call: nobody is asked about an exempt order
}


def written_to(folder: Path) -> Path:
    (folder / "tiny.yaml").write_text(PROFILE)
    (folder / "cases").mkdir()
    for name, scenario in (("valid", VALID), ("late", LATE), ("abroad", ABROAD)):
        (folder / "cases" / f"{name}.yaml").write_text(scenario)
    return folder


def results_in(*, workers: str = "", validator: str = "vtr") -> tuple[Result, ...]:
    return run(RunOptions((Path("cases"),), validator, workers=workers, coverage=True)).results


def met(found: report.Coverage) -> set[items.Key]:
    return {item.key for item in found.items if item.covered_by}
