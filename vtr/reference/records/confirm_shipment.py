"""Bodies of Amazon's `confirmShipment` call (Selling Partner API, Orders v0): one, a JSON list, or JSON Lines.

`packageDetail` and its keys as in Amazon's model (A). The order is a part of the call's path and not of its body, so it
stands beside it: an object with `orderId` (or `order_id`, or the `path` that was called) and the body in place or under
`body`, `payload` or `confirmShipmentRequest`; or the file is named after the order, `114-3941689-8772232.json`. When
the call was made stands beside it too, as `submittedAt`, or behind the file's name. A recorded call may have its
`status`: one that Amazon refused confirmed nothing (A: 204 is success) and is left out with a note.

packageReferenceId is the package's number. The same one again is an edit (A) and replaces all that was said before. A
first confirmation without an instant counts as made at its shipDate, and a note says so; an edit needs its instant (X).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from vtr.reference.messages import did_you_mean
from vtr.reference.records.cells import NotUsable, instant, named_text, shown, text, whole_number
from vtr.reference.records.fields import Field, needed, typed_cells
from vtr.reference.records.flat_file import edit_problem
from vtr.reference.records.notes import Notes
from vtr.reference.records.problems import Problems
from vtr.reference.records.rows import Row, json_of
from vtr.reference.records.submissions import Line
from vtr.reference.records.uploads import EXAMPLE, Upload

_DETAIL = "packageDetail"
_BODIES = ("body", "payload", "confirmShipmentRequest")
_ORDER_IDS = ("orderId", "order_id", "amazonOrderId", "AmazonOrderId")
_INSTANTS = ("submittedAt", "submitted_at")
_PATH = re.compile(r"/orders/v0/orders/(?P<order_id>[^/?]+)/shipmentConfirmation")
_FILE_OF_AN_ORDER = re.compile(r"\d{3}-\d{7}-\d{7}", re.ASCII)  # A: ids have this form


def _reference(cell: object) -> int:
    """A positive number (A), which the model writes as text."""
    try:
        return whole_number(1)(cell)
    except NotUsable as error:
        raise NotUsable(f"{error}; Amazon's packages of an order are numbered 1, 2, …") from error


def _items(cell: object) -> int:
    """How many items; each names its orderItemId and quantity."""
    if not isinstance(cell, list) or not cell:
        raise NotUsable("is no list of what the package holds, each with orderItemId and quantity")
    for entry in cell:
        if not isinstance(entry, Mapping) or not entry.get("orderItemId") or "quantity" not in entry:
            raise NotUsable("has an entry without orderItemId or quantity")
        whole_number(1)(entry["quantity"])
    return len(cell)


_FIELDS = (
    needed("packageReferenceId", _reference),
    Field("carrierCode", text, "", column_needed=True),
    Field("carrierName", text, ""),
    Field("shippingMethod", text, ""),
    Field("trackingNumber", text, "", column_needed=True),
    needed("shipDate", instant),
    needed("orderItems", _items),
    Field("shipFromSupplySourceId", text, ""),
)
_NAMES = {each.name for each in _FIELDS}


def looks_like_bodies(document: object) -> bool:
    """Tell whether a JSON value is such a body, a call with one, or a list that begins with one."""
    first = document[0] if isinstance(document, list) and document else document
    return isinstance(first, Mapping) and (_DETAIL in first or any(_DETAIL in _mapping(first, key) for key in _BODIES))


@dataclass(slots=True)
class ConfirmShipments:
    """Calls in the order in which they were made, and the place and instant of the last one about each package."""

    problems: Problems
    notes: Notes
    _last: dict[tuple[str, int], tuple[str, datetime]] = field(default_factory=dict)

    def lines(self, upload: Upload, calls: Iterable[tuple[str, object]]) -> Iterator[Line]:
        """The submissions of the calls, each given with its place; what is wrong is noted among the problems."""
        for where, call in calls:
            line = self._line(where, call, upload)
            if line is not None:
                yield line

    def _line(self, where: str, call: object, upload: Upload) -> Line | None:
        body = self._body(where, call)
        if body is None or not isinstance(call, Mapping):
            return None
        status = call.get("status")
        if isinstance(status, int) and not 200 <= status < 300:  # noqa: PLR2004 (HTTP's own bounds)
            self.notes.add(str(upload.path), f"a call that Amazon refused ({status}) is left out", where)
            return None
        order_id = self._order_id(where, call, upload.path)
        given, usable = self._given_instant(where, call, upload)
        detail = body[_DETAIL]
        if not isinstance(detail, Mapping):
            self.problems.add(where, f"{_DETAIL}: an object is expected, not {shown(detail)}")
            return None
        self._check_keys(where, detail, upload.path)
        cells: dict[str, Any] | None = typed_cells(Row(f"{where}: {_DETAIL}", detail), _FIELDS, self.problems)
        if cells is None or order_id is None or not usable:
            return None
        submitted_at = given or cells["shipDate"]
        if given is None:
            self.notes.add(
                str(upload.path),
                "does not say when it was sent; taken as each shipDate, so late confirmations cannot be told: give"
                f" submittedAt beside the body, or {upload.path.name}{EXAMPLE}",
            )
        return self._submitted(where, order_id, cells, submitted_at, Upload(upload.path, given))

    def _submitted(
        self, where: str, order_id: str, cells: dict[str, Any], submitted_at: datetime, upload: Upload
    ) -> Line | None:
        key = (order_id, cells["packageReferenceId"])
        if key in self._last:
            problem = edit_problem(order_id, *self._last[key], submitted_at, upload)
            if problem:
                self.problems.add(where, problem)
                return None
        self._last[key] = (where, submitted_at)
        return Line(
            where=where,
            order_id=order_id,
            package=cells["packageReferenceId"],
            submitted_at=submitted_at,
            carrier_code=cells["carrierCode"],
            carrier_name=cells["carrierName"],
            tracking_number=cells["trackingNumber"],
            ship_method=cells["shippingMethod"],
        )

    def _body(self, where: str, call: object) -> Mapping[str, object] | None:
        if not isinstance(call, Mapping):
            self.problems.add(where, f"a body of confirmShipment is expected, not {shown(call)}")
            return None
        for body in (call, *(_mapping(call, key) for key in _BODIES)):
            if _DETAIL in body:
                return body
        keys = ", ".join(shown(key) for key in list(call)[:10]) or "no keys"
        self.problems.add(where, f"has no {_DETAIL!r}; it has {keys}")
        return None

    def _order_id(self, where: str, call: Mapping[str, object], path: Path) -> str | None:
        for key in _ORDER_IDS:
            if key in call:
                try:
                    return str(named_text(call[key]))
                except NotUsable as error:
                    self.problems.add(where, f"{key!r}: {shown(call[key])} {error}")
                    return None
        called = _PATH.search(str(call.get("path", "")))
        if called is not None:
            return called["order_id"]
        if _FILE_OF_AN_ORDER.fullmatch(path.stem):
            return path.stem
        self.problems.add(
            where, "of which order is not said; write 'orderId' beside the body, or name the file after the order"
        )
        return None

    def _given_instant(self, where: str, call: Mapping[str, object], upload: Upload) -> tuple[datetime | None, bool]:
        """When the call was made if that is said, and whether what is said can be used."""
        for key in _INSTANTS:
            if call.get(key) is not None:
                try:
                    return instant(call[key]), True
                except NotUsable as error:
                    self.problems.add(where, f"{key!r}: {shown(call[key])} {error}")
                    return None, False
        return upload.submitted_at, True

    def _check_keys(self, where: str, detail: Mapping[str, object], path: Path) -> None:
        absent = [each.name for each in _FIELDS if each.name not in detail]
        for key in detail:
            if key not in _NAMES:
                self.notes.add(str(path), f"key {shown(key)} is not read{did_you_mean(str(key), absent)}", where)
        unread = ", ".join(shown(key) for key in detail if key not in _NAMES)
        hint = f"; it has {unread}, which is not read" if unread else ""
        for each in _FIELDS:
            if each.name in absent and each.column_needed and not each.value_needed:
                self.problems.add(where, f"{_DETAIL}: {each.name!r} is missing; Amazon refuses a call without it{hint}")


def _mapping(call: Mapping[str, object], key: str) -> Mapping[str, object]:
    """The object under a key, also when it is JSON as text, as recorded calls have it; empty when there is none."""
    value = call.get(key)
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json_of(value, Path(key))
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}
