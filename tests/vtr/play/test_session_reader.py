import pytest

from vtr.errors import ScenarioError, ScenarioFileError
from vtr.play import session_reader

ONE = "scenario: S\nparcels: {box: {carrier: ups, number: 1Z1}}\nexpect: {rows: []}\n"


def test_session_has_the_parcels_and_the_instant_of_the_only_scenario() -> None:
    session = session_reader.read_session(ONE)
    assert [parcel.tracking_number for parcel in session.parcels] == ["1Z1"]
    assert session.now.isoformat() == "2026-04-01T00:00:00+00:00"


def test_several_scenarios_are_refused_and_combinations_count() -> None:
    with pytest.raises(ScenarioError, match=r"^2 scenarios \(a matrix counts each combination\); send one at a time$"):
        session_reader.read_session(f"{ONE}---\n{ONE.replace('scenario: S', 'scenario: T')}")


def test_every_problem_is_named_with_its_line() -> None:
    with pytest.raises(ScenarioFileError) as caught:
        session_reader.read_session("scenario: S\nparcel: {}\nexpect: {row: []}\n")
    assert [problem.line for problem in caught.value.problems] == [2, 3]
