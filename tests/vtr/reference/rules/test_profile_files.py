"""The files of a profile: which bases it may extend, and what YAML is refused before it is read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from vtr.reference.errors import ProfileError
from vtr.reference.rules.profile_files import BASES_LIMIT, SIZE_LIMIT_BYTES
from vtr.reference.rules.profile_reader import load_profile

Write = Callable[..., Path]


def test_a_circle_is_reported_with_its_files(write: Write, tmp_path: Path) -> None:
    write("extends: second.yaml\n", "first.yaml")
    write("extends: first.yaml\n", "second.yaml")
    with pytest.raises(ProfileError, match=r"second\.yaml:2:10: a profile cannot extend itself: .*first\.yaml -> "):
        load_profile(tmp_path / "first.yaml")


def test_a_link_out_of_the_folder_cannot_be_extended(write: Write, tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    write("lag_days: 10\n", "outside.yaml")
    (tmp_path / "inside" / "base.yaml").symlink_to(tmp_path / "outside.yaml")
    with pytest.raises(ProfileError, match=r"'base\.yaml' is not a \.yaml file in the folder of this profile"):
        load_profile(write("extends: base.yaml\n", "inside/mine.yaml"))


def test_a_long_chain_is_refused(write: Write, tmp_path: Path) -> None:
    for place in range(BASES_LIMIT + 2):
        write(f"extends: p{place + 1}.yaml\n", f"p{place}.yaml")
    with pytest.raises(ProfileError, match=f"more than {BASES_LIMIT} profiles extend each other"):
        load_profile(tmp_path / "p0.yaml")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("title: &a x\n", "3:8: anchors and aliases are not available"),
        ("title: !x y\n", "3:8: the tag !x is not available"),
        ("title: " + "[" * 40 + "]" * 40 + "\n", "3:17: nested more than 10 deep; no profile needs that"),
        ("title: " + "[" * 40_000 + "\n", "nested more than 10 deep; no profile needs that"),
        ("title:\n  " + "- " * 40_000 + "\n", "nested more than 10 deep; no profile needs that"),
        ("---\nprofile: other\n", "3:1: a second document begins here; a profile is one"),
    ],
)
def test_what_a_profile_has_no_use_for_is_refused(write: Write, text: str, complaint: str) -> None:
    with pytest.raises(ProfileError) as raised:
        load_profile(write(text))
    assert complaint in str(raised.value)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"# " + b"x" * SIZE_LIMIT_BYTES)
    with pytest.raises(ProfileError, match=f"mine.yaml: more than {SIZE_LIMIT_BYTES} bytes"):
        load_profile(path)
