"""Amazon's flat file of ship confirmations: its two headings, its encodings, and edits by later uploads."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from records.flat_files import KEYS, LABELS, MARCH_5, MARCH_6, ORDER, TEMPLATE, feed, line, packages_of, read, refusal

from vtr.reference.records import Confirmations, Submission, Upload

FIRST = Submission(
    order_id=ORDER,
    package=1,
    confirmed_at=MARCH_5,
    submitted_at=MARCH_5,
    seq=1,
    carrier_code="UPS",
    tracking_number="1Z999AA10123456784",
    ship_method="Ground",
)


@pytest.mark.parametrize("head", [[KEYS], [TEMPLATE, KEYS], [TEMPLATE, LABELS, KEYS]])
@pytest.mark.parametrize("name", ["feed.txt", "feed.tsv", "feed"])
def test_a_flat_file_is_known_by_its_heading(tmp_path: Path, head: list[str], name: str) -> None:
    confirmed = read(feed(tmp_path, *head, line(), name=name))
    assert confirmed == Confirmations((FIRST,), ())


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "feed.txt"
    path.write_bytes(b"\xef\xbb\xbf" + f"{TEMPLATE}\r\n{KEYS}\r\n{line()}\r\n\r\n\t\t\t".encode())
    assert read(Upload(path, MARCH_5)).submissions == (FIRST,)


def test_a_japanese_file_may_be_shift_jis_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "feed.txt"
    text = "\n".join((TEMPLATE, LABELS, KEYS, line(code="Other", name="ヤマト運輸㈱①", method="宅配便")))
    path.write_bytes(text.encode("cp932"))
    confirmed = read(Upload(path, MARCH_5))
    assert [(each.carrier_name, each.ship_method) for each in confirmed.submissions] == [("ヤマト運輸㈱①", "宅配便")]
    assert confirmed.notes == (f"{path}: is not UTF-8; read as Shift_JIS",)


@pytest.mark.parametrize("wrong", [b"Caf\xe9\t", b"\xa0", b"\x80", b"\xfd"])
def test_bytes_that_are_neither_encoding_are_reported_with_their_line(tmp_path: Path, wrong: bytes) -> None:
    path = tmp_path / "feed.txt"
    path.write_bytes(KEYS.encode() + b"\n" + line().encode() + b"\n" + line().encode() + wrong + b"\n")
    byte = next(byte for byte in wrong if byte > 0x7F)
    assert f"feed.txt:3: byte {byte:#04x} is not UTF-8, and the file is not Shift_JIS either" in refusal(Upload(path))


def test_utf_16_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "feed.txt"
    path.write_bytes(f"{KEYS}\n".encode("utf-16"))
    assert "is UTF-16; save it as UTF-8" in refusal(Upload(path))


def test_utf_16_without_its_mark_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "feed.txt"
    path.write_bytes(f"{KEYS}\n".encode("utf-16-le"))
    assert "feed.txt:1: holds a NUL byte, so it is not text" in refusal(Upload(path))


# Packages of one file


def test_lines_with_the_same_number_are_one_package_of_several_items(tmp_path: Path) -> None:
    assert packages_of(read(feed(tmp_path, KEYS, line("A"), line("B")))) == [(1, 1, "UPS", "1Z999AA10123456784")]


def test_lines_with_other_numbers_are_packages_of_their_own(tmp_path: Path) -> None:
    confirmed = read(feed(tmp_path, KEYS, line("A", "1"), line("A", "2"), line("B", "3", code="USPS"), line("C", "")))
    assert packages_of(confirmed) == [(1, 1, "UPS", "1"), (2, 1, "UPS", "2"), (3, 1, "USPS", "3"), (4, 1, "UPS", "")]


def test_packages_are_numbered_within_their_order(tmp_path: Path) -> None:
    confirmed = read(feed(tmp_path, KEYS, line("A", "1"), line("A", "2", order="114-2"), line("B", "3")))
    assert [(each.order_id, each.package) for each in confirmed.submissions] == [(ORDER, 1), ("114-2", 1), (ORDER, 2)]


@pytest.mark.parametrize("number", ["", "NULL"])
def test_a_first_upload_may_omit_the_number(tmp_path: Path, number: str) -> None:
    assert packages_of(read(feed(tmp_path, KEYS, line(number=number)))) == [(1, 1, "UPS", "")]


@pytest.mark.parametrize("number", ["9.40011E+21", "'940", "=1+1", " 1Z ", "0012", '"1Z"', "1Z, 1Z", "无单号"])
def test_tracking_text_stays_exactly_as_uploaded(tmp_path: Path, number: str) -> None:
    assert packages_of(read(feed(tmp_path, KEYS, line(number=number)))) == [(1, 1, "UPS", number)]


def test_a_number_that_a_spreadsheet_has_rounded_is_noted(tmp_path: Path) -> None:
    upload = feed(tmp_path, KEYS, line("A", "1Z"), line("B", "1.23E+21"), line("C", "9.4E+20"))
    (note,) = read(upload).notes
    assert note.startswith(f"{upload.path}:3: tracking-number 1.23E+21 is what a spreadsheet makes of a long number")
    assert note.endswith("used as it is (and 1 more)")


# Edits: what a later file says


def test_a_file_uploaded_again_edits(tmp_path: Path) -> None:
    first = feed(tmp_path, KEYS, line(number="wrong"), name="1.txt")
    second = feed(tmp_path, KEYS, line(number="right", code="USPS"), name="2.txt", at=MARCH_6)
    confirmed = read(first, second)
    assert packages_of(confirmed) == [(1, 1, "UPS", "wrong"), (1, 2, "USPS", "right")]
    assert [(each.confirmed_at, each.submitted_at) for each in confirmed.submissions] == [
        (MARCH_5, MARCH_5),
        (MARCH_5, MARCH_6),
    ]


def test_a_blank_leaves_the_old_text_and_null_deletes_it(tmp_path: Path) -> None:
    first = feed(tmp_path, KEYS, line(), name="1.txt")
    second = feed(tmp_path, KEYS, line(number="", code="", method="NULL"), name="2.txt", at=MARCH_6)
    third = feed(tmp_path, KEYS, line(number="NULL", method="Air"), name="3.txt", at=MARCH_6)
    assert [
        (each.carrier_code, each.tracking_number, each.ship_method) for each in read(first, second, third).submissions
    ] == [("UPS", "1Z999AA10123456784", "Ground"), ("UPS", "1Z999AA10123456784", ""), ("UPS", "", "Air")]


def test_a_typed_carrier_name_goes_with_its_code(tmp_path: Path) -> None:
    first = feed(tmp_path, KEYS, line(code="Other", name="Hermes"), name="1.txt")
    second = feed(tmp_path, KEYS, line(code="USPS"), name="2.txt", at=MARCH_6)
    assert [(each.carrier_code, each.carrier_name) for each in read(first, second).submissions] == [
        ("Other", "Hermes"),
        ("USPS", ""),
    ]


def test_the_same_line_again_submits_the_number_again(tmp_path: Path) -> None:
    first, second = (feed(tmp_path, KEYS, line(), name=f"{at.day}.txt", at=at) for at in (MARCH_5, MARCH_6))
    assert packages_of(read(first, second)) == [
        (1, 1, "UPS", "1Z999AA10123456784"),
        (1, 2, "UPS", "1Z999AA10123456784"),
    ]


def test_an_edit_finds_its_package_by_the_item(tmp_path: Path) -> None:
    first = feed(tmp_path, KEYS, line("A", "1"), line("B", "2"), name="1.txt")
    second = feed(tmp_path, KEYS, line("B", "2b"), line("C", "3"), name="2.txt", at=MARCH_6)
    assert packages_of(read(first, second)) == [
        (1, 1, "UPS", "1"),
        (2, 1, "UPS", "2"),
        (2, 2, "UPS", "2b"),
        (3, 1, "UPS", "3"),
    ]


def test_items_of_one_package_are_edited_together(tmp_path: Path) -> None:
    first = feed(tmp_path, KEYS, line("A", "1"), line("B", "1"), name="1.txt")
    second = feed(tmp_path, KEYS, line("A", "2"), line("B", "2"), name="2.txt", at=MARCH_6)
    assert packages_of(read(first, second)) == [(1, 1, "UPS", "1"), (1, 2, "UPS", "2")]


def test_an_item_that_gets_a_number_of_its_own_leaves_its_package(tmp_path: Path) -> None:
    first = feed(tmp_path, KEYS, line("A", "1"), line("B", "1"), name="1.txt")
    second = feed(tmp_path, KEYS, line("A", "1"), line("B", "2"), name="2.txt", at=MARCH_6)
    assert packages_of(read(first, second)) == [(1, 1, "UPS", "1"), (1, 2, "UPS", "1"), (2, 1, "UPS", "2")]


def test_packages_of_one_item_are_edited_in_their_order(tmp_path: Path) -> None:
    first = feed(tmp_path, KEYS, line("A", "1"), line("A", "2"), name="1.txt")
    second = feed(tmp_path, KEYS, line("A", "1b"), line("A", "2b"), name="2.txt", at=MARCH_6)
    confirmed = read(first, second)
    assert packages_of(confirmed) == [(1, 1, "UPS", "1"), (1, 2, "UPS", "1b"), (2, 1, "UPS", "2"), (2, 2, "UPS", "2b")]
    assert confirmed.notes == ()


def test_which_of_several_packages_an_edit_means_is_noted_when_the_file_does_not_tell(tmp_path: Path) -> None:
    first = feed(tmp_path, KEYS, line("A", "1"), line("A", "2"), name="1.txt")
    second = feed(tmp_path, KEYS, line("A", "3"), name="2.txt", at=MARCH_6)
    confirmed = read(first, second)
    assert packages_of(confirmed) == [(1, 1, "UPS", "1"), (1, 2, "UPS", "3"), (2, 1, "UPS", "2")]
    assert confirmed.notes == (
        f"{second.path}:2: does not tell which package of the order it edits; the first one not edited yet is assumed",
    )


# When it was uploaded


def test_without_an_instant_a_first_upload_counts_as_noon_of_its_ship_date_with_a_note(tmp_path: Path) -> None:
    upload = feed(tmp_path, KEYS, line("A", "1"), line("B", "2"), at=None)
    confirmed = read(upload)
    assert {each.submitted_at for each in confirmed.submissions} == {datetime(2026, 3, 5, 12, tzinfo=UTC)}
    (note,) = confirmed.notes
    assert note.startswith(f"{upload.path}: does not say when it was uploaded; noon UTC of each ship-date is assumed")
    assert note.endswith("give feed.txt@2026-03-05T09:00:00Z")


def test_a_ship_date_may_be_an_instant(tmp_path: Path) -> None:
    (submission,) = read(feed(tmp_path, KEYS, line(shipped="2026-03-05T15:30:00+09:00"), at=None)).submissions
    assert submission.submitted_at == datetime(2026, 3, 5, 6, 30, tzinfo=UTC)


def test_an_edit_without_an_instant_is_refused(tmp_path: Path) -> None:
    first = feed(tmp_path, KEYS, line(), name="1.txt", at=None)
    second = feed(tmp_path, KEYS, line(number="2"), name="2.txt", at=None)
    message = refusal(first, second)
    assert message.startswith(f"{second.path}:2: order '{ORDER}' was confirmed in {first.path}:2; an edit needs")
    assert message.endswith("give 2.txt@2026-03-05T09:00:00Z")


def test_files_in_another_order_than_that_of_their_upload_are_refused(tmp_path: Path) -> None:
    first = feed(tmp_path, KEYS, line(), name="1.txt", at=MARCH_6)
    second = feed(tmp_path, KEYS, line(number="2"), name="2.txt", at=MARCH_5)
    message = refusal(first, second)
    assert "is edited at 2026-03-05T09:00:00+00:00, before what it edits, 2026-03-06T09:00:00+00:00" in message
    assert message.endswith("give the files in the order of their upload, each with its instant")


# Mistakes


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([TEMPLATE, LABELS], "feed.txt: has no line of keys within its first 3 lines"),
        ([TEMPLATE, LABELS, LABELS, KEYS], "has no line of keys within its first 3 lines"),
        ([KEYS + "\torder-id", line()], "feed.txt:1: column 'order-id' is duplicated; keep one"),
        ([KEYS.replace("tracking-number", "Tracking_Number"), line()], "did you mean 'tracking-number'?"),
        ([KEYS.replace("tracking-number", "x"), line()], "feed.txt:1: key 'tracking-number' is missing"),
        ([KEYS, line() + "\tx"], "feed.txt:2: has 9 cells, the line of keys 8"),
        ([KEYS, line(shipped="")], "feed.txt:2: column 'ship-date' is blank; a value is needed"),
        (
            [KEYS, line(shipped="3/5/2026")],
            "feed.txt:2: column 'ship-date': '3/5/2026' is not a date; a date is written",
        ),
        ([KEYS, line(shipped="46086.0")], "this is how a spreadsheet counts 2026-03-05: format the column as text"),
        ([KEYS, line(shipped="2026-03-05T09:00:00")], "has no zone"),
        ([KEYS, line(order="")], "feed.txt:2: column 'order-id' is blank"),
        ([KEYS, line(order="114-1 ")], "column 'order-id': '114-1 ' has blanks around it"),
        ([KEYS, line(order='"114-1"')], "begins with a quotation mark; a flat file is not quoted"),
        ([KEYS, line(order="'114-1")], "begins with a quotation mark"),
        ([KEYS, line().replace("\t1\t", "\t1.5\t")], "column 'quantity': '1.5' is not a whole number"),
        (
            [KEYS, line(number="9" * 200_000)],
            "feed.txt:2: cannot be read as a flat file from here on: field larger than",
        ),
    ],
)
def test_a_mistake_is_reported_with_its_place(tmp_path: Path, lines: list[str], message: str) -> None:
    assert message in refusal(feed(tmp_path, *lines))


@pytest.mark.parametrize("quote", ["", '"'])
def test_keys_between_commas_are_reported(tmp_path: Path, quote: str) -> None:
    keys = ",".join(f"{quote}{key}{quote}" for key in KEYS.split("\t"))
    message = refusal(feed(tmp_path, TEMPLATE, keys, name="feed.csv"))
    assert message.endswith("is Amazon's flat file with commas; save it as tab-separated text, like Amazon's")


def test_all_mistakes_of_all_files_are_reported_at_once_up_to_twenty(tmp_path: Path) -> None:
    first = feed(tmp_path, KEYS, *(line(shipped="x", order=str(place)) for place in range(15)), name="1.txt")
    second = feed(tmp_path, KEYS, *(line(shipped="y", order=str(place)) for place in range(15)), name="2.txt")
    lines = refusal(first, second).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "… and 10 more"


def test_short_lines_are_filled_up_and_unread_keys_are_named(tmp_path: Path) -> None:
    keys = f"{KEYS}\tcod-collection-method\ttransparency_code\tship_from_address_name\t"
    upload = feed(tmp_path, keys, line().removesuffix("\tGround"))
    confirmed = read(upload)
    assert [each.ship_method for each in confirmed.submissions] == [""]
    assert confirmed.notes == (f"{upload.path}: not read: 'ship_from_address_name'",)


def test_a_line_end_in_quotation_marks_is_reported_because_nothing_is_quoted(tmp_path: Path) -> None:
    message = refusal(feed(tmp_path, KEYS, line(method='"Ground\nfast"')))
    assert message.endswith("feed.txt:3: column 'ship-date' is blank; a value is needed")


def test_a_hundred_thousand_unknown_columns_are_answered_at_once(tmp_path: Path) -> None:
    keys = KEYS + "".join(f"\tkey{number}" for number in range(100_000))
    (note,) = read(feed(tmp_path, keys, line())).notes
    assert note.endswith("and 99980 more")
