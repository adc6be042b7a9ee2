"""The validator's inputs: orders, what was submitted for them, and scans collected earlier.

The values are defined in `model.py`. Each kind of input has a reader (`orders.py`, `submissions.py`, `scans.py`) over
rows of any format (`rows.py`), whose columns (`columns.py`) and cells (`cell_parsers.py`) are checked, so that an error
names its line and column. Requests of the validator protocol go through the same readers. `confirmations.py` reads
several files of submissions, among them Amazon's own formats (`flat_file.py`, `confirm_shipment.py`).
"""

from vtr.reference.records.confirmations import FORMATS, Confirmations, Format, read_confirmations
from vtr.reference.records.model import AnswerLine, CollectedScans, Order, ScanLine, Submission, number_key
from vtr.reference.records.orders import orders_from, read_orders
from vtr.reference.records.scans import read_scans
from vtr.reference.records.submissions import read_submissions, submissions_from
from vtr.reference.records.uploads import Upload, upload_named

__all__ = [
    "FORMATS",
    "AnswerLine",
    "CollectedScans",
    "Confirmations",
    "Format",
    "Order",
    "ScanLine",
    "Submission",
    "Upload",
    "number_key",
    "orders_from",
    "read_confirmations",
    "read_orders",
    "read_scans",
    "read_submissions",
    "submissions_from",
    "upload_named",
]
