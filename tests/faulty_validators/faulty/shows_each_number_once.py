"""Takes column E for a key, and so shows one row of several with the same text."""

from faulty.base import Mistake, Reply, validator


def _once(reply: Reply) -> Reply:
    rows = {row["tracking_id"]: row for row in reversed(reply["rows"])}
    return {**reply, "rows": list(rows.values())}


MISTAKE = Mistake("rows with the same text in column E are shown once", in_reply=_once)
judge = validator(MISTAKE)
