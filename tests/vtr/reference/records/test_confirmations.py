"""Several files of confirmations: one format per order, detected or demanded."""

from pathlib import Path

import pytest
from records.flat_files import KEYS, MARCH_5, ORDER, feed, line, refusal

from vtr.reference.errors import InputError
from vtr.reference.records import Upload, read_confirmations


def test_the_files_of_an_order_have_one_format(tmp_path: Path) -> None:
    lines = tmp_path / "lines.csv"
    lines.write_text(
        "order_id,submitted_at,carrier_code,tracking_number\n" + f"{ORDER},2026-03-04T09:00:00Z,UPS,1Z\n",
        encoding="utf-8",
    )
    message = refusal(Upload(lines), feed(tmp_path, KEYS, line()))
    assert f"feed.txt:2: order '{ORDER}' is already in {lines}:2, in another format (lines, here flat-file)" in message


def test_an_instant_is_not_for_lines_that_have_their_own(tmp_path: Path) -> None:
    lines = tmp_path / "lines.csv"
    lines.write_text("order_id,submitted_at,carrier_code,tracking_number\n", encoding="utf-8")
    assert "its lines have their own (submitted_at); remove it" in refusal(Upload(lines, MARCH_5))


def test_a_format_that_is_demanded_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("order_id,submitted_at,carrier_code,tracking_number\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no line of keys"):
        read_confirmations([Upload(path)], "flat-file")
    with pytest.raises(InputError, match="unknown column 'order-id'; did you mean 'order_id'"):
        read_confirmations([Upload(feed(tmp_path, KEYS, name="feed.tsv").path)], "lines")
    parquet = Upload(tmp_path / "feed.parquet")
    with pytest.raises(InputError, match="is a Parquet file, which holds lines and not flat-file"):
        read_confirmations([parquet], "flat-file")
