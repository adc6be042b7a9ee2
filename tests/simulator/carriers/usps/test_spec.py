"""USPS's answers against the published Package Tracking spec 3.2.6, with every known departure listed."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest
from sample_parcels import TULSA, MakeView

from simulator.carriers.usps import CARRIER
from simulator.carriers.usps.events import CODES
from simulator.exchange import Request, Response
from simulator.parcel import Parcel, ScanEvent
from simulator.places import place

HOST = CARRIER.hosts[0]
ASKED = Request("GET", HOST, "/tracking/v3/tracking/9205590000000100000018")
NUMBER = "9205590000000100000018"
START = datetime(2026, 3, 2, tzinfo=UTC)
PLACES = (TULSA, place("Shenzhen, CN"), None)

# Where live answers have it otherwise than the spec (captures of 2024, two independent sources); the wire wins.
DEPARTURES = {
    # The spec says boolean; the wire has the texts "true" and "false".
    "emailEnabled: type",
    "kahalaIndicator: type",
    "proofOfDeliveryEnabled: type",
    "restoreEnabled: type",
    "RREEnabled: type",
    "trackingEvents.authorizedAgent: type",
    # The spec says text; the wire has null where there is nothing to tell.
    "trackingEvents.eventCountry: type",
    "trackingEvents.eventCity: type",
    "trackingEvents.eventState: type",
    "trackingEvents.eventZIP: type",
    "trackingEvents.firm: type",
    "trackingEvents.name: type",
    # The spec lists names in capitals; the wire has marketing text with HTML.
    "mailClass: enum",
    "mailType: enum",
    # Members that the spec doesn't name, or spells otherwise (RRAMenabled, uniqueMailPieceId).
    "RRAMEnabled: unnamed",
    "uniqueMailPieceID: unnamed",
    "trackingEvents.additionalProp: unnamed",
}


def departures(answer: Response, schema: str, document: dict[str, Any]) -> set[str]:
    components = deepcopy(document["components"])
    for entry in components["schemas"].values():
        if "properties" in entry:
            entry["additionalProperties"] = False
    checker = jsonschema.Draft4Validator({"$ref": f"#/components/schemas/{schema}", "components": components})
    return set(_told(checker, json.loads(answer.body)))


def _told(checker: jsonschema.Draft4Validator, body: object) -> Iterator[str]:
    for error in checker.iter_errors(body):
        path = ".".join(step for step in error.absolute_path if isinstance(step, str))
        if error.validator == "additionalProperties":
            for name in set(error.instance) - set(error.schema["properties"]):
                yield f"{path}.{name}: unnamed".lstrip(".")
        else:
            yield f"{path}: {error.validator}"


def track(make_view: MakeView, parcels: list[Parcel], expand: str) -> Response:
    usps = make_view(CARRIER, parcels)
    headers = {"authorization": f"Bearer {usps.issue_token(60)}"}
    path = f"/tracking/v3/tracking/{NUMBER}"
    answer: Response = usps.ask(Request("GET", HOST, path, (("expand", expand),), headers))
    return answer


def batches() -> Iterator[Parcel]:
    """Every code, in histories of 90 (the spec allows 99 events), in places at home, abroad and nowhere."""
    story = [
        ScanEvent(START + timedelta(minutes=index), code=key, place=PLACES[index % 3])
        for index, key in enumerate(CODES.by_code)
    ]
    for first in range(0, len(story), 90):
        yield Parcel("usps", NUMBER, tuple(story[first : first + 90]), TULSA, TULSA)


def test_details_depart_from_the_spec_where_the_wire_does_and_nowhere_else(
    spec: Callable[[str], Any], make_view: MakeView
) -> None:
    document = spec("usps/tracking-3.2.6.yaml")
    found = [departures(track(make_view, [parcel], "DETAIL"), "TrackingDetails", document) for parcel in batches()]
    assert set().union(*found) == DEPARTURES


def test_summaries_keep_to_the_spec(spec: Callable[[str], Any], make_view: MakeView) -> None:
    document = spec("usps/tracking-3.2.6.yaml")
    for parcel in batches():
        assert departures(track(make_view, [parcel], "SUMMARY"), "TrackingSummary", document) == set()


def test_an_unknown_number_keeps_to_the_spec(spec: Callable[[str], Any], make_view: MakeView) -> None:
    document = spec("usps/tracking-3.2.6.yaml")
    assert departures(track(make_view, [], "DETAIL"), "ErrorMessage", document) == set()


@pytest.mark.parametrize("name", ["forbidden", "no_such_path", "server_error", "unavailable"])
def test_refusals_keep_to_the_spec(name: str, spec: Callable[[str], Any], make_view: MakeView) -> None:
    answer = getattr(CARRIER.refusals, name)(ASKED, make_view(CARRIER))
    assert departures(answer, "ErrorMessage", spec("usps/tracking-3.2.6.yaml")) == set()


def test_a_bad_token_s_source_is_text_where_the_spec_has_an_object(
    spec: Callable[[str], Any], make_view: MakeView
) -> None:
    answer = CARRIER.refusals.unauthorized(ASKED, make_view(CARRIER))
    assert departures(answer, "ErrorMessage", spec("usps/tracking-3.2.6.yaml")) == {"error.errors.source: type"}


@pytest.mark.parametrize(
    "numbers",
    [[NUMBER], ["9405591234567876543212"], [], [""]],
    ids=["without events", "unknown", "no number", "an empty number"],
)
def test_refusals_of_3_2_have_the_common_body_too(
    numbers: list[str], spec: Callable[[str], Any], make_view: MakeView
) -> None:
    usps = make_view(CARRIER, [Parcel("usps", NUMBER, (), TULSA, TULSA, registered=START)])
    body = json.dumps([{"trackingNumber": number} for number in numbers]).encode()
    headers = {"authorization": f"Bearer {usps.issue_token(60)}"}
    answer = usps.ask(Request("POST", HOST, "/tracking/v3r2/tracking", (), headers, body))
    assert answer.status in {400, 404}
    assert departures(answer, "ErrorMessage", spec("usps/tracking-3.2.6.yaml")) == set()
