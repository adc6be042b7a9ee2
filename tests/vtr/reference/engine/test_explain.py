"""Why a package got what it got: the submission, the scans, the rules. What is told agrees with the report."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vtr.reference.engine.explain import explain
from vtr.reference.engine.in_memory import Engine
from vtr.reference.report.explanation import Explanation

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Stories

    from vtr.reference.rules.profile_reader import Profile

GOOD = "1Z999AA10123456784"
WRONG = "1Z999AA10123456799"


def told(story: "Stories", **changed: Any) -> Explanation:  # noqa: ANN401 (fields of a case)
    case = story.case(**changed)
    (explanation,) = explain(story.engine, case.given(), case.as_of).values()
    return explanation


def edited(story: "Stories", when: datetime) -> dict[str, Any]:
    return {
        "submissions": [{"tracking_number": WRONG}, {"tracking_number": GOOD, "submitted_at": when}],
        "answers": [
            story.unknown("ups", WRONG),
            story.known(
                "ups", GOOD, story.scan("I/OR", story.at(3, "16:00:00")), story.scan("D/FS", story.at(6, "14:00:00"))
            ),
        ],
    }


def test_an_edit_after_the_delivery_is_kept_out_by_its_rule(story: "Stories") -> None:
    explanation = told(story, **edited(story, story.at(6, "14:00:01")))
    first, second = explanation.submissions
    assert (first.judged, second.judged) == (True, False)
    kept_out = second.kept_out_by
    assert kept_out is not None
    assert kept_out.rule.name == "EDIT_BEFORE_DELIVERY"
    assert kept_out.values == {
        "submitted_at": "2026-03-06T14:00:01Z",
        "seq": 2,
        "delivered_so_far": "2026-03-06T14:00:00Z",
    }
    assert explanation.hit is not None
    assert (explanation.hit.rule.name, explanation.hit.values) == ("NUMBER_UNKNOWN", {"number_known": False})


def test_an_edit_in_time_replaces_what_stood_there(story: "Stories") -> None:
    first, second = told(story, **edited(story, story.at(5))).submissions
    assert (first.judged, first.superseded_by, first.kept_out_by) == (False, 2, None)
    assert (second.judged, second.superseded_by) == (True, None)


def test_each_scan_that_does_not_count_says_why(story: "Stories") -> None:
    scans = [
        story.scan("I/OR", story.at(1)),
        story.scan("M/MP", story.at(2, "18:00:00")),
        story.scan("I/AR", story.at(4)),
        story.scan("I/CA", story.at(5)),
        story.scan("D/FS", datetime(2026, 5, 1, tzinfo=UTC)),
    ]
    explanation = told(story, scans=scans)
    assert [(scan.code, scan.counts, scan.why_not) for scan in explanation.scans] == [
        ("I/OR", False, "before the order was placed, 2026-03-02T10:00:00Z"),
        ("M/MP", False, "nobody read the parcel"),
        ("I/AR", False, "taken back by a later event"),
        ("I/CA", False, "takes an earlier event back"),
        ("D/FS", False, "after the report: it happened 2026-05-01T00:00:00Z"),
    ]
    assert (explanation.decision, explanation.first_scan_at, explanation.delivered_at) == ("NO_SCAN", None, None)


def test_the_rules_are_told_up_to_the_one_that_holds(story: "Stories") -> None:
    rules = told(story, submissions=[{"tracking_number": "9400-1118"}]).rules
    assert [(rule.rule.name, rule.holds) for rule in rules[-2:]] == [
        ("INVALID_ID_BLANK", False),
        ("INVALID_ID_CHARS", True),
    ]


def test_a_valid_package_has_passed_every_rule(story: "Stories") -> None:
    explanation = told(story)
    assert explanation.hit is None
    assert [rule.rule.name for rule in explanation.rules] == [
        rule.name for rule in story.engine.profile.rules if rule.stage != "submission"
    ]
    assert not any(rule.holds for rule in explanation.rules)


def test_what_the_population_leaves_out_is_told_by_its_rule(story: "Stories") -> None:
    explanation = told(story, submissions=[])
    assert list(explanation.lines()) == [
        (
            "114-3941689-8772232: not in the report, NOT_CONFIRMED. A package is measured once it has been confirmed as"
            " shipped."
        ),
        (
            "  rule:       confirmed_at IS NULL OR confirmed_at > as_of; here as_of 2026-04-01T00:00:00Z, confirmed_at"
            " unknown"
        ),
        "              (source R1, grade A; what would pass: confirmed at the instant of the report or before)",
    ]


def test_a_seller_can_read_why_a_number_under_another_carriers_name_has_its_mark(story: "Stories") -> None:
    known = story.known("ups", GOOD, story.scan("I/OR", story.at(4)))
    explanation = told(story, submissions=[{"carrier_code": "USPS"}], answers=[story.unknown("usps", GOOD), known])
    assert list(explanation.lines()) == [
        "114-3941689-8772232/1: X, CARRIER_MISMATCH. The named carrier does not know the number, another carrier does.",
        "  judged:     the one submission, 2026-03-03T09:00:00Z: USPS, '1Z999AA10123456784'",
        "  answer:     USPS does not know 1Z999AA10123456784; UPS does",
        "  rule:       NOT number_known AND known_elsewhere; here number_known false, known_elsewhere true",
        "              (source R8, grade A; what would pass: a number that both know, under either name)",
        "  passed:     INVALID_ID_BLANK, INVALID_ID_CHARS, CARRIER_UNSUPPORTED",
    ]


def test_a_missing_answer_says_whose_and_no_rule_that_needs_it_is_told(story: "Stories") -> None:
    explanation = told(story, answers=[story.silent("ups", GOOD)])
    assert (explanation.state, explanation.unanswered_why) == ("unanswered", "ups answered 503")
    assert explanation.rules[-1].rule.name == "CARRIER_UNSUPPORTED"


def test_a_rule_of_a_users_profile_is_explained_in_its_words(
    story: "Stories", changed_profile: "Callable[..., Profile]"
) -> None:
    rule = """  - rule: NO_SCAN
    stage: evidence
    source: my own
    grade: X
    says: Two scans are needed here.
    right: two
    wrong: one
    when: physical_scans < 3
  - rule: NO_SCAN_2
"""
    case = story.case()
    with Engine(changed_profile({"  - rule: NO_SCAN\n": rule})) as engine:
        (explanation,) = explain(engine, case.given(), case.as_of).values()
    assert explanation.says == "Two scans are needed here."
    assert explanation.hit is not None
    assert explanation.hit.values == {"physical_scans": 2}


def test_only_the_orders_asked_for_are_explained(story: "Stories") -> None:
    case = story.case()
    assert explain(story.engine, case.given(), case.as_of, orders=["another"]) == {}


def test_text_that_would_move_a_cursor_is_written_as_its_code(story: "Stories") -> None:
    lines = list(told(story, order={"order_id": "a\x1b[31m\nb"}).lines())
    assert lines[0].startswith("a\\x1b[31m\\x0ab/1: valid.")


HOURS = st.integers(0, 24 * 27)
LINES = st.lists(
    st.tuples(HOURS, st.sampled_from(["UPS", "ups"]), st.sampled_from([GOOD, WRONG, "", "9-4"])), min_size=1, max_size=3
)
SCANS = st.lists(st.tuples(st.sampled_from(["M/MP", "I/AR", "I/CA", "D/FS"]), HOURS), max_size=4)


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, scans=SCANS, silent=st.booleans())
def test_an_explanation_never_contradicts_the_report(
    story: "Stories", lines: list[tuple[int, str, str]], scans: list[tuple[str, int]], *, silent: bool
) -> None:
    def when(hours: int) -> datetime:
        return story.at(1 + hours // 24, f"{hours % 24:02}:00:00")

    case = story.case(
        submissions=[
            {"submitted_at": when(hours), "carrier_code": code, "tracking_number": number}
            for hours, code, number in sorted(lines)
        ],
        answers=[
            story.known(
                "ups", GOOD, *(story.scan(code, when(hours)) for code, hours in sorted(scans, key=lambda s: s[1]))
            ),
            story.silent("ups", WRONG) if silent else story.unknown("ups", WRONG),
        ],
    )
    report = story.engine.decide(case.given(), case.as_of)
    (explanation,) = explain(story.engine, case.given(), case.as_of).values()
    decisions = [*(row.reason for row in report.rows), *(package.why for package in report.excluded)]
    assert [explanation.decision] == (decisions or ["unanswered"])
    assert sum(submission.judged for submission in explanation.submissions) <= 1
    for row in report.rows:
        (judged,) = [submission for submission in explanation.submissions if submission.judged]
        assert judged.tracking_number == row.tracking_id or row.tracking_id.endswith("-InvalidId")
        counting = [scan.at for scan in explanation.scans if scan.counts]
        assert (min(filter(None, counting)) if counting else None) == row.first_scan
        delivered = [scan.at for scan in explanation.scans if scan.delivers]
        assert (min(filter(None, delivered)) if delivered else None) == row.actual_delivery
        hit = explanation.hit
        assert (hit is None) == (row.reason == "VALID")
        assert [rule.rule.name for rule in explanation.rules if rule.holds] == ([] if hit is None else [row.reason])
