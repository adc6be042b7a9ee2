"""From a request to an operation of a carrier, or to a hint why there is none."""

import pytest

from simulator import Request
from simulator.carriers import by_name
from simulator.core import routing

UPS = by_name("ups")


def find(method: str, path: str) -> routing.Found | routing.Missed:
    return routing.find(UPS, Request(method, "onlinetools.ups.com", path))


def test_a_path_is_found_with_its_parameters_decoded() -> None:
    found = find("GET", "/api/track/v1/details/1Z%20999")
    assert isinstance(found, routing.Found)
    assert (found.operation.name, dict(found.parameters)) == ("track", {"inquiryNumber": "1Z 999"})


def test_another_path_is_missed_with_the_closest_one() -> None:
    assert find("GET", "/api/trak/v1/details/1Z") == routing.Missed(
        wrong_method=False,
        hint="no ups route for GET /api/trak/v1/details/1Z; "
        "closest: GET /api/track/v1/details/{inquiryNumber} (path differs)",
    )


def test_another_method_is_missed_with_the_one_that_the_path_has() -> None:
    assert find("DELETE", "/security/v1/oauth/token") == routing.Missed(
        wrong_method=True,
        hint="no ups route for DELETE /security/v1/oauth/token; "
        "closest: POST /security/v1/oauth/token (method differs)",
    )


@pytest.mark.parametrize("path", ["", "/", "//", "/api/track/v1/details/", "/api%2Ftrack/v1/details/1Z"])
def test_an_odd_path_is_missed(path: str) -> None:
    assert isinstance(find("GET", path), routing.Missed)
