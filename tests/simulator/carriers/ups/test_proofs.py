"""UPS's proofs of delivery inside a tracking answer."""

import json
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from sample_parcels import MakeView
from ups_shipment_calls import DELIVERED, LEAD, SECOND, THIRD, THREE, ask, packages, parcel

from simulator.carriers.ups import CARRIER
from simulator.exchange import Response


def delivery(answer: Response) -> dict[str, Any]:
    found: dict[str, Any] = packages(answer)[0].get("deliveryInformation", {})
    return found


def test_proofs_are_sent_only_on_request(make_view: MakeView) -> None:
    ups = make_view(CARRIER, THREE)
    assert delivery(ask(ups, f"details/{LEAD}")) == {}
    assert delivery(ask(ups, f"details/{LEAD}", returnSignature="false", returnPOD="False", locale="de_DE")) == {}


def test_the_proof_is_a_letter_about_this_delivery(make_view: MakeView) -> None:
    found = delivery(ask(make_view(CARRIER, THREE), f"details/{LEAD}", returnPOD="true"))
    assert list(found) == ["pod"]
    file = b64decode(found["pod"]["content"], validate=True)
    assert file.startswith(b"%PDF-1.4\n")
    assert file.endswith(b"%%EOF\n")
    shown = re.findall(rb"\((.*?)\) Tj", file)
    assert b"Tracking number: 1Z999AA10390000109" in shown
    assert b"Delivered on: 2026-03-12 14:10:05" in shown  # Denver's time
    assert b"Delivered to: Denver, CO, US" in shown


def test_the_signature_is_a_picture_of_its_own_for_each_delivery(make_view: MakeView) -> None:
    ups = make_view(CARRIER, [THREE[0], parcel(SECOND, DELIVERED)])
    first, again, other = (
        b64decode(delivery(ask(ups, f"details/{number}", returnSignature="True"))["signature"]["image"], validate=True)
        for number in (LEAD, LEAD, SECOND)
    )
    assert first.startswith(b"\x89PNG\r\n\x1a\n")
    assert first == again
    assert first != other


def test_a_drop_place_is_in_the_letter_too(make_view: MakeView) -> None:
    ups = make_view(CARRIER, [parcel(LEAD, replace(DELIVERED, code="D/ML"))])
    found = delivery(ask(ups, f"details/{LEAD}", returnPOD="true"))
    assert found["location"] == "Front Door"
    assert b"(Left at: Front Door)" in b64decode(found["pod"]["content"])


def test_before_delivery_there_is_nothing_to_prove(make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, THREE), f"details/{THIRD}", returnPOD="true", returnSignature="true")
    assert delivery(answer) == {}


def test_there_are_no_milestones_since_no_source_lists_them(make_view: MakeView) -> None:
    ups = make_view(CARRIER, THREE)
    with_milestones = ask(ups, f"details/{LEAD}", returnMilestones="true")
    assert with_milestones.body == ask(ups, f"details/{LEAD}").body


@pytest.mark.parametrize("text", ["yes", "1", "False", ""])
def test_any_text_but_true_requests_no_proof(text: str, make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, THREE), f"details/{LEAD}", returnSignature=text, returnPOD=text, locale="en-US")
    assert answer.body == ask(make_view(CARRIER, THREE), f"details/{LEAD}").body


def test_an_answer_with_proofs_keeps_to_the_spec(spec: Callable[[str], Any], make_view: MakeView) -> None:
    components = spec("ups/Tracking.yaml")["components"]
    schema = {"$ref": "#/components/schemas/TrackApiResponse", "components": components}
    answer = ask(make_view(CARRIER, THREE), f"details/{LEAD}", returnPOD="true", returnSignature="true")
    assert list(jsonschema.Draft4Validator(schema).iter_errors(json.loads(answer.body))) == []
