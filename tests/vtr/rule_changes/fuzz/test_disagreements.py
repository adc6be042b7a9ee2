"""What two validators disagree on in a story."""

from collections.abc import Callable
from typing import Any

from vtr.language import yaml_writer
from vtr.language.yaml_writer import Document
from vtr.rule_changes.fuzz.disagreements import Court

Change = Callable[[dict[str, Any]], dict[str, Any]]
Differences = Callable[[str, Change, str], list[str]]


def test_rates_alone_may_differ(court: Callable[[Change], Court], differences: Differences, blank: Document) -> None:
    def halved(reply: dict[str, Any]) -> dict[str, Any]:
        return {**reply, "rates": [{**rate, "valid": 0} for rate in reply["rates"]]}

    dispute = court(halved).run(blank)
    assert dispute is not None
    assert dispute.disagreements == {("rates", "", "")}
    assert differences(yaml_writer.text_of(dispute.document), halved, "a.yaml") == ["valid", "valid"]


def test_row_too_many_and_row_too_few_are_told_apart(court: Callable[[Change], Court], blank: Document) -> None:
    def none(reply: dict[str, Any]) -> dict[str, Any]:
        return {**reply, "rows": []}

    def extra(reply: dict[str, Any]) -> dict[str, Any]:
        return {**reply, "rows": [*reply["rows"], {**reply["rows"][0], "order_id": "X"}]}

    fewer, more = court(none).run(blank), court(extra).run(blank)
    assert fewer is not None
    assert more is not None
    assert {(column, reported) for column, _, reported in fewer.disagreements} == {("row", "nothing")}
    assert {(column, expected) for column, expected, _ in more.disagreements} == {("row", "nothing")}
