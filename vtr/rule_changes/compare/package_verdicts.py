"""The verdict on each package of a story, read from a validator's answer.

Rows are matched with packages by order id and package number, or, if a validator returns no numbers, by tracking
number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from vtr.reference.rules.profile import Profile
from vtr.rule_changes.compare.findings import PackageVerdict, verdict_of_row
from vtr.story.story import Order, Package, Story
from vtr.validators.answer import Answer, cell_text

Key = tuple[str, int | None]

ABSENT = "absent"
NOT_LISTED = PackageVerdict(ABSENT, "")


def packages_at(story: Story, at: datetime) -> Iterator[tuple[Order, Package | None]]:
    """What a report at an instant may name: confirmed packages, and orders (with None) without any."""
    for order in story.orders:
        if order.placed <= at:
            packages = [package for package in order.packages if _is_confirmed(package, at)]
            yield from ((order, package) for package in packages or (None,))


def _is_confirmed(package: Package, at: datetime) -> bool:
    return any(submission.submitted_at <= at for submission in package.submissions)


def last_named_carrier(package: Package | None, at: datetime) -> str:
    """The carrier of the last submission until an instant; empty without one."""
    submissions = [each for each in (package.submissions if package else ()) if each.submitted_at <= at]
    return (submissions[-1].carrier_code or submissions[-1].carrier_name) if submissions else ""


def verdicts_of(answer: Answer, story: Story, at: datetime, profile: Profile | None) -> dict[Key, PackageVerdict]:
    """An answer's verdict on each package that it names.

    at: the instant of the report. profile: None for a validator; it tells exempt packages from excluded ones.
    """
    exempt = {rule.name for rule in profile.rules if rule.exempt} if profile is not None else set()
    verdicts: dict[Key, PackageVerdict] = {}
    for key, row in _rows_by_package(answer.rows, story, at):
        state = "valid" if not cell_text(row.get("no_valid_tracking")) else "invalid"
        verdicts[key] = verdict_of_row(state, cell_text(row.get("reason")), row)
    for key, row in _rows_by_package(answer.excluded or (), story, at):
        why = cell_text(row.get("why"))
        verdicts.setdefault(key, verdict_of_row("exempt" if why in exempt else "excluded", why, {}))
    for key, row in _rows_by_package(answer.unanswered or (), story, at):
        verdicts.setdefault(key, verdict_of_row("unanswered", "unanswered", {"carrier": row.get("carrier")}))
    return verdicts


def _rows_by_package(
    rows: Sequence[Mapping[str, object]], story: Story, at: datetime
) -> Iterator[tuple[Key, Mapping[str, object]]]:
    """Each row with its package, at most one row per package. Rows without a package of the story are skipped."""
    unmatched: dict[str, dict[int | None, Package | None]] = {}
    for order, package in packages_at(story, at):
        unmatched.setdefault(order.order_id, {})[None if package is None else package.number] = package
    without_number = []
    for row in rows:
        order_id, number = cell_text(row.get("order_id")), cell_text(row.get("package"))
        if number.isdecimal() and int(number) in unmatched.get(order_id, {}):
            yield (order_id, int(number)), row
            del unmatched[order_id][int(number)]
        elif order_id in unmatched:
            without_number.append((order_id, row))
    for order_id, row in without_number:
        packages = unmatched[order_id]
        if not packages:
            continue
        text = cell_text(row.get("tracking_id")).strip().upper()
        same = [
            number
            for number, package in packages.items()
            if package is not None and text in {each.tracking_number.strip().upper() for each in package.submissions}
        ]
        found = (same or list(packages))[0]
        yield (order_id, found), row
        del packages[found]


def comparable(before: PackageVerdict, after: PackageVerdict) -> tuple[PackageVerdict, PackageVerdict]:
    """Both verdicts without what only one side can express.

    A validator may give no reasons, and need not list packages outside its report: being outside, for whatever reason,
    then equals being absent.
    """
    outside = {"excluded", "exempt", ABSENT}
    if {before.state, after.state} <= outside and ABSENT in {before.state, after.state}:
        return replace(before, state=ABSENT, reason=""), replace(after, state=ABSENT, reason="")
    if before.state == after.state and not (before.reason and after.reason):
        return replace(before, reason=""), replace(after, reason="")
    return before, after
