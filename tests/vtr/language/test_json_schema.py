import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from vtr import bundled, pytest_plugin, validators
from vtr.language import json_schema, loader
from vtr.language.key_words import WORDS
from vtr.play import doors, runner
from vtr.reference.protocol import validate
from vtr.story import builder
from vtr.validators import Request, Wait
from vtr.validators.answer import Answer

CASES = sorted(bundled.CASES.rglob("*.yaml"))
VALID = {"scenario": "S", "parcels": {"box": {"carrier": "ups"}}, "expect": {"rows": []}}


class Loader(yaml.SafeLoader):
    """Reads as an editor does (YAML 1.2): dates are texts."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("name", json_schema.SCHEMAS)
def test_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(json_schema.SCHEMAS[name]())


def test_bundled_scenarios_are_accepted() -> None:
    validator = Draft202012Validator(json_schema.scenario())
    wrong = [
        f"{path.name}: {'/'.join(map(str, error.path))}: {error.message[:200]}"
        for path in CASES
        for document in yaml.load_all(path.read_text(encoding="utf-8"), Loader=Loader)
        for error in validator.iter_errors(document)
    ]
    assert not wrong


@pytest.mark.parametrize(
    "more",
    [
        {"parcel": {}},
        {"parcels": {"box": {"carrier": "upps"}}},
        {"parcels": {"box": {"carrier": "ups", "journey": "delivred"}}},
        {"orders": [{"parcle": "box"}]},
        {"expect": {"row": []}},
        {"faults": [{"fault": "rate_limted"}]},
        {"orders": 3},
        {"quotas": {"ups": {"call": 5}}},
        {"matrix": {"carrier": "ups"}},
        {"matrix": {"carrier": [{"value": "ups", "tag": ["slow"]}]}},
    ],
)
def test_mistakes_are_refused(more: dict[str, Any]) -> None:
    validator = Draft202012Validator(json_schema.scenario())
    assert validator.is_valid(VALID)
    assert not validator.is_valid({**VALID, **more})


@pytest.mark.parametrize(
    ("document", "good"),
    [
        ({"defaults": {"tags": ["slow"], "profile": "uk-2021", "report_at": ["day 2", "day 30"]}}, True),
        ({"defaults": {"tag": ["slow"]}}, False),
        ({"defaults": {"expect": {"rows": []}}}, False),
        ({"defaults": {}, **VALID}, False),
        ({**VALID, "quotas": True}, True),
        (
            {**VALID, "matrix": {"carrier": ["ups", {"value": "usps", "tags": ["slow"]}, {"value": 1, "within": 2}]}},
            True,
        ),
    ],
)
def test_documents_of_defaults_and_matrix_entries_with_tags_are_known(
    document: dict[str, Any],
    good: bool,  # noqa: FBT001 (a table's column)
) -> None:
    assert Draft202012Validator(json_schema.scenario()).is_valid(document) is good


def test_each_part_and_each_key_has_words_for_an_editor_and_no_words_are_of_another_key() -> None:
    made = json_schema.scenario()
    assert all(part["description"] for part in (made, *made["$defs"].values()))
    keys = {
        (name, key): entry["description"]
        for name, part in made["$defs"].items()
        for key, entry in part["properties"].items()
    }
    assert all(keys.values())
    assert set(keys) | {("Document of defaults", "defaults")} == {
        (name, key) for name, words in WORDS.items() for key in words
    }


class Both:
    """Checks what the harness asks, and what the bundled validator answers."""

    name = "both"

    def __init__(self) -> None:
        self._requests = Draft202012Validator(json_schema.request())
        self._answers = Draft202012Validator(json_schema.answer())

    def validate(self, request: Request, *, wait: Wait) -> Answer:
        self._requests.validate(request)
        answer = validate(request, wait=wait)
        self._answers.validate(json.loads(json.dumps(answer)))
        return validators.answer_of(answer, self.name)


def test_requests_and_answers_of_the_bundled_suite_are_of_the_protocol(pytestconfig: pytest.Config) -> None:
    spelling = pytestconfig.stash[pytest_plugin._BENCH].spelling
    both = Both()
    for path in CASES[::6]:
        if "readings" not in path.read_text(encoding="utf-8"):
            for told in builder.build_stories(path, loader.read(path, path.name), profile="us-2019", spelling=spelling):
                runner.run(told, both, doors.in_process)


@pytest.mark.parametrize(
    ("given", "good"),
    [
        ([{"order_id": "A"}], True),
        ({"error": "out of paper"}, True),
        ({"rows": [{"order_id": "A", "no_valid_tracking": "x"}]}, False),
        ({"rows": [{"order": "A"}]}, False),
        ({"row": []}, False),
    ],
)
def test_answers_are_told_from_what_is_none(given: object, good: bool) -> None:  # noqa: FBT001 (a table's column)
    assert Draft202012Validator(json_schema.answer()).is_valid(given) is good
