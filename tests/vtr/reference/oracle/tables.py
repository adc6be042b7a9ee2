"""A story as tables for the reference's engine, and the engine's verdicts in the oracle's terms."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from oracle.story import Story, Switches
from oracle.verdict import Counts, Verdict
from vtr.reference.engine.arrow_tables import ANSWERS_SCHEMA, ORDERS_SCHEMA, SCANS_SCHEMA, SUBMISSIONS_SCHEMA
from vtr.reference.engine.in_memory import Engine, Evidence, window_of
from vtr.reference.engine.parquet import ParquetEngine, ParquetFiles
from vtr.reference.report.report import Report
from vtr.reference.rules.profile_reader import Profile, profile_text, read_profile

# A line of scans may hold the carrier's answer about a number instead of an event; its code and time are blank then.
_SCAN_LINES = pa.schema(
    [*(field.with_nullable(nullable=True) for field in SCANS_SCHEMA), pa.field("outcome", pa.string())]
)


def profile(switches: Switches, changed: Mapping[str, str] | None = None) -> Profile:
    """The bundled profile with a story's switches. changed: texts to replace, to see whether a mistake is found."""
    text, origin = profile_text("us-2019")
    for name, usual in (("prior_scans", "ignore"), ("inner_space", "reject"), ("target_met_at", "equal")):
        text = _replaced(text, f"{name}: {usual}", f"{name}: {getattr(switches, name)}")
    for right, wrong in (changed or {}).items():
        text = _replaced(text, right, wrong)
    return read_profile(text, origin)


def _replaced(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise AssertionError(f"the profile has {old!r} {text.count(old)} times; expected once")
    return text.replace(old, new)


def judge(engine: Engine, story: Story) -> tuple[list[Verdict], list[Counts]]:
    """The engine's verdicts on a story."""
    report = engine.decide(given(story), story.as_of)
    categories = {order.order_id: order.category for order in story.orders}
    return _verdicts(report, categories), _counts(report)


def judge_files(profile: Profile, folder: Path, story: Story) -> tuple[list[Verdict], list[Counts]]:
    """The Parquet engine's verdicts on a story, written into a folder; a number that is not there is unknown."""
    tables = given(story)
    without_events = [
        {"carrier": answer.carrier, "tracking_number": answer.number, "outcome": answer.outcome}
        for answer in story.answers
        if not answer.events
    ]
    lines = pa.Table.from_pylist([*tables.scans.to_pylist(), *without_events], _SCAN_LINES)
    files = ParquetFiles(folder / "orders.parquet", folder / "confirmations.parquet", folder / "scans.parquet")
    for table, path in (
        (tables.orders, files.orders),
        (tables.submissions, files.confirmations),
        (lines, files.scans),
    ):
        pq.write_table(table, path)
    with ParquetEngine(profile, files) as engine:
        engine.decide(story.as_of)
        window = window_of(profile, story.as_of)
        report = Report(
            profile.name,
            story.as_of,
            window.start,
            window.end,
            tuple(engine.rows()),
            engine.rates(),
            engine.unanswered(),
            tuple(engine.excluded()),
        )
    categories = {order.order_id: order.category for order in story.orders}
    return _verdicts(report, categories), _counts(report)


def given(story: Story) -> Evidence:
    """The story as the engine's tables."""
    return Evidence(
        pa.Table.from_pylist(list(_orders(story)), ORDERS_SCHEMA),
        pa.Table.from_pylist(list(_submissions(story)), SUBMISSIONS_SCHEMA),
        pa.Table.from_pylist(
            [
                {"carrier": answer.carrier, "tracking_number": answer.number, "outcome": answer.outcome, "why": ""}
                for answer in story.answers
            ],
            ANSWERS_SCHEMA,
        ),
        pa.Table.from_pylist(list(_events(story)), SCANS_SCHEMA),
        story.complete,
    )


def _naive(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.replace(tzinfo=None)  # they are all UTC


def _orders(story: Story) -> Iterable[dict[str, Any]]:
    for order in story.orders:
        yield {
            "order_id": order.order_id,
            "placed_at": _naive(order.placed_at),
            "category": order.category,
            "current_category": order.current_category,
            "promised_delivery_date": order.promised,
            "promised_ship_date": None,
            "item_price": order.item_price,
            "shipping_price": order.shipping_price,
            "currency": order.currency,
            "ship_from": order.ship_from,
            "ship_to": "US",
            "fulfilled_by": order.fulfilled_by,
            "cancelled_at": _naive(order.cancelled_at),
        }


def _submissions(story: Story) -> Iterable[dict[str, Any]]:
    for order in story.orders:
        for package in order.packages:
            for seq, submission in enumerate(package.submissions, start=1):
                yield {
                    "order_id": order.order_id,
                    "package": package.number,
                    "confirmed_at": _naive(package.confirmed_at),
                    "buy_shipping": False,
                    "submitted_at": _naive(submission.at),
                    "seq": seq,
                    "carrier_code": submission.carrier_code,
                    "carrier_name": submission.carrier_name,
                    "tracking_number": submission.tracking,
                    "ship_method": submission.ship_method,
                }


def _events(story: Story) -> Iterable[dict[str, Any]]:
    for answer in story.answers:
        for position, event in enumerate(answer.events):
            yield {
                "carrier": answer.carrier,
                "tracking_number": answer.number,
                "position": position,
                "at": _naive(event.at),
                "code": event.code,
                "subcode": "",
                "physical": event.flag,
                "description": "",
                "location": "",
                "published_at": _naive(event.published),
            }


def _verdicts(report: Report, categories: dict[str, str]) -> list[Verdict]:
    found = [
        Verdict(
            row.order_id,
            row.package,
            row.category,
            {"X": "invalid", "": "valid"}[row.no_valid_tracking],
            frozenset({row.reason}),
            row.carrier,
            row.tracking_id,
            row.first_scan,
            row.actual_delivery,
        )
        for row in report.rows
    ]
    found += [
        Verdict(
            left.order_id,
            left.package,
            categories[left.order_id],
            "exempt" if left.why.startswith("EXEMPT_") else "out",
            frozenset({left.why}),
        )
        for left in report.excluded
    ]
    found += [
        Verdict(open_.order_id, open_.package, open_.category, "unanswered", frozenset()) for open_ in report.unanswered
    ]
    return found


def _counts(report: Report) -> list[Counts]:
    return [
        Counts(rate.category, rate.confirmed, rate.exempt, rate.unanswered, rate.counted, rate.valid, rate.status)
        for rate in report.rates
    ]
