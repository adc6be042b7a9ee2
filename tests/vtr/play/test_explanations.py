from vtr.play import explanations

EXPLAINED = {"114-1/1": ("first",), "114-1/2": ("second",), "114-2/1": ("third",)}


def test_reference_that_cannot_judge_a_request_explains_nothing() -> None:
    assert explanations.explanations({"protocol": 99}, wait=lambda _: None) == {}


def test_key_of_a_package_has_its_lines_and_key_of_an_order_those_of_all_its_packages() -> None:
    assert list(explanations.lines_about({"114-1/2"}, EXPLAINED)) == ["second"]
    assert list(explanations.lines_about({"114-1"}, EXPLAINED)) == ["first", "second"]
    assert list(explanations.lines_about({"114-2/1: unanswered", "rates overall"}, EXPLAINED)) == []


def test_lines_about_a_whole_order_are_those_of_any_of_its_packages() -> None:
    assert list(explanations.lines_about({"114-1/1"}, {"114-1": ("of the order",)})) == ["of the order"]
