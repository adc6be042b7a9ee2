from pathlib import Path

import pytest

from vtr.errors import ScenarioFileError
from vtr.language import yaml_tree
from vtr.language.yaml_tree import Mapping, Scalar, Sequence


def _messages(text: str) -> list[str]:
    with pytest.raises(ScenarioFileError) as caught:
        yaml_tree.parse(text, "x.yaml")
    return str(caught.value).splitlines()


def _only(text: str) -> yaml_tree.Tree:
    (node,) = yaml_tree.parse(text, "x.yaml")
    return yaml_tree.plain(node)


@pytest.mark.parametrize(
    "text",
    [
        "0094001118992200000000",
        "1e5",
        "no",
        "NO",
        "true",
        "2026-03-02",
        "0x1F",
        "1_000",
        "12:30:45",
        "-.inf",
        ".5",
        "=",
    ],
)
def test_plain_scalar_stays_text(text: str) -> None:
    assert _only(f"a: {text}") == {"a": text}


@pytest.mark.parametrize("text", ["null", "~", "", "Null", "NULL"])
def test_null_without_quotes_is_none(text: str) -> None:
    assert _only(f"a: {text}") == {"a": None}


@pytest.mark.parametrize("text", ["null", "~", ""])
def test_null_in_quotes_is_text(text: str) -> None:
    assert _only(f'a: "{text}"') == {"a": text}


def test_keys_and_values_know_their_line_and_column() -> None:
    (node,) = yaml_tree.parse("a: 1\nbox:\n  - {c: d}\n", "x.yaml")
    assert isinstance(node, Mapping)
    assert (node.keys["box"].line, node.keys["box"].column) == (2, 1)
    assert node.values["a"] == Scalar("1", 1, 4)
    inner = yaml_tree.find(node, ("box", 0, "c"))
    assert inner == Scalar("d", 3, 9)


def test_several_documents_are_several_trees() -> None:
    first, second = yaml_tree.parse("a: 1\n---\n- b\n", "x.yaml")
    assert yaml_tree.plain(first) == {"a": "1"}
    assert isinstance(second, Sequence)
    assert second.line == 3


def test_empty_documents_are_left_out() -> None:
    assert [yaml_tree.plain(node) for node in yaml_tree.parse("---\n---\na: 1\n---\n", "x.yaml")] == [{"a": "1"}]


def test_anchors_aliases_tags_and_merge_keys_are_all_refused_at_once() -> None:
    text = "a: &one [1]\nb: *one\nc: !!int 5\nd:\n  <<: {e: 1}\nf: !python/object:os.system x\n"
    assert [message.split(":")[1:3] for message in _messages(text)] == [
        ["1", "4"], ["2", "4"], ["3", "4"], ["5", "3"], ["6", "4"],
    ]  # fmt: skip
    assert _messages(text)[1] == "x.yaml:2:4: alias '*one': scenarios have no aliases; write the value out"


def test_laughing_aliases_are_refused_without_being_expanded() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert "alias" in "\n".join(_messages("\n".join(lines)))


def test_key_that_stands_twice_is_refused_with_the_line_of_the_first() -> None:
    assert _messages("a: 1\nb: 2\na: 3\n") == ["x.yaml:3:1: key 'a' stands twice, first in line 1; keep one"]


def test_merge_key_in_quotes_is_an_ordinary_key() -> None:
    assert _only("'<<': 1") == {"<<": "1"}


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused(opening: str) -> None:
    (message,) = _messages(opening * 200_000)
    assert "nested more than 32 deep" in message


def test_nesting_up_to_the_limit_is_taken() -> None:
    assert _only("[" * 32 + "]" * 32) is not None


def test_too_many_values_are_refused() -> None:
    (message,) = _messages("[" + "1," * 100_001 + "]")
    assert "more than 100000 values" in message


def test_too_big_text_is_refused() -> None:
    (message,) = _messages("a: " + "x" * 1_000_000)
    assert message == "x.yaml:1:1: 1000003 bytes; a scenario file has at most 1000000: split it"


def test_too_big_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_bytes(b"\xff" * 1_000_001)
    with pytest.raises(ScenarioFileError, match="1000001 bytes"):
        yaml_tree.load(path, "big.yaml")


def test_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: 1\nb: \xb7\xb7\n")
    with pytest.raises(ScenarioFileError, match=r"^x\.yaml:2:4: byte 0xb7 is not UTF-8; save the file as UTF-8$"):
        yaml_tree.load(path, "x.yaml")


def test_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert yaml_tree.plain(yaml_tree.load(path, "x.yaml")[0]) == {"a": "1"}


def test_missing_file_is_one_message() -> None:
    with pytest.raises(ScenarioFileError, match=r"^gone\.yaml:1:1: cannot be read"):
        yaml_tree.load(Path("/nonexistent/gone.yaml"), "gone.yaml")


def test_broken_yaml_is_refused_where_it_breaks() -> None:
    (message,) = _messages("a: [b\nc: d\n")
    assert message.startswith("x.yaml:2:2: this is not YAML: did not find expected ',' or ']'")


def test_control_character_is_refused_where_it_stands() -> None:
    (message,) = _messages("a: 上海\nb: x\x00y\n")
    assert message == "x.yaml:2:5: this is not YAML: character 0x00 may not stand here; remove it"


def test_tab_is_named() -> None:
    with pytest.raises(ScenarioFileError) as caught:
        yaml_tree.parse("a:\n\tb: c\n", "x.yaml")
    assert str(caught.value) == "x.yaml:2:1: this is not YAML: a tab stands here; indent with blanks"


@pytest.mark.parametrize("text", ["? [a, b]\n: 1\n", "{[a]: 1}", "? {a: b}\n: 1\n"])
def test_key_that_is_no_text_is_refused(text: str) -> None:
    (message,) = _messages(text)
    assert "a key must be a text" in message
