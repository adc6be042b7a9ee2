"""Judges what was confirmed first, and never looks at edits."""

from faulty.base import Answers, Mistake, Request, validator, with_submissions


def _first(request: Request, _answers: Answers) -> Request:
    return with_submissions(request, lambda submissions: list(submissions[:1]))


MISTAKE = Mistake("edits do not count", in_request=_first)
judge = validator(MISTAKE)
