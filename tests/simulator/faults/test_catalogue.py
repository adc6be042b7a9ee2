"""The catalogue as a whole: every fault has a name, words, a source, parameters that hold."""

import re

import pytest

from simulator import MisuseError
from simulator.faults import Calls, Conditions, catalogue
from simulator.faults.catalogue import CATALOGUE
from simulator.faults.entry import Entry

FAMILIES = {"transport", "http", "payload", "tracking", "seller"}


def test_there_are_more_than_sixty_in_five_families() -> None:
    assert len(CATALOGUE) > 60
    assert {entry.family for entry in CATALOGUE} == FAMILIES


def test_names_are_unique_words() -> None:
    names = [entry.name for entry in CATALOGUE]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z_]+", name) for name in names)


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_entry_says_what_it_does_and_where_it_was_seen(entry: Entry) -> None:
    assert entry.effect
    assert entry.source
    assert entry.grade in {"A", "B", "C", "D"}
    assert (entry.grade == "D") == entry.source.startswith("our own") or entry.grade in {"C", "D"}
    assert all(parameter.unit and parameter.says for parameter in entry.parameters)


@pytest.mark.parametrize(
    ("name", "parameters", "conditions", "message"),
    [
        ("rate_limted", {}, {}, "fault 'rate_limted' is unknown; did you mean 'rate_limited'?"),
        ("slow_answer", {"second": 1}, {}, "parameter 'second' is unknown; did you mean 'seconds'?"),
        ("silence", {"seconds": 1}, {}, "parameter 'seconds' is unknown; it has none"),
        ("slow_answer", {"seconds": "nan"}, {}, "seconds: 'nan' is not a number of seconds from 0 to 3600"),
        ("slow_answer", {"seconds": -1}, {}, "seconds: -1 is not a number of seconds from 0 to 3600"),
        ("slow_body", {"pieces": 2.5}, {}, "pieces: 2.5 is not a whole number of pieces from 2 to 1000"),
        ("slow_answer", {"seconds": True}, {}, "seconds: True is not a number"),
        ("unasked_gzip", {"declared": "maybe"}, {}, "declared: 'maybe' is unknown; there are yes, no"),
        ("wrong_carrier", {"code": 7}, {}, "code: 7 is not a text"),
        ("silence", {}, {"operation": "trak"}, "there is no operation 'trak'; did you mean 'track'?"),
        ("token_life", {}, {"operation": "track"}, "it means nothing at operation 'track'; it acts on token"),
        ("false_z", {}, {"carrier": "ups"}, "it means nothing at 'ups'; only at usps"),
        ("label_only", {}, {"calls": Calls(first=1)}, "it acts on a parcel's scans, not on calls"),
        ("label_only", {}, {"operation": "track"}, "it acts on no call"),
        ("slow_answer", {"seconds": "-1"}, {}, "'-1' is not a number of seconds from 0 to 3600"),
        ("old_licence", {}, {"carrier": "dhl"}, "it means nothing at 'dhl'; only at ups"),
        (
            "slow_answer",
            {},
            {"carrier": "ups", "operation": "trak"},
            "there is no operation 'trak' at ups; did you mean 'track'",
        ),
        ("token_life", {}, {"carrier": "ups", "operation": "track"}, "it means nothing at operation 'track'"),
    ],
)
def test_what_can_never_be_met_is_refused(
    name: str, parameters: dict[str, object], conditions: dict[str, object], message: str
) -> None:
    with pytest.raises(MisuseError, match=re.escape(message)):
        catalogue.envelope(name, parameters, Conditions(**conditions))  # type: ignore[arg-type]


def test_numbers_are_read_from_texts_too() -> None:
    assert catalogue.find("slow_answer").fault({"seconds": "2.5"}) == catalogue.find("slow_answer").fault(
        {"seconds": 2.5}
    )
