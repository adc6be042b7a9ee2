"""Counts an order under the category that its product has today."""

from faulty.base import Answers, Mistake, Request, validator, with_orders


def _todays(request: Request, _answers: Answers) -> Request:
    return with_orders(request, lambda order: {"category": order["current_category"]})


MISTAKE = Mistake("the rate of a category counts by what the product is today", in_request=_todays)
judge = validator(MISTAKE)
