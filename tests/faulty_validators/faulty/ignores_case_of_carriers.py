"""Takes a carrier's name in any case for the supported spelling."""

from faulty.base import Answers, Mistake, Request, validator, with_submissions
from vtr.reference.rules.profile_reader import load_profile


def _spelled(request: Request, _answers: Answers) -> Request:
    spelled = {carrier.name.casefold(): carrier.name for carrier in load_profile(request["profile"]).carriers}
    return with_submissions(
        request,
        lambda submissions: [
            {
                **submission,
                "carrier_code": spelled.get(submission["carrier_code"].casefold(), submission["carrier_code"]),
            }
            for submission in submissions
        ],
    )


MISTAKE = Mistake("the case of a carrier's name does not matter", in_request=_spelled)
judge = validator(MISTAKE)
