"""Forgets that a number must be submitted before the delivery."""

from faulty.base import Mistake, Reply, validator


def _passed(reply: Reply) -> Reply:
    late = [row for row in reply["rows"] if row["reason"] == "UPLOADED_AFTER_DELIVERY"]
    rows = [{**row, "no_valid_tracking": "", "reason": "VALID"} if row in late else row for row in reply["rows"]]
    rates = []
    for rate in reply["rates"]:
        more = sum(rate["category"] in (None, row["category"]) for row in late)
        valid = rate["valid"] + more
        share = valid / rate["counted"] if rate["counted"] else None
        status = "NONE" if share is None else "GOOD" if share >= 0.95 else "BAD"
        rates.append({**rate, "valid": valid, "rate": share, "status": status} if more else rate)
    return {**reply, "rows": rows, "rates": rates}


MISTAKE = Mistake("a number submitted after the delivery is valid", in_reply=_passed)
judge = validator(MISTAKE)
