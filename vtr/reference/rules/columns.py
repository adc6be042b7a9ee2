"""The columns that a rule's condition may use, stage by stage: the one place where they are documented.

The checker of conditions (`conditions.py`) allows no others, `vtr rules` prints them, and the stages (`stages/*.sql`)
have them. Each column says what it `needs` before it is known: only the order and its package, a decision about which
submissions count, the submission that is judged, or a carrier's answer. So it is known where judging has to stop for a
package whose carrier gave no usable answer: right before the first rule that needs the answer.
"""

from dataclasses import dataclass
from typing import Literal

Stage = Literal["population", "submission", "evidence"]
Kind = Literal["text", "number", "boolean", "instant", "date"]
Needs = Literal["order", "counting", "submission", "answer"]

STAGES: tuple[Stage, ...] = ("population", "submission", "evidence")


@dataclass(frozen=True, slots=True)
class Column:
    """A documented column. kind: instants are in UTC without a zone, money is a number in the order's currency."""

    name: str
    kind: Kind
    needs: Needs
    stages: tuple[Stage, ...]
    says: str


_EVERYWHERE = STAGES
_JUDGED: tuple[Stage, ...] = ("submission", "evidence")

COLUMNS: tuple[Column, ...] = (
    Column("as_of", "instant", "order", _EVERYWHERE, "the instant of the report"),
    Column("report_date", "date", "order", _EVERYWHERE, "the day of the report in the marketplace's zone"),
    Column(
        "window_start", "date", "order", _EVERYWHERE, "first day of the window of promised delivery dates, inclusive"
    ),
    Column("window_end", "date", "order", _EVERYWHERE, "last day of that window, inclusive"),
    Column("order_id", "text", "order", _EVERYWHERE, "the order's id, opaque text"),
    Column("placed_at", "instant", "order", _EVERYWHERE, "when the buyer placed the order"),
    Column("category", "text", "order", _EVERYWHERE, "the product category when the order was placed"),
    Column("current_category", "text", "order", _EVERYWHERE, "the product category today"),
    Column("promised_delivery_date", "date", "order", _EVERYWHERE, "the last day promised to the buyer"),
    Column(
        "promised_ship_date", "date", "order", _EVERYWHERE, "the day by which the seller promised to ship, if known"
    ),
    Column("item_price", "number", "order", _EVERYWHERE, "price of the goods"),
    Column("shipping_price", "number", "order", _EVERYWHERE, "what the buyer paid for shipping"),
    Column("total_price", "number", "order", _EVERYWHERE, "item_price + shipping_price"),
    Column("currency", "text", "order", _EVERYWHERE, "ISO 4217 code of the prices"),
    Column("ship_from", "text", "order", _EVERYWHERE, "country the parcel leaves from, ISO 3166 alpha-2"),
    Column("ship_to", "text", "order", _EVERYWHERE, "country the parcel goes to, ISO 3166 alpha-2"),
    Column("fulfilled_by", "text", "order", _EVERYWHERE, "'seller' or 'amazon'"),
    Column("cancelled_at", "instant", "order", _EVERYWHERE, "when the order was cancelled, NULL if it was not"),
    Column("package", "number", "order", _EVERYWHERE, "the package's number in its order, NULL without a confirmation"),
    Column("confirmed_at", "instant", "order", _EVERYWHERE, "when the package was confirmed as shipped, NULL if never"),
    Column("buy_shipping", "boolean", "order", _EVERYWHERE, "whether the label was bought from Amazon"),
    Column(
        "counting_submissions",
        "number",
        "counting",
        ("population",),
        "how many submissions of the package count, or may count once the carrier has answered",
    ),
    Column("submitted_at", "instant", "submission", _EVERYWHERE, "when the submission (of the effective one) was made"),
    Column("seq", "number", "submission", _EVERYWHERE, "its place among the package's submissions: 1 is the first"),
    Column("carrier_code", "text", "submission", _EVERYWHERE, "the carrier as chosen from the list, or Other"),
    Column("carrier_name", "text", "submission", _EVERYWHERE, "the carrier as typed, with Other"),
    Column(
        "carrier", "text", "submission", _EVERYWHERE, "carrier_code, or carrier_name when the code is Other or blank"
    ),
    Column(
        "carrier_supported",
        "boolean",
        "submission",
        _EVERYWHERE,
        "whether carrier_code is one of the profile's carriers, letter for letter",
    ),
    Column(
        "carrier_misspelt",
        "boolean",
        "submission",
        _EVERYWHERE,
        "whether carrier is a supported one's name in another case, with blanks around it, or typed under Other",
    ),
    Column("tracking_number", "text", "submission", _EVERYWHERE, "the tracking text exactly as submitted"),
    Column(
        "tracking_text",
        "text",
        "submission",
        _EVERYWHERE,
        "tracking_number without ASCII white space around it (and as the switches inner_space and full_width say)",
    ),
    Column("ship_method", "text", "submission", _EVERYWHERE, "the seller's text for the service"),
    Column(
        "delivered_so_far",
        "instant",
        "answer",
        _JUDGED,
        "earliest delivery among this and the earlier submitted numbers of the package, NULL if none",
    ),
    Column("number_known", "boolean", "answer", ("evidence",), "whether the named carrier has a record of the number"),
    Column("known_elsewhere", "boolean", "answer", ("evidence",), "whether another carrier has a record of the number"),
    Column("physical_scans", "number", "answer", ("evidence",), "how many physical scans of the number there are"),
    Column(
        "facility_scans",
        "number",
        "answer",
        ("evidence",),
        "how many of them are arrivals at or handlings in a facility (milestone facility of the code)",
    ),
    Column(
        "attempt_scans",
        "number",
        "answer",
        ("evidence",),
        "how many events say that a delivery was tried in vain, of whichever firm (milestone attempt of the code)",
    ),
    Column("delivery_scans", "number", "answer", ("evidence",), "how many events say delivered, of whichever firm"),
    Column("first_scan_at", "instant", "answer", ("evidence",), "the first physical scan with a time, NULL if none"),
    Column("delivered_at", "instant", "answer", ("evidence",), "the first delivery of the number, NULL if none"),
)

NULLABLE = frozenset(
    {
        *("promised_ship_date", "cancelled_at", "package", "confirmed_at"),
        *("delivered_so_far", "first_scan_at", "delivered_at"),
    }
)
"""The columns that can be NULL when a rule is evaluated."""


def columns_of(stage: Stage) -> dict[str, Column]:
    """The columns of a stage by name, in the order in which they are documented."""
    return {column.name: column for column in COLUMNS if stage in column.stages}
