"""What two validators disagree on in a story."""

from collections.abc import Callable
from typing import Any

from vtr.language import yaml_writer
from vtr.language.yaml_writer import Document
from vtr.rule_changes.fuzz.disagreements import DifferentialTest

Change = Callable[[dict[str, Any]], dict[str, Any]]
Differences = Callable[[str, Change, str], list[str]]


def test_rates_alone_may_differ(
    differential_test: Callable[[Change], DifferentialTest], differences: Differences, blank: Document
) -> None:
    def halved(reply: dict[str, Any]) -> dict[str, Any]:
        return {**reply, "rates": [{**rate, "valid": 0} for rate in reply["rates"]]}

    found = differential_test(halved).run(blank)
    assert found is not None
    assert found.disagreements == {("rates", "", "")}
    assert differences(yaml_writer.format_document(found.document), halved, "a.yaml") == ["valid", "valid"]


def test_row_too_many_and_row_too_few_are_told_apart(
    differential_test: Callable[[Change], DifferentialTest], blank: Document
) -> None:
    def none(reply: dict[str, Any]) -> dict[str, Any]:
        return {**reply, "rows": []}

    def extra(reply: dict[str, Any]) -> dict[str, Any]:
        return {**reply, "rows": [*reply["rows"], {**reply["rows"][0], "order_id": "X"}]}

    fewer, more = differential_test(none).run(blank), differential_test(extra).run(blank)
    assert fewer is not None
    assert more is not None
    assert {(column, reported) for column, _, reported in fewer.disagreements} == {("row", "nothing")}
    assert {(column, expected) for column, expected, _ in more.disagreements} == {("row", "nothing")}
