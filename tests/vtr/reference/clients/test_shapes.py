"""Typed access to JSON: what is forgiven, what is a bad shape, and the words of refusals."""

import pytest

from vtr.reference.clients.shapes import BadShape, as_part, as_parts, refusal_words


def test_missing_null_and_empty_parts_are_the_same() -> None:
    part = as_part({"a": None, "b": "", "c": [], "d": {}})
    assert [part.part(name).members for name in "abcde"] == [{}, {}, {}, {}, {}]
    assert [part.text(name) for name in "abe"] == ["", "", ""]


def test_single_object_is_a_list_of_one() -> None:
    assert [each.text("a") for each in as_parts({"a": 1})] == ["1"]


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "x.list is null"), ("a", "x.list is text"), (3, "x.list is a number"), ([1], r"x.list\[0\] is a number")],
)
def test_lists_of_another_kind_are_bad_shapes(value: object, words: str) -> None:
    with pytest.raises(BadShape, match=words):
        as_part({"list": value}, "x").parts("list")


def test_flags_are_read_from_text_and_truth_values() -> None:
    part = as_part({"a": True, "b": "False", "c": "", "d": 1})
    assert (part.flag("a"), part.flag("b"), part.flag("c"), part.flag("e")) == (True, False, None, None)
    with pytest.raises(BadShape, match="d is a number"):
        part.flag("d")


def test_words_of_a_soap_like_fault_are_found() -> None:
    error = {"PrimaryErrorCode": {"Code": "250003", "Description": "Invalid Access License number"}}
    document = {"Fault": {"faultcode": "Client", "faultstring": "An exception", "detail": {"Errors": error}}}
    assert refusal_words(document) == "An exception 250003 Invalid Access License number"
