"""A perfect order as values, and what it takes to change one thing about it. No carrier is asked anywhere here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from vtr.reference.clients.answers import Answer, ScanRow
from vtr.reference.engine.arrow_tables import answers_to_arrow, orders_to_arrow, submissions_to_arrow
from vtr.reference.engine.in_memory import Engine, Evidence
from vtr.reference.records import Order, Submission
from vtr.reference.report.report import Report
from vtr.reference.rules.profile_reader import Profile, load_profile, profile_text, read_profile

NUMBER = "1Z999AA10123456784"
AS_OF = datetime(2026, 4, 1, tzinfo=UTC)  # 31 March in Los Angeles: the window is 16 February to 17 March


def at(day: int, time: str = "00:00:00") -> datetime:
    """A time of a day of March 2026, UTC; day 0 is the last of February."""
    clock = datetime.strptime(time, "%H:%M:%S").replace(tzinfo=UTC)
    return clock.replace(year=2026, month=3, day=day) if day > 0 else clock.replace(year=2026, month=2, day=28 + day)


def scan(code: str, when: datetime | None, **more: Any) -> ScanRow:  # noqa: ANN401 (fields of a ScanRow)
    """An event; positions are given when it is put into an answer."""
    return ScanRow(position=0, at=when, code=code, **more)


@dataclass
class Case:
    """An order placed 2 March 10:00, confirmed 3 March 09:00, scanned 3 March 16:00, delivered 6 March 14:00 by UPS."""

    order: dict[str, Any] = field(default_factory=dict)
    submissions: list[dict[str, Any]] = field(default_factory=lambda: [{}])
    scans: Sequence[ScanRow] | None = None
    answers: list[Answer] | None = None
    as_of: datetime = AS_OF

    def orders(self) -> list[Order]:
        perfect = Order(
            order_id="114-3941689-8772232",
            placed_at=at(2, "10:00:00"),
            category="Kitchen",
            current_category="Kitchen",
            promised_delivery_date=date(2026, 3, 9),
            item_price=Decimal("25.00"),
        )
        return [replace(perfect, **self.order)]

    def submitted(self) -> list[Submission]:
        order_id = self.orders()[0].order_id
        lines = []
        first = min((line.get("submitted_at", at(3, "09:00:00")) for line in self.submissions), default=at(3))
        for seq, line in enumerate(self.submissions, start=1):
            perfect = Submission(
                order_id=order_id,
                package=1,
                confirmed_at=first,
                submitted_at=at(3, "09:00:00"),
                seq=seq,
                carrier_code="UPS",
                tracking_number=NUMBER,
            )
            lines.append(replace(perfect, **line))
        return lines

    def answered(self) -> list[Answer]:
        if self.answers is not None:
            return self.answers
        scans = self.scans
        if scans is None:
            scans = [scan("I/OR", at(3, "16:00:00")), scan("D/FS", at(6, "14:00:00"))]
        return [known("ups", NUMBER, *scans)]

    def given(self) -> Evidence:
        answers, scans = answers_to_arrow(self.answered())
        return Evidence(orders_to_arrow(self.orders()), submissions_to_arrow(self.submitted()), answers, scans)


def known(carrier: str, number: str, *scans: ScanRow) -> Answer:
    """A carrier's answer that it knows the number, with its events from the oldest."""
    return Answer(carrier, number, "known", tuple(replace(row, position=place) for place, row in enumerate(scans)))


@dataclass(frozen=True)
class Stories:
    """What tests use: make a case, judge it, and the values it is made of."""

    engine: Engine
    number: str = NUMBER
    as_of: datetime = AS_OF

    def case(self, **changed: Any) -> Case:  # noqa: ANN401 (fields of a Case)
        return Case(**changed)

    def report(self, **changed: Any) -> Report:  # noqa: ANN401 (fields of a Case)
        case = Case(**changed)
        return self.engine.decide(case.given(), case.as_of)

    def reason(self, **changed: Any) -> str:  # noqa: ANN401 (fields of a Case)
        """The one word for the package: a reason, or `excluded WHY`, or `unanswered`."""
        report = self.report(**changed)
        found = [
            *(row.reason for row in report.rows),
            *(f"excluded {package.why}" for package in report.excluded),
            *("unanswered" for _ in report.unanswered),
        ]
        assert len(found) == 1, found
        return found[0]

    def at(self, day: int, time: str = "00:00:00") -> datetime:
        return at(day, time)

    def scan(self, code: str, when: datetime | None, **more: Any) -> ScanRow:  # noqa: ANN401 (fields of a ScanRow)
        return scan(code, when, **more)

    def known(self, carrier: str, number: str, *scans: ScanRow) -> Answer:
        return known(carrier, number, *scans)

    def unknown(self, carrier: str, number: str) -> Answer:
        return Answer(carrier, number, "unknown", why="not found")

    def silent(self, carrier: str, number: str) -> Answer:
        return Answer(carrier, number, "unanswered", why=f"{carrier} answered 503")


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with Engine(load_profile("us-2019")) as made:
        yield made


@pytest.fixture(scope="session")
def story(engine: Engine) -> Stories:
    return Stories(engine)


@pytest.fixture(scope="session")
def changed_profile() -> Callable[[Mapping[str, str]], Profile]:
    """The bundled profile with texts replaced; each text must be there."""

    def change(replaced: Mapping[str, str]) -> Profile:
        text, origin = profile_text("us-2019")
        for old, new in replaced.items():
            assert old in text, old
            text = text.replace(old, new)
        return read_profile(text, origin)

    return change
