"""What UPS's tables of scan codes are made of: an event, and rows of it that share their type, class and source."""

from dataclasses import dataclass

from simulator.carriers.common.scan_codes import Grade, Physical, ScanCode
from simulator.parcel import Kind


@dataclass(frozen=True, slots=True)
class UpsCode(ScanCode):
    """A UPS event. letters and number may be empty, but not both. left_at: where a delivered parcel was left."""

    activity_type: str = ""
    letters: str = ""
    number: str = ""
    left_at: str = ""

    @property
    def logical_scan(self) -> bool | None:
        """`logicalScan`: False for an event that UPS read off the parcel; None where no source tells UPS's value."""
        return {"yes": False, "no": True, "cancels": True}.get(self.physical)

    @property
    def is_delivery(self) -> bool:
        """Whether UPS calls the parcel delivered, to a door, a locker or a counter.

        Not every event of type D is one: the type has movements and delays too.
        """
        at_counter = self.activity_type == "D" and self.kind is Kind.AVAILABLE_FOR_PICKUP
        return self.kind is Kind.DELIVERED or at_counter


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: letters, text, perhaps number, kind and drop place."""

    letters: str
    text: str
    number: str = ""
    kind: Kind | None = None
    left_at: str = ""


def plain(*told: tuple[str, str]) -> tuple[Row, ...]:
    """Rows of letters and text alone."""
    return tuple(Row(letters, text) for letters, text in told)


def rows(types: str, verdict: Physical, grade: Grade, source: str, *told: Row) -> tuple[UpsCode, ...]:
    """The codes of a group: rows of the same types (by comma), class, grade and source."""
    return tuple(
        UpsCode(
            f"{type_}/{row.letters}", row.kind, row.text, verdict, f"UPS tracking code tables, {source}", grade,
            type_, row.letters, row.number, row.left_at,
        )
        for row in told
        for type_ in types.split(",")
    )  # fmt: skip
