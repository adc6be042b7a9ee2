"""Tests for digits as Python's str.isdigit does, and so takes those of every script, which int() then reads."""

import unicodedata

from faulty.base import Answers, Mistake, Request, validator, with_submissions


def _ascii(text: str) -> str:
    return "".join(str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in text)


def _read(request: Request, _answers: Answers) -> Request:
    return with_submissions(
        request,
        lambda submissions: [
            {**submission, "tracking_number": _ascii(submission["tracking_number"])} for submission in submissions
        ],
    )


MISTAKE = Mistake("digits of every script are digits", in_request=_read)
judge = validator(MISTAKE)
