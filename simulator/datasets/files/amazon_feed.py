"""Amazon's flat file of ship confirmations (feed POST_FLAT_FILE_FULFILLMENT_DATA), as a seller uploads it.

Tab-separated without quoting, UTF-8: a line that names the template, the keys of Amazon's help (A), and a line for each
package. There are two files: first submissions, and edits. The format has no instant of submission, so ship-date is an
instant, as some programs write it (D), where Amazon asks for a day (A). What a flat file cannot hold is written as
closely as possible: a tab in a cell becomes a blank, and a number that an edit deletes becomes `NULL` (A). Two packages
of an order with the same carrier and the same text are one package to a reader of the file (X).
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

_TEMPLATE = "TemplateType=OrderFulfillment\tVersion=2011.1102\n"
_KEYS = (
    "order-id", "order-item-id", "quantity", "ship-date", "carrier-code", "carrier-name", "tracking-number",
    "ship-method",
)  # fmt: skip


def heading() -> bytes:
    """The two lines above the packages."""
    return (_TEMPLATE + "\t".join(_KEYS) + "\n").encode()


def lines(confirmations: pa.Table, *, edits: bool) -> Iterator[bytes]:
    """A line for each first submission, or for each edit, in the order of the table."""
    is_edit = pc.not_equal(confirmations["submitted_at"], confirmations["confirmed_at"])
    table = confirmations.filter(is_edit if edits else pc.invert(is_edit))
    number = pc.replace_substring(_plain(table["tracking_number"]), "\t", " ")
    if edits:
        number = pc.if_else(pc.equal(number, ""), "NULL", number)
    order = _plain(table["order_id"])
    # Fourteen letters or digits (A): the order's own digits, and which of its packages it is.
    item = pc.utf8_slice_codeunits(pc.replace_substring(order, "-", ""), 4, 17)
    cells = (
        order,
        pc.binary_join_element_wise(item, table["package"].cast(pa.string()), ""),
        pa.scalar("1"),
        pc.strftime(table["submitted_at"], format="%Y-%m-%dT%H:%M:%SZ"),
        *(_plain(table[name]) for name in ("carrier_code", "carrier_name")),
        number,
        _plain(table["ship_method"]),
    )
    for line in pc.binary_join_element_wise(*cells, "\t").to_pylist():
        yield f"{line}\n".encode()


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())
