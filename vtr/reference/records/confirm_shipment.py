"""Bodies of Amazon's `confirmShipment` call (Selling Partner API, Orders v0): one, a JSON list, or JSON Lines.

`packageDetail` and its keys are as in Amazon's model (A). The order is part of the call's path and not of its body, so
an object wraps both: `orderId` (or `order_id`, or the called `path`) and the body's keys, or the body under `body`,
`payload` or `confirmShipmentRequest`; or the file is named after the order, `114-3941689-8772232.json`. The instant of
the call is given as `submittedAt` in the same object, or after the file's name. A recorded call may have its `status`:
one that Amazon refused confirmed nothing (A: 204 is success) and is skipped with a note.

packageReferenceId is the package's number. A repeated number is an edit (A) and replaces everything before it. A first
confirmation without an instant counts as made at its shipDate, with a note; an edit needs its instant (X).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from vtr.reference.messages import did_you_mean
from vtr.reference.records.cell_parsers import (
    InvalidCell,
    display_cell,
    parse_instant,
    parse_nonblank_text,
    parse_text,
    whole_number_parser,
)
from vtr.reference.records.columns import Column, parse_row, required_column
from vtr.reference.records.flat_file import edit_problem
from vtr.reference.records.issues import Notes, Problems
from vtr.reference.records.rows import Row, parse_json
from vtr.reference.records.submissions import SubmissionLine
from vtr.reference.records.uploads import INSTANT_EXAMPLE, Upload

_DETAIL = "packageDetail"
_BODIES = ("body", "payload", "confirmShipmentRequest")
_ORDER_IDS = ("orderId", "order_id", "amazonOrderId", "AmazonOrderId")
_INSTANTS = ("submittedAt", "submitted_at")
_PATH = re.compile(r"/orders/v0/orders/(?P<order_id>[^/?]+)/shipmentConfirmation")
_FILE_OF_AN_ORDER = re.compile(r"\d{3}-\d{7}-\d{7}", re.ASCII)  # A: ids have this form


def _parse_reference(cell: object) -> int:
    """A positive number (A), which the model writes as text."""
    try:
        return whole_number_parser(1)(cell)
    except InvalidCell as error:
        raise InvalidCell(f"{error}; Amazon's packages of an order are numbered 1, 2, …") from error


def _count_items(cell: object) -> int:
    """The number of items; each has orderItemId and quantity."""
    if not isinstance(cell, list) or not cell:
        raise InvalidCell("is not a list of the package's items, each with orderItemId and quantity")
    for entry in cell:
        if not isinstance(entry, Mapping) or not entry.get("orderItemId") or "quantity" not in entry:
            raise InvalidCell("has an entry without orderItemId or quantity")
        whole_number_parser(1)(entry["quantity"])
    return len(cell)


_COLUMNS = (
    required_column("packageReferenceId", _parse_reference),
    Column("carrierCode", parse_text, "", column_needed=True),
    Column("carrierName", parse_text, ""),
    Column("shippingMethod", parse_text, ""),
    Column("trackingNumber", parse_text, "", column_needed=True),
    required_column("shipDate", parse_instant),
    required_column("orderItems", _count_items),
    Column("shipFromSupplySourceId", parse_text, ""),
)
_NAMES = {column.name for column in _COLUMNS}


def is_confirm_shipment(document: object) -> bool:
    """Whether a JSON value is such a body, a call with one, or a list that begins with one."""
    first = document[0] if isinstance(document, list) and document else document
    return isinstance(first, Mapping) and (
        _DETAIL in first or any(_DETAIL in _find_object(first, key) for key in _BODIES)
    )


@dataclass(slots=True)
class ConfirmShipmentReader:
    """Reads calls in the order in which they were made, and remembers the last one about each package."""

    problems: Problems
    notes: Notes
    _last: dict[tuple[str, int], tuple[str, datetime]] = field(default_factory=dict)

    def lines(self, upload: Upload, calls: Iterable[tuple[str, object]]) -> Iterator[SubmissionLine]:
        """The submissions of the calls, each given with its place; mistakes are reported among the problems."""
        for where, call in calls:
            line = self._read_call(where, call, upload)
            if line is not None:
                yield line

    def _read_call(self, where: str, call: object, upload: Upload) -> SubmissionLine | None:
        body = self._find_body(where, call)
        if body is None or not isinstance(call, Mapping):
            return None
        status = call.get("status")
        if isinstance(status, int) and not 200 <= status < 300:  # noqa: PLR2004 (HTTP's own bounds)
            self.notes.add(str(upload.path), f"a call that Amazon refused ({status}) is skipped", where)
            return None
        order_id = self._find_order_id(where, call, upload.path)
        sent_at, usable = self._find_instant(where, call, upload)
        detail = body[_DETAIL]
        if not isinstance(detail, Mapping):
            self.problems.add(where, f"{_DETAIL}: an object is expected, not {display_cell(detail)}")
            return None
        self._check_keys(where, detail, upload.path)
        cells: dict[str, Any] | None = parse_row(Row(f"{where}: {_DETAIL}", detail), _COLUMNS, self.problems)
        if cells is None or order_id is None or not usable:
            return None
        submitted_at = sent_at or cells["shipDate"]
        if sent_at is None:
            self.notes.add(
                str(upload.path),
                "does not say when it was sent; each shipDate is assumed, so late confirmations cannot be detected:"
                f" give submittedAt next to the body, or {upload.path.name}{INSTANT_EXAMPLE}",
            )
        return self._submission(where, order_id, cells, submitted_at, Upload(upload.path, sent_at))

    def _submission(
        self, where: str, order_id: str, cells: dict[str, Any], submitted_at: datetime, upload: Upload
    ) -> SubmissionLine | None:
        key = (order_id, cells["packageReferenceId"])
        if key in self._last:
            problem = edit_problem(order_id, *self._last[key], submitted_at, upload)
            if problem:
                self.problems.add(where, problem)
                return None
        self._last[key] = (where, submitted_at)
        return SubmissionLine(
            where=where,
            order_id=order_id,
            package=cells["packageReferenceId"],
            submitted_at=submitted_at,
            carrier_code=cells["carrierCode"],
            carrier_name=cells["carrierName"],
            tracking_number=cells["trackingNumber"],
            ship_method=cells["shippingMethod"],
        )

    def _find_body(self, where: str, call: object) -> Mapping[str, object] | None:
        if not isinstance(call, Mapping):
            self.problems.add(where, f"a body of confirmShipment is expected, not {display_cell(call)}")
            return None
        for body in (call, *(_find_object(call, key) for key in _BODIES)):
            if _DETAIL in body:
                return body
        keys = ", ".join(display_cell(key) for key in list(call)[:10]) or "no keys"
        self.problems.add(where, f"has no {_DETAIL!r}; it has {keys}")
        return None

    def _find_order_id(self, where: str, call: Mapping[str, object], path: Path) -> str | None:
        for key in _ORDER_IDS:
            if key in call:
                try:
                    return str(parse_nonblank_text(call[key]))
                except InvalidCell as error:
                    self.problems.add(where, f"{key!r}: {display_cell(call[key])} {error}")
                    return None
        called = _PATH.search(str(call.get("path", "")))
        if called is not None:
            return called["order_id"]
        if _FILE_OF_AN_ORDER.fullmatch(path.stem):
            return path.stem
        self.problems.add(where, "has no order; write 'orderId' next to the body, or name the file after the order")
        return None

    def _find_instant(self, where: str, call: Mapping[str, object], upload: Upload) -> tuple[datetime | None, bool]:
        """The instant of the call, None when not given, and whether it is usable."""
        for key in _INSTANTS:
            if call.get(key) is not None:
                try:
                    return parse_instant(call[key]), True
                except InvalidCell as error:
                    self.problems.add(where, f"{key!r}: {display_cell(call[key])} {error}")
                    return None, False
        return upload.submitted_at, True

    def _check_keys(self, where: str, detail: Mapping[str, object], path: Path) -> None:
        absent = [column.name for column in _COLUMNS if column.name not in detail]
        for key in detail:
            if key not in _NAMES:
                self.notes.add(str(path), f"key {display_cell(key)} is not read{did_you_mean(str(key), absent)}", where)
        unread = ", ".join(display_cell(key) for key in detail if key not in _NAMES)
        hint = f"; it has {unread}, which is not read" if unread else ""
        for column in _COLUMNS:
            if column.name in absent and column.column_needed and not column.value_needed:
                self.problems.add(
                    where, f"{_DETAIL}: {column.name!r} is missing; Amazon refuses a call without it{hint}"
                )


def _find_object(call: Mapping[str, object], key: str) -> Mapping[str, object]:
    """The object under a key, also as JSON in a text (recorded calls have that); empty when there is none."""
    value = call.get(key)
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = parse_json(value, Path(key))
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}
