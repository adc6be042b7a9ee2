"""A scenario that would have noticed a survivor: the smallest story that the profile and its mutant judge differently.

Stories are the perfect order with one edit, then with two; the edits stand at the boundaries of the profile: its prices
and texts, the ends of its window, the instants of the delivery and of the report. Both profiles judge all of them, and
the first that comes out differently is written down with what the profile itself says of it. A person should read that.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from vtr.language import loader, yaml_tree
from vtr.language.times import instant, parse
from vtr.language.yaml_writer import Document, text_of
from vtr.reference.engine.in_memory import Engine, window_of
from vtr.reference.rules.profile import Profile
from vtr.reference.rules.profile_reader import ProfileText, load_profile, profile_texts, read_texts
from vtr.rule_changes.mutate import batches, evidence
from vtr.rule_changes.mutate.batches import batched
from vtr.rule_changes.mutate.evidence import Drawn
from vtr.rule_changes.mutate.judge import answer_of
from vtr.rule_changes.mutate.mutant import Mutant
from vtr.rule_changes.profile_boundaries import Boundaries, format_time, since_day_zero
from vtr.story import builder
from vtr.story.story import PERFECT, Story
from vtr.validators.answer import Answer, cell_text

_MOST = 400  # stories with two edits that are tried
_FILE = "proposed/story.yaml"
_PARCEL = "box"


@dataclass(frozen=True, slots=True)
class Edit:
    """One way to differ from the perfect order. subject: stories have at most one edit of each. part: where it goes."""

    subject: str
    part: str
    key: str
    value: Any


# Which edits can change what a condition's column says.
_SUBJECTS = {
    "cancelled_at": ("cancelled", "confirmed"),
    "confirmed_at": ("confirmed",),
    "promised_delivery_date": ("promised",),
    "counting_submissions": ("confirmed", "edited"),
    "submitted_at": ("confirmed", "edited"),
    "fulfilled_by": ("fulfilled",),
    "ship_from": ("origin", "price"),
    "total_price": ("price",),
    "currency": ("price",),
    "ship_method": ("method",),
    "carrier_code": ("named", "carrier"),
    "carrier_supported": ("named",),
    "tracking_text": ("tracking", "named"),
    "delivered_so_far": ("edited", "journey"),
    "seq": ("edited",),
    "number_known": ("tracking", "named"),
    "known_elsewhere": ("tracking", "named"),
    "physical_scans": ("journey",),
    "delivered_at": ("journey", "confirmed"),
}


def proposed(profile: str, mutant: Mutant) -> str | None:
    """A scenario as YAML, or None if none with two edits notices the mutant."""
    base = load_profile(profile)
    edits = tuple(_edits_of(base, mutant))
    subjects = _subjects(base, mutant)
    ones = [(), *((edit,) for edit in edits)]
    near = [edit for edit in edits if edit.subject in subjects]
    twos = [pair for pair in combinations(near, 2) if pair[0].subject != pair[1].subject]
    for tried in (ones, twos[:_MOST]):
        found = _first_different(profile, base, mutant, tried)
        if found is not None:
            return found
    return None


def _subjects(base: Profile, mutant: Mutant) -> set[str]:
    """The edits that may matter to what was broken; for a setting all that have to do with who is named."""
    rules = {rule.name: rule for rule in base.rules}
    names = [name for name in rules if name == mutant.about or name in mutant.before.split(", ")]
    columns = {column for name in names for column in rules[name].condition.columns}
    if mutant.code is not None:
        return {"scanned", "carrier"}
    return {subject for column in columns for subject in _SUBJECTS.get(column, ())} or {"named", "tracking", "carrier"}


def _first_different(profile: str, base: Profile, mutant: Mutant, tried: Sequence[tuple[Edit, ...]]) -> str | None:
    if not tried:
        return None
    documents = [_document(f"story {number}", edits) for number, edits in enumerate(tried)]
    documents = [document for document in documents if _in_order(document)]
    text = "---\n".join(map(text_of, documents))
    stories, drawn = _played(profile, profile_texts(profile), text)
    alone = mutant.of_rates or _exempt(base) != _exempt(mutant.profile)
    with Engine(base) as engine, Engine(mutant.profile) as other:
        told = {(at, 0): reports[0] for at, reports in enumerate(drawn)}
        submitted = {place: each.submitted for place, each in told.items()}
        different: dict[int, Answer] = {}
        for batch in batched(submitted, tuple(submitted) if alone else ()):
            right = batch.answers(engine, told)
            wrong = batch.answers(other, told)
            asked = batch.pairs(other)
            for place in batch.places:
                at = place[0]
                answer = wrong[place] if asked[place] == told[place].pairs else _anew(stories[at], other)
                if answer != right[place]:
                    different[at] = right[place]
        if not different:
            return None
        first = min(different)
    return text_of({**documents[first], **_titled(mutant), "expect": _expected(different[first], alone=alone)})


def _exempt(profile: Profile) -> set[str]:
    return {rule.name for rule in profile.rules if rule.exempt}


def _anew(story: Story, engine: Engine) -> Answer:
    drawn: tuple[Drawn, ...] = evidence.played(
        story, lambda given: engine.pairs_to_ask(given.orders, given.submissions, given.as_of)
    )
    return answer_of(engine, drawn[0])


def _titled(mutant: Mutant) -> dict[str, Any]:
    return {"scenario": f"Notices {mutant.name}"}


@lru_cache(maxsize=4)
def _played(
    profile: str, texts: tuple[ProfileText, ...], text: str
) -> tuple[tuple[Story, ...], tuple[tuple[Drawn, ...], ...]]:
    """The stories of a text, played; those with one edit are the same for most survivors."""
    base = read_texts(texts)
    found = loader.scenarios_of(yaml_tree.parse(text, _FILE), _FILE)
    stories = builder.build_stories(PurePath(_FILE), found, profile=profile, spelling=lambda _: base.spelling)
    with Engine(base) as engine:
        return stories, tuple(batches.played_all(engine, stories))


def _document(name: str, edits: Sequence[Edit]) -> Document:
    parcel: dict[str, Any] = {"carrier": "ups"}
    order: dict[str, Any] = {"parcel": _PARCEL}
    confirm: dict[str, Any] = {}
    parts = {"parcel": parcel, "order": order, "confirm": confirm}
    for edit in edits:
        parts[edit.part][edit.key] = edit.value
    if "confirm" not in order and confirm:
        order["confirm"] = confirm
    if order.get("confirm", confirm) is None:
        order.pop("edits", None)
    return {
        "scenario": name,
        "parcels": {_PARCEL: parcel},
        "orders": [order],
        "expect": {"rows": []},
    }


def _in_order(document: Mapping[str, Any]) -> bool:
    """Whether no edit is earlier than what it edits, which no seller can do."""
    order = document["orders"][0]
    confirmed = (order.get("confirm") or {}).get("at")
    usual = since_day_zero(PERFECT.confirmed if confirmed is None else parse(confirmed))
    return all(since_day_zero(parse(edit["at"])) >= usual for edit in order.get("edits", ()))


def _expected(answer: Answer, *, alone: bool) -> dict[str, Any]:
    """What a profile says of a story of one package, as an expectation."""
    row: dict[str, Any] = {"parcel": _PARCEL, "absent": True}
    if answer.rows:
        row = {"parcel": _PARCEL, **{name: cell_text(answer.rows[0][name]) for name in ("no_valid_tracking", "reason")}}
    expected: dict[str, Any] = {"rows": [row]}
    for name in ("excluded", "unanswered"):
        listed = getattr(answer, name)
        if listed:
            expected[name] = [{"parcel": _PARCEL, "why": cell_text(listed[0]["why"])}]
    if alone and answer.rates:
        counts = ("confirmed", "exempt", "counted", "valid")
        expected["rates"] = [{name: int(str(answer.rates[0][name])) for name in counts}]
    return expected


def _edits_of(base: Profile, mutant: Mutant) -> Iterator[Edit]:
    """All single edits, the plainest first."""
    if mutant.code is not None:
        carrier, code = mutant.code
        yield Edit("scanned", "parcel", "scans", [{"at": "day 1 16:00", "code": code}])
        yield Edit("carrier", "parcel", "carrier", carrier)
    window = window_of(base, instant(PERFECT.report, ZoneInfo("UTC")))
    days = (date.fromordinal(day.toordinal() + by) for day in (window.start, window.end) for by in (-1, 0, 1))
    lines = Boundaries.of(base)
    texts = lines.texts
    around = (*_AROUND_DELIVERY, *_at_lengths(lines))
    countries = dict.fromkeys(("CN", *texts.get("ship_from", ())))
    named = [carrier.name for carrier in base.carriers]
    spelled = dict.fromkeys((*named, *map(str.lower, named), "Regional Haulier", *texts.get("carrier_code", ())))
    for subject, part, key, values in (
        ("journey", "parcel", "journey", ("label_only", "lost_after_first_scan", "in_transit")),
        ("carrier", "parcel", "carrier", tuple(base.spelling)),
        ("fulfilled", "order", "fulfilled_by", ("amazon",)),
        ("confirmed", "order", "confirm", (None,)),
        ("confirmed", "confirm", "at", (*around, "day 29", "day 30")),
        ("cancelled", "order", "cancelled", ("day 1 08:00", "day 1 09:00", "day 2", "day 30")),
        ("promised", "order", "promised", tuple(day.isoformat() for day in days)),
        ("price", "order", "price", tuple(_around(lines.prices))),
        ("origin", "order", "ship_from", tuple(each for each in countries if re.fullmatch("[A-Z]{2}", each))),
        ("method", "confirm", "ship_method", tuple(texts.get("ship_method", ()))),
        ("named", "confirm", "carrier", tuple(spelled)),
        ("tracking", "confirm", "tracking", _TEXTS),
        ("edited", "order", "edits", tuple(_edited(at) for at in ("day 3", *around))),
    ):
        for value in values:
            yield Edit(subject, part, key, value)


def _edited(at: str) -> list[dict[str, str]]:
    return [{"at": at, "tracking": "WRONG1"}]


def _around(prices: Sequence[Decimal]) -> Iterator[str]:
    cent = Decimal("0.01")
    yield from (f"{price + by:.2f} USD" for price in prices for by in (-cent, Decimal(0), cent))
    yield from (f"{price - cent:.2f} EUR" for price in prices)


def _at_lengths(lines: Boundaries) -> Iterator[str]:
    """So long after the delivery and before it, and before the report, as a condition says; and a second off."""
    delivered, report = since_day_zero(PERFECT.delivered), since_day_zero(PERFECT.report)
    second = timedelta(seconds=1)
    for length in lines.lengths:
        for instant_ in (delivered + length, delivered - length, report - length):
            yield from (format_time(instant_ + by) for by in (-second, timedelta(0), second) if instant_ < report)


# The perfect order is delivered on day 4 at 14:00.
_AROUND_DELIVERY = ("day 4 13:59:59", "day 4 14:00", "day 4 14:00:01")

# Blank, unknown, with what sellers type between digits, letters alone, digits alone, LaserShip's form and near it.
_TEXTS = (
    *("", "\u00a0", "\u00a0\t\u00a0", "ABC", "abc", "123", "1Z-999", "1Z 999"),
    *("\uff11\uff12\uff13", "A" + "\u0661", "-"),
    *("1LS7123-1", "X1LS7123-1", "1LS7123-12", "1LS7-1", "1LS71-2-1", "1LS71 2-1"),
)
