"""Names of files with the instant of their upload."""

from datetime import datetime
from pathlib import Path

import pytest
from records.flat_files import MARCH_5

from vtr.reference.errors import InputError
from vtr.reference.records import Upload, upload_named


@pytest.mark.parametrize(
    ("text", "path", "at"),
    [
        ("a/feed.txt", "a/feed.txt", None),
        ("feed.txt@2026-03-05T09:00:00Z", "feed.txt", MARCH_5),
        ("feed.txt@2026-03-05T03:00:00-06:00", "feed.txt", MARCH_5),
        ("me@home/feed@2.txt", "me@home/feed@2.txt", None),
        ("me@home.txt@2026-03-05T09:00:00Z", "me@home.txt", MARCH_5),
    ],
)
def test_an_instant_follows_the_last_at_sign(text: str, path: str, at: datetime | None) -> None:
    assert upload_named(text) == Upload(Path(path), at)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("feed.txt@2026-03-05", "feed.txt: '2026-03-05' after the @ is not an instant"),
        ("feed.txt@2026-03-05T09:00:00", "has no zone; add Z for UTC"),
        ("@2026-03-05T09:00:00Z", "does not name a file"),
    ],
)
def test_text_after_the_at_sign_is_an_instant_with_its_zone(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        upload_named(text)
    assert message in str(caught.value)
