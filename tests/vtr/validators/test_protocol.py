import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from jsonschema import Draft202012Validator

from simulator.parcel import Submission
from vtr import bundled, validators
from vtr.language import loader
from vtr.language.schema import RATE_COLUMNS, ROW_COLUMNS, Money
from vtr.play import doors, runner
from vtr.reference.protocol import validate
from vtr.story import builder
from vtr.validators import Request, Wait, protocol
from vtr.validators.answer import Answer

CASES = sorted(bundled.CASES.rglob("*.yaml"))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
IN_CHICAGO = datetime(2026, 3, 2, 6, tzinfo=timezone(timedelta(hours=-6)))


@pytest.mark.parametrize("name", protocol.SCHEMAS)
def test_schema_is_a_json_schema(name: str) -> None:
    Draft202012Validator.check_schema(protocol.SCHEMAS[name]())


def test_schema_of_an_answer_names_every_column_that_scenarios_compare() -> None:
    whole = protocol.answer_schema()["anyOf"][0]["properties"]
    assert set(ROW_COLUMNS) < set(whole["rows"]["items"]["properties"])
    assert set(RATE_COLUMNS) < set(whole["rates"]["anyOf"][0]["items"]["properties"])


def test_instant_is_written_in_utc_with_z() -> None:
    assert protocol.instant(IN_CHICAGO) == protocol.instant(NOON) == "2026-03-02T12:00:00Z"


def test_built_request_is_of_the_schema() -> None:
    submissions = [Submission(NOON, "UPS", "1Z1"), Submission(NOON + timedelta(hours=1), "Other", "", "Haulier")]
    order = protocol.order(
        order_id="A",
        placed_at=IN_CHICAGO,
        category="Kitchen",
        current_category="Garden",
        promised_delivery_date=date(2026, 3, 9),
        price=Money("25.00", "USD"),
        ship_from="US",
        ship_to="US",
        fulfilled_by="seller",
        cancelled_at=None,
    )
    package = protocol.package("A", 1, buy_shipping=False, submissions=submissions)
    request = protocol.request(
        as_of=NOON,
        profile="us-2019",
        marketplace="US",
        orders=[order],
        packages=[package],
        carriers={"ups": {"base_url": "u", "client_id": "i", "client_secret": "s"}},
    )
    Draft202012Validator(protocol.request_schema()).validate(request)
    assert request["orders"][0]["placed_at"] == package["confirmed_at"] == "2026-03-02T12:00:00Z"
    assert [each["tracking_number"] for each in package["submissions"]] == ["1Z1", ""]


def test_columns_of_the_files_are_the_keys_of_the_request() -> None:
    assert protocol.ORDER_COLUMNS[:2] == ("order_id", "placed_at")
    assert (
        *("order_id", "package", "confirmed_at", "buy_shipping", "submitted_at"),
        *("carrier_code", "carrier_name", "tracking_number", "ship_method"),
    ) == protocol.CONFIRMATION_COLUMNS


class Both:
    """Checks the requests of the harness, and the answers of the bundled validator."""

    name = "both"

    def __init__(self) -> None:
        self._requests = Draft202012Validator(protocol.request_schema())
        self._answers = Draft202012Validator(protocol.answer_schema())

    def validate(self, request: Request, *, wait: Wait) -> Answer:
        self._requests.validate(request)
        answer = validate(request, wait=wait)
        self._answers.validate(json.loads(json.dumps(answer)))
        return validators.answer_of(answer, self.name)


def test_requests_and_answers_of_the_bundled_suite_are_of_the_protocol() -> None:
    both = Both()
    for path in CASES[::6]:
        if "readings" not in path.read_text(encoding="utf-8"):
            for story in builder.build_stories(path, loader.load_file(path, path.name), profile="us-2019"):
                runner.run(story, both, doors.in_process)


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
def test_answers_are_accepted_and_anything_else_is_refused(given: object, good: bool) -> None:  # noqa: FBT001 (a table's column)
    assert Draft202012Validator(protocol.answer_schema()).is_valid(given) is good
