"""Keeps the carriers' times on the clock of Los Angeles and compares them with Amazon's as if both were the same."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from faulty.base import Answers, Mistake, validator

SELLERS_ZONE = ZoneInfo("America/Los_Angeles")


def _on_the_wall(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(SELLERS_ZONE).replace(tzinfo=UTC)


def _local(answers: Answers) -> Answers:
    return tuple(
        replace(answer, scans=tuple(replace(scan, at=_on_the_wall(scan.at)) for scan in answer.scans))
        for answer in answers
    )


MISTAKE = Mistake("local times of scans are compared as if they were UTC", in_answers=_local)
judge = validator(MISTAKE)
