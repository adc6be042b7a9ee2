"""Files as people get them wrong: each is told with the line and column of the mistake, and with what was meant."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from vtr.errors import ScenarioFileError
from vtr.language import loader, yaml_tree
from vtr.story import builder

FOLDER = Path(__file__).parent / "broken"
SPELLED = {"ups": "UPS", "usps": "USPS", "fedex": "FedEx", "dhl": "DHL", "chinapost": "China Post"}

# Of each file: the line and column of the (first) mistake, and what must be said of it.
BROKEN: Mapping[str, tuple[int, int, str]] = {
    "alias": (5, 15, "scenarios have no anchors"),
    "alias-bomb": (2, 4, "scenarios have no anchors"),
    "carrier": (3, 18, "did you mean 'ups'?"),
    "fault": (5, 12, "did you mean 'rate_limited'?"),
    "huge-package-number": (7, 16, "is in no package 99999"),
    "journey": (3, 32, "did you mean 'delivered'?"),
    "key-of-a-cell": (7, 21, "did you mean 'any_of'?"),
    "key-of-a-confirmation": (5, 26, "did you mean 'tracking'?"),
    "key-of-a-fault": (5, 41, "did you mean 'calls'?"),
    "key-of-a-matrix-entry": (2, 39, "did you mean 'tags'?"),
    "key-of-a-package": (7, 9, "did you mean 'buy_shipping'?"),
    "key-of-a-parcel": (5, 5, "did you mean 'journey'?"),
    "key-of-a-rate": (6, 27, "did you mean 'counted'?"),
    "key-of-a-row": (7, 7, "did you mean 'no_valid_tracking'?"),
    "key-of-a-scan": (6, 37, "did you mean 'place'?"),
    "key-of-an-edit": (6, 21, "did you mean 'carrier'?"),
    "key-of-an-order": (6, 5, "did you mean 'category'?"),
    "key-of-the-defaults": (2, 3, "did you mean 'timezone'?"),
    "key-of-the-scenario": (2, 1, "did you mean 'parcels'?"),
    "key-twice": (5, 1, "first in line 4"),
    "kind-of-scan": (3, 49, "did you mean 'accepted'?"),
    "name-of-the-matrix": (4, 18, "did you mean 'carrier'?"),
    "not-utf-8": (5, 6, "save the file as UTF-8"),
    "nul": (3, 34, "character 0x00"),
    "open-bracket": (5, 1, "that begins in line 4"),
    "parcel-of-a-row": (6, 16, "did you mean 'crate'?"),
    "parcel-of-an-order": (5, 13, "did you mean 'crate'?"),
    "price": (5, 12, "write e.g. '25.00 USD'"),
    "scenario-twice": (8, 11, "first in line 1"),
    "tab": (3, 1, "indent with blanks"),
    "tag-of-yaml": (3, 8, "scenarios have no tags"),
    "time": (4, 12, "write e.g. 'day 3 14:00'"),
    "time-that-does-not-exist": (6, 19, "add an offset"),
    "time-zone": (4, 11, "did you mean 'America/Chicago'?"),
    "too-deep": (4, 40, "nested more than 32 deep"),
}
SEVERAL = {"alias": 2, "alias-bomb": 15}  # problems; of all others there is one


@pytest.mark.parametrize("name", BROKEN)
def test_mistake_is_told_where_it_stands_and_nothing_else(name: str) -> None:
    path = FOLDER / f"{name}.yaml"
    with pytest.raises(ScenarioFileError) as caught:
        builder.build_stories(path, loader.load_file(path, path.name), profile="us-2019", spelling=lambda _: SPELLED)
    line, column, said = BROKEN[name]
    problem = caught.value.problems[0]
    assert (problem.line, problem.column) == (line, column)
    assert said in problem.message
    assert len(caught.value.problems) == SEVERAL.get(name, 1)


def test_every_broken_file_has_its_line_here() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(BROKEN)


HEAD = "scenario: S\nparcels: {box: {carrier: ups}}\n"


@pytest.mark.parametrize(
    "line",
    [
        "expect: {rows: [{parcel: box, package: " + "9" * 5_000 + "}]}",
        "expect: {rows: [{parcel: box, reason: {value: 1e999999999, within: 1e999999999}}]}",
        "expect: {rows: [{parcel: box, first_scan_at: {value: day 1, within: 9999999999d}}]}",
        "expect: {rows: []}\nreport_at: +99999999999d",
        "expect: {rows: []}\nfaults: [{fault: rate_limited, chance: " + "9" * 5_000 + "}]",
        "expect: {rows: []}\nmatrix: {a: [" + "x," * 1_000 + "]}\nrules: [" + "$a," * 1_000 + "]",
    ],
)
def test_huge_values_are_problems_and_no_breakdown(line: str) -> None:
    documents = yaml_tree.parse(f"{HEAD}{line}\n", "x.yaml")
    with pytest.raises(ScenarioFileError):
        builder.build_stories(
            Path("x.yaml"), loader.parse_documents(documents, "x.yaml"), profile="us-2019", spelling=lambda _: SPELLED
        )
