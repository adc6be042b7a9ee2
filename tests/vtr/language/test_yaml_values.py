import pytest

from vtr.language import schema, yaml_values

PARCELS = {"box": "1Z1", "crate": "1Z2", "twin": "1Z2", "odd": "$5", "none": ""}


@pytest.mark.parametrize(
    ("text", "written"), [("$box", "$$box"), ("$", "$$"), ("$$x", "$$$x"), ("a$b", "a$b"), ("", ""), ("1Z1", "1Z1")]
)
def test_dollar_sign_is_doubled_at_the_start_alone_and_read_back_as_it_was(text: str, written: str) -> None:
    assert yaml_values.escape_dollar(text) == written
    assert schema.name_of(written) is None
    assert schema.literal(written) == text


@pytest.mark.parametrize(
    ("number", "first", "written"),
    [
        ("1Z1", (), "$box"),
        ("1Z2", (), "$crate"),
        ("1Z2", ("twin",), "$twin"),
        ("1Z2", ("box",), "$crate"),
        ("1Z2", ("unknown",), "$crate"),
        ("$5", (), "$odd"),
        ("1z1", (), "1z1"),
        ("$6", (), "$$6"),
        ("", ("none",), ""),
    ],
)
def test_tracking_number_is_the_name_of_a_parcel_that_has_it(number: str, first: tuple[str, ...], written: str) -> None:
    assert yaml_values.tracking_value(number, PARCELS, first) == written


@pytest.mark.parametrize(
    ("parcel", "carried", "package", "name"),
    [
        ("box", ["box", "crate"], 1, {"parcel": "box"}),
        ("box", ["box", "box"], 2, {"order": "A", "package": "2"}),
        ("box", ["box", "box"], None, {"order": "A"}),
        ("box", [], None, {"order": "A"}),
        (None, ["box", None], None, {"order": "A"}),
        (None, [None, None], 1, {"order": "A", "package": "1"}),
    ],
)
def test_row_is_named_by_its_parcel_where_no_other_package_has_it(
    parcel: str | None, carried: list[str | None], package: int | None, name: dict[str, str]
) -> None:
    assert yaml_values.row_name(parcel, carried, "A", package) == name
    assert (yaml_values.sole_parcel(parcel, carried) is not None) is ("parcel" in name)
