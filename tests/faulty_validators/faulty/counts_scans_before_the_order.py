"""Counts whatever the number has ever gone through, on a label that was used before too."""

from datetime import datetime

from faulty.base import Answers, Mistake, Request, validator, with_orders


def _since_ever(request: Request, answers: Answers) -> Request:
    first = min((scan.at for answer in answers for scan in answer.scans if scan.at is not None), default=None)

    def before_all(placed: str) -> str:
        return placed if first is None or first >= datetime.fromisoformat(placed) else first.isoformat()

    return with_orders(request, lambda order: {"placed_at": before_all(order["placed_at"])})


MISTAKE = Mistake("scans from before the order count", in_request=_since_ever)
judge = validator(MISTAKE)
