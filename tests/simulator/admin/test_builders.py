"""From requests to sessions: parcels, journeys and stories, and what is refused."""

from pathlib import Path
from typing import Any

import pytest
import requests

from simulator.core.sessions import Sessions
from simulator.http_server import running

NUMBER = "1Z999AA10123456784"


Api = Any  # the one of conftest


WAIT = 60.0


def test_a_session_is_created_from_a_list_of_parcels(api: Api) -> None:
    told = api.create(id="mine", parcels=[{"carrier": "ups", "tracking_number": NUMBER}])
    assert (told["id"], told["now"]) == ("mine", "2026-03-02T00:00:00Z")
    assert (
        told["parcels"] == [{"carrier": "ups", "api": "track", "tracking_number": NUMBER, "journey": "delivered"}]
        or told["parcels"][0]["tracking_number"] == NUMBER
    )
    assert told["carriers"]["ups"]["client_id"] == "mine"
    assert api.get("/mine") == told


def test_a_journey_without_times_has_just_come_to_its_end(api: Api) -> None:
    told = api.create(parcels=[{"carrier": "ups"}, {"carrier": "ups", "journey": "in_transit"}])
    assert [api.ups(told["carriers"], each["tracking_number"]) for each in told["parcels"]] == ["D", "I"]


def test_numbers_left_out_are_minted_from_the_seed_and_differ(api: Api) -> None:
    one, two, other = (
        api.create(id=name, seed=seed, parcels=[{"carrier": "ups"}] * 3)
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    numbers = [each["tracking_number"] for each in one["parcels"]]
    assert len(set(numbers)) == 3
    assert one["parcels"] == two["parcels"] != other["parcels"]


def test_withheld_products_are_refused_to_the_session(api: Api) -> None:
    told = api.create(withheld=["fedex_tracking"], parcels=[{"carrier": "fedex"}])
    own = told["carriers"]["fedex"]
    form = {"grant_type": "client_credentials", "client_id": own["client_id"], "client_secret": own["client_secret"]}
    token = requests.post(own["base_url"] + "/oauth/token", data=form, timeout=WAIT).json()["access_token"]
    answer = requests.post(
        own["base_url"] + "/track/v1/trackingnumbers",
        json={"trackingInfo": [{"trackingNumberInfo": {"trackingNumber": told["parcels"][0]["tracking_number"]}}]},
        headers={"authorization": f"Bearer {token}"},
        timeout=WAIT,
    )
    assert answer.status_code == 403


STORY = """
scenario: A UPS parcel whose number the seller mistypes
parcels:
  box: {carrier: ups, number: 1Z999AA10123456784}
faults:
  - {fault: FAULT, carrier: ups}
expect:
  rows: []
"""


def test_a_story_makes_a_session_and_its_request(api: Api) -> None:
    told = api.create(id="story", story=STORY.replace("faults:\n  - {fault: FAULT, carrier: ups}\n", ""))
    [request] = told["request"]
    assert request["packages"][0]["submissions"][0]["tracking_number"] == NUMBER
    assert (request["protocol"], request["as_of"], told["now"]) == (1, "2026-04-01T00:00:00Z", "2026-04-01T00:00:00Z")
    assert request["carriers"] == told["carriers"]
    assert api.ups(request["carriers"], NUMBER) == "D"


def test_seller_faults_act_on_the_submissions_of_a_storys_request(api: Api) -> None:
    told = api.create(story=STORY.replace("FAULT", "blank_number"))
    [request] = told["request"]
    assert request["packages"][0]["submissions"][0]["tracking_number"] == ""
    assert told["parcels"][0]["tracking_number"] == NUMBER


def test_a_wrong_story_is_refused_with_its_line(api: Api) -> None:
    assert api.error(api.post("", {"story": "scenario: x\nparcel: {}\nexpect: {rows: []}\n"}), 422).startswith(
        "story: story:2:1: unknown key 'parcel'; did you mean 'parcels'?"
    )


def test_a_story_of_several_scenarios_is_refused(api: Api) -> None:
    two = STORY.replace("faults:\n  - {fault: FAULT, carrier: ups}\n", "matrix: {c: [ups, usps]}\n")
    two = two.replace("carrier: ups, number: 1Z999AA10123456784", "carrier: $c")
    assert "2 scenarios" in api.error(api.post("", {"story": two}), 422)


def test_a_story_says_its_time_itself(api: Api) -> None:
    assert api.error(api.post("", {"story": STORY, "seed": 1}), 422).startswith("seed: the story says that itself")


def test_without_a_reader_a_story_is_refused_with_a_next_step(api_at: type[Api]) -> None:
    sessions = Sessions()
    with running(sessions) as url:
        bare = api_at(sessions, url)
        assert "can't read scenarios" in bare.error(bare.post("", {"story": STORY}), 422)


def test_a_wrong_parcel_among_good_ones_adds_none(api: Api) -> None:
    api.create(id="whole")
    api.error(api.post("/whole/parcels", {"parcels": [{"carrier": "dhl"}, {"carrier": "no"}]}), 422)
    assert api.get("/whole/parcels") == {"parcels": [], "count": 0, "last": 0}


@pytest.mark.parametrize(
    "story",
    [
        "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
        "[" * 1_000,
        "x: !!python/object/apply:os.system ['true']\n",
        "\x00",
        "",
        "- " * 500,
    ],
    ids=["aliases", "depth", "tag", "NUL", "empty", "lists"],
)
def test_a_hostile_story_is_refused(api: Api, story: str) -> None:
    assert api.error(api.post("", {"story": story}), 422).startswith("story: ")


def test_the_command_hands_the_reader_of_scenarios_over() -> None:
    text = (Path(__file__).parents[3] / "vtr" / "cli.py").read_text(encoding="utf-8")
    assert "app(obj=_stories)" in text
