"""The parts of UPS's tables of scan codes: the code, and rows that share their types, class, grade and source."""

from dataclasses import dataclass

from simulator.carriers.common.scan_codes import Grade, Physical, ScanCode
from simulator.parcel import Kind


@dataclass(frozen=True, slots=True)
class UpsCode(ScanCode):
    """A UPS scan code.

    activity_type: `status.type`.
    letters, number: `status.code` and `status.statusCode`; one of them may be empty.
    left_at: where a delivered parcel was left.
    """

    activity_type: str = ""
    letters: str = ""
    number: str = ""
    left_at: str = ""

    @property
    def logical_scan(self) -> bool | None:
        """`logicalScan`: False for an event that UPS read off the parcel; None where no source gives UPS's value."""
        return {"yes": False, "no": True, "cancels": True}.get(self.physical)

    @property
    def is_delivery(self) -> bool:
        """Whether UPS calls the parcel delivered, to a door, a locker or a counter.

        Not every event of type D is a delivery: the type also has movements and delays.
        """
        at_counter = self.activity_type == "D" and self.kind is Kind.AVAILABLE_FOR_PICKUP
        return self.kind is Kind.DELIVERED or at_counter


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of scan codes; what is left out is empty."""

    letters: str
    text: str
    number: str = ""
    kind: Kind | None = None
    left_at: str = ""


def plain(*pairs: tuple[str, str]) -> tuple[Row, ...]:
    """Rows that have only letters and text."""
    return tuple(Row(letters, text) for letters, text in pairs)


def rows(types: str, physical: Physical, grade: Grade, source: str, *group: Row) -> tuple[UpsCode, ...]:
    """The codes of a group of rows with the same types (comma-separated), class, grade and source."""
    return tuple(
        UpsCode(
            f"{type_}/{row.letters}", row.kind, row.text, physical, f"UPS tracking code tables, {source}", grade,
            type_, row.letters, row.number, row.left_at,
        )
        for row in group
        for type_ in types.split(",")
    )  # fmt: skip
