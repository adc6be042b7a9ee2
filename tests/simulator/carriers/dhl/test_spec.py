"""DHL's answers against the published specs (unified 1.3.1, MyDHL 3.1.1), with every known departure listed."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from sample_parcels import BERLIN, DENVER, MakeView

from simulator.carriers.dhl import CARRIER
from simulator.carriers.dhl.events import CODES
from simulator.exchange import Request
from simulator.parcel import Kind, Parcel, ScanEvent

UNIFIED_DEPARTURES = {
    "shipments: 'returnFlag'",  # only a help page of DHL tells of it (A)
}
MYDHL_DEPARTURES = {
    "shipments.events: 'remarks'",  # in the spec's sample, not in its schema
    "shipments.pieces.events: 'remarks'",
}


def strict(document: dict[str, Any], name: str) -> dict[str, Any]:
    """A schema of a spec, with all that it refers to, refusing members that they do not name."""
    components = deepcopy(document["components"])
    for schema in components["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return {"components": {"schemas": components["schemas"]}, "$ref": f"#/components/schemas/{name}"}


def complaints(answer: object, schema: dict[str, Any]) -> Iterator[str]:
    for error in jsonschema.Draft4Validator(schema).iter_errors(answer):
        path = ".".join(step for step in error.absolute_path if isinstance(step, str))
        if error.validator == "additionalProperties":
            for name in sorted(set(error.instance) - set(error.schema["properties"])):
                yield f"{path}: {name!r}"
        else:
            yield f"{path}: {error.message}"


@pytest.fixture
def full_view(make_view: MakeView) -> Any:  # noqa: ANN401 (a StubView)
    """Every code in one Express parcel's history, parcels of other divisions, a return, a bare record, many pages."""
    day = datetime(2026, 3, 2, tzinfo=UTC)
    story = tuple(
        ScanEvent(day.replace(hour=i // 60, minute=i % 60), code=code, place=DENVER if i % 2 else None)
        for i, code in enumerate(CODES.by_code)
    )
    back = (*story, ScanEvent(day.replace(day=9), Kind.RETURNED, BERLIN))
    parcels = (
        Parcel("dhl", "9000000015", story, BERLIN, DENVER),
        Parcel("dhl", "1234567891", back, BERLIN, DENVER),
        Parcel("dhl", "00340434999900000015", story, BERLIN, DENVER),
        Parcel("dhl", "GM2951173225174494", story, BERLIN, DENVER),
        Parcel("dhl", "5647382915", (), BERLIN, DENVER, registered=day),
        *(Parcel("dhl", "12345678903", story[:1], BERLIN, DENVER) for _ in range(6)),
        Parcel("dhl", "12345678903", story[:1], BERLIN, DENVER, "parcel-nl"),
    )
    return make_view(CARRIER, parcels)


NUMBERS = ("9000000015", "1234567891", "00340434999900000015", "GM2951173225174494", "5647382915", "12345678903")


def test_unified_answers_depart_from_the_spec_where_the_wire_does_and_nowhere_else(
    spec: Callable[[str], Any],
    full_view: Any,  # noqa: ANN401 (a StubView)
) -> None:
    schema = strict(spec("dhl/utapi-1.3.1-openapi.json"), "supermodelIoLogisticsTrackingShipments")
    found = set()
    for number in NUMBERS:
        query = (("trackingNumber", number),)
        answer = full_view.ask(Request("GET", "api-eu.dhl.com", "/track/shipments", query, {"dhl-api-key": "demo"}))
        assert answer.status == 200
        found |= set(complaints(json.loads(answer.body), schema))
    assert found == UNIFIED_DEPARTURES


def test_a_unified_error_is_the_specs(spec: Callable[[str], Any], make_view: MakeView) -> None:
    schema = strict(spec("dhl/utapi-1.3.1-openapi.json"), "supermodelIoLogisticsApiProblemDetail")
    answer = make_view(CARRIER, ()).ask(Request("GET", "api-eu.dhl.com", "/track/shipments"))
    assert list(complaints(json.loads(answer.body), schema)) == []


def test_mydhl_answers_depart_from_the_spec_where_its_sample_does_and_nowhere_else(
    spec: Callable[[str], Any],
    full_view: Any,  # noqa: ANN401 (a StubView)
    make_view: MakeView,
) -> None:
    document = spec("dhl/mydhl-express-api-3.1.1_swagger.yaml")
    schema = strict(document, "supermodelIoLogisticsExpressTrackingResponse")
    headers = {"authorization": "Basic " + b64encode(b"demo:demo").decode()}
    views = (
        (("requestGMTOffsetPerEvent", "true"),),
        (("levelOfDetail", "all"), ("trackingView", "all-checkpoints-with-remarks")),
        (("trackingView", "shipment-details-only"),),
        (("trackingView", "bbx-children"),),
    )
    found = set()
    for number in ("9000000015", "1234567891", "5647382915"):
        for view in views:
            path = f"/mydhlapi/shipments/{number}/tracking"
            answer = full_view.ask(Request("GET", "express.api.dhl.com", path, view, headers))
            assert answer.status == 200
            found |= set(complaints(json.loads(answer.body), schema))
    assert found == MYDHL_DEPARTURES
    # The error's schema stands in the same large file, which takes a while to read: once is enough.
    refused = make_view(CARRIER, ()).ask(Request("GET", "express.api.dhl.com", "/mydhlapi/tracking", (), headers))
    error = strict(document, "supermodelIoLogisticsExpressErrorResponse")
    assert list(complaints(json.loads(refused.body), error)) == []
