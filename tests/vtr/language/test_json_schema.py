from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from vtr import bundled
from vtr.language import json_schema

CASES = sorted(bundled.CASES.rglob("*.yaml"))
VALID = {"scenario": "S", "parcels": {"box": {"carrier": "ups"}}, "expect": {"rows": []}}


class Loader(yaml.SafeLoader):
    """Reads as an editor does (YAML 1.2): dates are texts."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_schema_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(json_schema.scenario())


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


def test_each_part_and_each_key_has_a_description() -> None:
    made = json_schema.scenario()
    assert all(part["description"] for part in (made, *made["$defs"].values()))
    assert all(entry["description"] for part in made["$defs"].values() for entry in part["properties"].values())


def test_description_of_a_key_is_the_text_under_its_field_also_an_inherited_one() -> None:
    models = json_schema.scenario()["$defs"]
    assert models["Scenario"]["properties"]["faults"]["description"] == "What goes wrong, and where."
    assert models["OrderPart"]["properties"]["buy_shipping"] == models["PackagePart"]["properties"]["buy_shipping"]
