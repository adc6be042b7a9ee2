"""Asks until a carrier knows the number, whoever was named."""

from collections.abc import Mapping
from typing import Any

from faulty.base import Answers, Mistake, Request, validator, with_submissions
from vtr.reference.rules.profile_reader import load_profile


def _known_to(request: Request, answers: Answers) -> Request:
    carriers = load_profile(request["profile"]).carriers
    clients = {carrier.name: carrier.asks for carrier in carriers}
    names = {carrier.asks: carrier.name for carrier in reversed(carriers)}
    known = [(answer.carrier, answer.tracking_number) for answer in answers if answer.outcome == "known"]

    def whoever_knows(submission: Mapping[str, Any]) -> Mapping[str, Any]:
        number = submission["tracking_number"].strip().upper()
        knowing = [carrier for carrier, text in known if text == number and carrier in names]
        if not knowing or clients.get(submission["carrier_code"]) in knowing:
            return submission
        return {**submission, "carrier_code": names[knowing[0]]}

    return with_submissions(request, lambda submissions: [whoever_knows(submission) for submission in submissions])


MISTAKE = Mistake("the named carrier does not matter", in_request=_known_to)
judge = validator(MISTAKE)
