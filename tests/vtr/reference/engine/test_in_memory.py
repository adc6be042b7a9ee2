"""What makes an engine quick on a few rows: statements are planned once, whatever tables they are run on."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from vtr.reference.engine import in_memory as engines
from vtr.reference.engine import statements
from vtr.reference.engine.in_memory import Engine
from vtr.reference.rules.profile_reader import load_profile, read_profile

if TYPE_CHECKING:
    from conftest import Stories


@pytest.mark.skipif(duckdb.__version__.startswith("1."), reason="DuckDB 1 tells of its planning in another form")
def test_the_statements_with_the_rules_are_planned_once(
    story: "Stories", monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(engines, "lock", lambda *_: None)  # or nothing would be told of it
    case = story.case()
    given, told = case.given(), tmp_path / "told.json"
    with Engine(load_profile("us-2019")) as engine:
        engine.pairs_to_ask(given.orders, given.submissions, case.as_of)
        engine.decide(given, case.as_of)
        engine._connection.execute(f"SET enable_profiling = 'json'; SET profiling_output = '{told}'")
        engine._connection.execute("SET profiling_mode = 'detailed'")
        engine._connection.execute("PREPARE zoned AS SELECT timezone('UTC', TIMESTAMP '2026-03-02 10:00:00')")
        planned = {}
        for name in ("asking", "verdict", "rates", "report", "zoned"):
            engine._connection.execute(f"EXECUTE {name}").fetchall()
            planned[name] = "expression_rewriter" in json.loads(told.read_text(encoding="utf-8"))["optimizer"]
    # DuckDB keeps no plan with `timezone` in it; that this is told shows that planning would be.
    assert planned == {"asking": False, "verdict": False, "rates": False, "report": False, "zoned": True}


def test_more_stages_can_be_looked_at_than_statements_are_kept(story: "Stories") -> None:
    case = story.case()
    profile = story.engine.profile
    numbers = range(engines._SELECTS_KEPT + 2)
    selects = [f"SELECT {number} AS number, seq FROM evidence" for number in numbers]  # noqa: S608 (numbers of ours)
    names = statements.CHAIN[: statements.CHAIN.index("evidence") + 1]
    for _ in range(2):
        rows = [
            story.engine.rows_of(statements.over_stages(profile, names, select), case.given(), case.as_of)
            for select in selects
        ]
        assert rows == [[{"number": number, "seq": 1}] for number in numbers]


def test_a_profile_from_which_every_carrier_is_removed_supports_none(story: "Stories") -> None:
    removed = ", ".join(f"'{carrier.name}'" for carrier in load_profile("us-2019").carriers)
    profile = read_profile(f"profile: mine\nextends: us-2019\ncarriers: {{remove: [{removed}]}}\n", "mine.yaml")
    case = story.case()
    with Engine(profile) as engine:
        assert engine.pairs_to_ask(case.given().orders, case.given().submissions, case.as_of) == ()
        (row,) = engine.decide(case.given(), case.as_of).rows
    assert row.reason == "CARRIER_UNSUPPORTED"
