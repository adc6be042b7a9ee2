"""Measures orders that were cancelled before they were confirmed."""

from faulty.base import Answers, Mistake, Request, validator, with_orders


def _never_cancelled(request: Request, _answers: Answers) -> Request:
    return with_orders(request, lambda _order: {"cancelled_at": None})


MISTAKE = Mistake("a cancelled order is measured", in_request=_never_cancelled)
judge = validator(MISTAKE)
