"""FedEx's answers against the published Track API spec (1.0.0), with every known departure listed."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from sample_parcels import DENVER, MakeView

from simulator import places
from simulator.carriers.fedex import CARRIER
from simulator.carriers.fedex.events import CODES
from simulator.exchange import Request
from simulator.parcel import Parcel, ScanEvent

TORONTO = places.place("Toronto, ON, CA")

# Where the wire departs from the spec (B: captures of real answers put through the same schema).
DEPARTURES = {
    "additionalTrackingInfo.packageIdentifiers: 'carrierCode'",  # sent, as an empty text
    "additionalTrackingInfo.packageIdentifiers: 'values'",  # the spec calls it `value`
    "destinationLocation.locationType: '' is not one of",  # an empty text for a listed value
    "recipientInformation: 'contact'",  # an empty object
    "scanEvents.locationType: '' is not one of",
    "shipmentDetails: 'possessionStatus'",  # the spec has beforePossessionStatus, with the opposite sense
    "shipperInformation: 'contact'",
    "trackingNumberInfo.carrierCode: '' is not one of",  # of an unknown number
}


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """The schemas of a spec, refusing members that they do not name."""
    components = deepcopy(document["components"])
    for schema in components["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return {"components": components}


def complaints(answer: object, schema: dict[str, Any]) -> Iterator[str]:
    for error in jsonschema.Draft4Validator(schema).iter_errors(answer):
        path = ".".join(step for step in error.absolute_path if isinstance(step, str))
        path = path.removeprefix("output.completeTrackResults.trackResults.")
        if error.validator == "additionalProperties":
            for name in sorted(set(error.instance) - set(error.schema["properties"])):
                yield f"{path}: {name!r}"
        else:
            yield (
                f"{path}: {error.instance!r} is not one of" if error.validator == "enum" else f"{path}: {error.message}"
            )


@pytest.fixture
def answers(make_view: MakeView) -> list[Any]:
    """Every code in one parcel's history, a label alone, a bare record, and an unknown number."""
    day = datetime(2026, 3, 2, tzinfo=UTC)
    story = tuple(
        ScanEvent(day.replace(hour=i // 60, minute=i % 60), code=code, place=DENVER if i % 2 else TORONTO)
        for i, code in enumerate(CODES.by_code)
    )
    made = make_view(
        CARRIER,
        (
            Parcel("fedex", "900000000016", story, TORONTO, DENVER),
            *(Parcel("fedex", f"{i:012}", (event,), DENVER, DENVER) for i, event in enumerate(story)),
            Parcel("fedex", "999000000000012", (), DENVER, DENVER, registered=day),
        ),
    )
    numbers = ["900000000016", "999000000000012", "779900001232", *(f"{i:012}" for i in range(len(story)))]
    rendered = []
    for number in numbers:
        request_body = {
            "includeDetailedScans": True,
            "trackingInfo": [{"trackingNumberInfo": {"trackingNumber": number}}],
        }
        headers = {"authorization": f"Bearer {made.issue_token(3600)}", "x-customer-transaction-id": "mine"}
        request = Request(
            "POST",
            "apis.fedex.com",
            "/track/v1/trackingnumbers",
            headers=headers,
            body=json.dumps(request_body).encode(),
        )
        rendered.append(json.loads(made.ask(request).body))
    return rendered


def test_answers_depart_from_the_spec_where_the_wire_does_and_nowhere_else(
    spec: Callable[[str], Any], answers: list[Any]
) -> None:
    schema = strict(spec("fedex/track-v1-openapi.json"))
    schema |= {"$ref": "#/components/schemas/TrkcResponseVO_TrackingNumber"}
    assert {complaint for answer in answers for complaint in complaints(answer, schema)} == DEPARTURES


def test_an_error_answer_is_the_specs(spec: Callable[[str], Any], make_view: MakeView) -> None:
    schema = strict(spec("fedex/track-v1-openapi.json")) | {"$ref": "#/components/schemas/ErrorResponseVO"}
    answer = make_view(CARRIER, ()).ask(Request("POST", "apis.fedex.com", "/track/v1/trackingnumbers"))
    assert list(complaints(json.loads(answer.body), schema)) == []
