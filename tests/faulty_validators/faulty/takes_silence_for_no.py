"""Reads "no usable answer" as "the carrier does not know the number"."""

from dataclasses import replace

from faulty.base import Answers, Mistake, validator


def _unknown(answers: Answers) -> Answers:
    return tuple(replace(answer, outcome="unknown") if answer.outcome == "unanswered" else answer for answer in answers)


MISTAKE = Mistake("a carrier that gives no usable answer does not know the number", in_answers=_unknown)
judge = validator(MISTAKE)
