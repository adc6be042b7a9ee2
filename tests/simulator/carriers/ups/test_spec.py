"""UPS's answers against the published Tracking and OAuth specs; members that the specs do not name count as faults."""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest
from sample_parcels import MakeView

from simulator.carriers.ups import CARRIER
from simulator.carriers.ups.events import CODES
from simulator.exchange import Request, Response
from simulator.parcel import Parcel, ScanEvent
from simulator.places import place

HOST = CARRIER.hosts[0]
NUMBER = "1Z999AA10390000109"
START = datetime(2026, 3, 2, tzinfo=UTC)
PLACES = (place("Denver, CO, US"), place("Shenzhen, CN"), None)


def faults(answer: Response, schema: str, document: dict[str, Any]) -> list[str]:
    components = deepcopy(document["components"])
    for entry in components["schemas"].values():
        entry["additionalProperties"] = False
    checker = jsonschema.Draft4Validator({"$ref": f"#/components/schemas/{schema}", "components": components})
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(json.loads(answer.body))]


def details(make_view: MakeView, parcels: list[Parcel], number: str = NUMBER) -> Response:
    ups = make_view(CARRIER, parcels)
    headers = {"authorization": f"Bearer {ups.issue_token(60)}", "transid": "1", "transactionsrc": "tests"}
    answer: Response = ups.ask(Request("GET", HOST, f"/api/track/v1/details/{number}", (), headers))
    return answer


def every_event() -> Iterator[ScanEvent]:
    for index, key in enumerate(CODES.by_code):
        yield ScanEvent(START + timedelta(minutes=index), code=key, place=PLACES[index % 3])


def test_every_event_keeps_to_the_spec(spec: Callable[[str], Any], make_view: MakeView) -> None:
    parcel = Parcel("ups", NUMBER, tuple(every_event()), PLACES[0], PLACES[1])
    assert faults(details(make_view, [parcel]), "TrackApiResponse", spec("ups/Tracking.yaml")) == []


def test_every_newest_event_keeps_to_the_spec(spec: Callable[[str], Any], make_view: MakeView) -> None:
    parcels = [Parcel("ups", NUMBER, (event,), PLACES[0], PLACES[1]) for event in every_event()]
    assert faults(details(make_view, parcels), "TrackApiResponse", spec("ups/Tracking.yaml")) == []


def test_known_without_events_and_unknown_keep_to_the_spec(spec: Callable[[str], Any], make_view: MakeView) -> None:
    known = Parcel("ups", NUMBER, (), PLACES[0], PLACES[1], service="UPS 2nd Day Air", registered=START)
    document = spec("ups/Tracking.yaml")
    assert faults(details(make_view, [known]), "TrackApiResponse", document) == []
    assert faults(details(make_view, []), "TrackApiResponse", document) == []


def test_a_refusal_keeps_to_the_spec(spec: Callable[[str], Any], make_view: MakeView) -> None:
    assert faults(details(make_view, [], "short"), "Response", spec("ups/Tracking.yaml")) == []


@pytest.mark.parametrize(("secret", "schema"), [("demo", "tokenSuccessResponse"), ("wrong", "tokenErrorResponse")])
def test_token_answers_keep_to_the_spec(
    secret: str, schema: str, spec: Callable[[str], Any], make_view: MakeView
) -> None:
    headers = {"authorization": f"Basic {b64encode(f'demo:{secret}'.encode()).decode()}"}
    body = b"grant_type=client_credentials"
    answer = make_view(CARRIER).ask(Request("POST", HOST, "/security/v1/oauth/token", (), headers, body))
    assert faults(answer, schema, spec("ups/OAuthClientCredentials.yaml")) == []


def test_the_numbers_and_their_texts_are_those_of_ups_s_own_table(spec: Callable[[str], Any]) -> None:
    page = spec("ups/code-tables/Tracking-status-description-codes.html")
    rows = re.findall(r"<td>\s*(\d+)\s*</td>\s*<td>(.*?)</td>", page, re.DOTALL)
    published = {number.zfill(3): " ".join(text.split()).rstrip(".") for number, text in rows}
    assert len(published) > 100
    assert {code.number: code.text for code in CODES.all if code.code.startswith("#")} == published


TABLES = {"EXCEPTION CODE": "X", "DIALS CODE": "D", "ULD CODE": "I", "MANIFEST CODE": "M", "UPDATES CODE": "U"}
"""The tables of UPS's page by the heading of their first column, and the activity type that their codes stand under."""

ELSEWHERE = {
    "D/FS", "D/KB", "D/F4", "P/PU",  # seen live; the page has F4 among the exceptions
    "MV/VP",  # the manifest's, under the type that live answers have too
    "D/ZP",  # printed among the exceptions, reported as a delivery
    "X/53", "X/75",  # told as exceptions by others; the page has 53 among the deliveries, 75 among the freight codes
}  # fmt: skip


def published_codes(page: str) -> set[str]:
    """The keys of all rows of UPS's tables but those of statuses, freight and activity types."""
    keys = set()
    for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
        rows = [
            [
                " ".join(re.sub(r"<.*?>", " ", cell).split())
                for cell in re.findall(r"<t[dh].*?>(.*?)</t[dh]>", row, re.DOTALL)
            ]
            for row in re.findall(r"<tr.*?>(.*?)</tr>", table, re.DOTALL)
        ]
        if rows[0][0] in TABLES:
            keys |= {f"{TABLES[rows[0][0]]}/{row[0]}" for row in rows[1:]}
        elif rows[0][0].endswith("Mail Innovations"):
            keys |= {f"{row[1]}/{row[0]}" for row in rows[2:]}
    return keys


def test_every_code_of_ups_s_own_tables_is_known_and_hardly_any_other(spec: Callable[[str], Any]) -> None:
    published = published_codes(spec("ups/code-tables/Tracking-ALL-code-tables.html"))
    assert len(published) > 1000
    ours = {code.code for code in CODES.all if code.letters}
    assert published - ours == set()
    assert ours - published == ELSEWHERE
