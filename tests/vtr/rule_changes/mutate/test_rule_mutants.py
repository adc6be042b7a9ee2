"""What is changed in a rule: a mutant of each kind."""

import pytest

from vtr.rule_changes.mutate.mutant import Mutant

LATE = "UPLOADED_AFTER_DELIVERY"


def test_a_comparison_gets_other_signs_and_a_shifted_boundary(mutants: dict[str, Mutant]) -> None:
    assert {name: mutant.after for name, mutant in mutants.items() if mutant.about == LATE} == {
        f"{LATE}:dropped": "(no such rule)",
        f"{LATE}:comparison-1:>=": "submitted_at >= delivered_at",
        f"{LATE}:comparison-1:<": "submitted_at < delivered_at",
        f"{LATE}:comparison-1:+1-second": "submitted_at > delivered_at + INTERVAL '1' SECOND",
        f"{LATE}:comparison-1:-1-second": "submitted_at > delivered_at - INTERVAL '1' SECOND",
        f"{LATE}:comparison-1:+1-hour": "submitted_at > delivered_at + INTERVAL '1' HOUR",
        f"{LATE}:comparison-1:-1-hour": "submitted_at > delivered_at - INTERVAL '1' HOUR",
    }


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("NO_SCAN:after-the-next", f"{LATE}, NO_SCAN"),
        ("NOT_CONFIRMED:exempt", "exempt"),
        ("EXEMPT_FREIGHT:left-out", "left out"),
        ("EXEMPT_FREIGHT:operand-2:dropped", "ship_method = 'Freight'"),
        ("EXEMPT_FREIGHT:junction-1:or", "(ship_method = 'Freight' OR NOT carrier_supported)"),
        ("NOT_CONFIRMED:null-1:not", "NOT confirmed_at IS NULL OR confirmed_at > as_of"),
        ("CARRIER_UNSUPPORTED:not-1:dropped", "carrier_supported"),
        ("BEFORE_WINDOW:comparison-1:+1-day", "promised_delivery_date < CAST(window_start + INTERVAL '1' DAY AS DATE)"),
        ("REFLECTED_WITHIN_72_HOURS:interval-1:-1", "submitted_at + INTERVAL '71' HOUR <= as_of"),
        (
            "EXEMPT_ABROAD_LOW_VALUE:number-1:+1",
            "ship_from <> 'US' AND total_price <= 5.01 AND currency = 'USD'",
        ),
        ("INVALID_ID_BLANK:pattern-1:no-end", r"REGEXP_MATCHES(tracking_text, '^[\s\p{Z}]*')"),
        ("INVALID_ID_BLANK:pattern-1:class-1:without-\\s", r"REGEXP_MATCHES(tracking_text, '^[\p{Z}]*$')"),
    ],
)
def test_each_kind_of_rule_mutant_is_made(name: str, after: str, mutants: dict[str, Mutant]) -> None:
    assert mutants[name].after == after
