from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests
from spying import TWO_REPORTS, requests_to

from vtr.play import doors, runner
from vtr.story.story import Story
from vtr.validators import Request, Wait
from vtr.validators.answer import Answer

Tell = Callable[..., tuple[Story, ...]]


def test_in_process_the_carriers_are_at_their_real_hosts(tell: Tell) -> None:
    (request, _) = requests_to(tell(TWO_REPORTS)[0])
    assert request["carriers"]["ups"] == {
        "base_url": "https://onlinetools.ups.com", "client_id": "demo", "client_secret": "demo",
    }  # fmt: skip


def test_over_http_each_story_has_a_session_of_its_own(tell: Tell) -> None:
    server = doors.ServerDoor()
    try:
        (first, _) = requests_to(tell(TWO_REPORTS)[0], server)
        (second, _) = requests_to(tell(TWO_REPORTS)[0], server)
    finally:
        server.close()
    ups, other = first["carriers"]["ups"], second["carriers"]["ups"]
    assert ups["base_url"] == other["base_url"]
    assert ups["base_url"].startswith("http://127.0.0.1:")
    assert ups["base_url"].endswith("/ups")
    assert ups["client_id"] != other["client_id"]


def _token(carriers: Mapping[str, Any]) -> int:
    ups = carriers["ups"]
    answer = requests.post(
        f"{ups['base_url']}/security/v1/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(ups["client_id"], ups["client_secret"]),
        timeout=10,
    )
    return answer.status_code


@pytest.mark.parametrize("name", doors.NAMES)
def test_validator_reaches_the_carriers_by_either_door(tell: Tell, name: str) -> None:
    statuses = []

    class Asking:
        name = "asking"

        def validate(self, request: Request, *, wait: Wait) -> Answer:
            statuses.append(_token(request["carriers"]))
            return Answer(())

    server = doors.ServerDoor()
    try:
        runner.run(tell(TWO_REPORTS)[0], Asking(), server if name == doors.SERVER else doors.in_process)
    finally:
        server.close()
    assert statuses == [200, 200]
