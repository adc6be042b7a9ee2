"""A comparison for people."""

from collections.abc import Callable

from recomputed import expected_of

Ran = Callable[..., tuple[int, str]]


def test_markdown_has_what_a_reviewer_reads_and_a_budget_that_is_exceeded_fails(compared: Ran) -> None:
    count = len(expected_of("> to >="))
    options = ("--format=markdown", "--samples=1", f"--max-flips={count - 1}", "--max-rate-change=0.01")
    status, text = compared("> to >=", *options)
    assert status == 1
    assert f"| VALID | UPLOADED\\_AFTER\\_DELIVERY | {count} |" in text
    assert "when: submitted\\_at \\>= delivered\\_at" in text
    assert f"{count} rows flipped, allowed are {count - 1}" in text
    assert "all categories: the rate changes by -" in text
