"""The values that cross the boundary between the core and the doors."""

from simulator import Request


def test_of_a_repeated_query_parameter_the_first_value_counts() -> None:
    request = Request("GET", "apis.usps.com", "/", (("a", "1"), ("a", "2"), ("b", "")))
    assert [request.parameter("a"), request.parameter("b", "x"), request.parameter("c", "x")] == ["1", "", "x"]
