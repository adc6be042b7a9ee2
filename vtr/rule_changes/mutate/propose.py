"""A scenario that would have noticed a survivor: the smallest story that the profile and its mutant judge differently.

Stories are the perfect order with one departure, then with two; the departures lie at the boundaries of the profile:
its prices and texts, the ends of its window, the times of the delivery and of the report. Both profiles judge all of
them. The first story with a difference is written as a scenario that expects what the profile itself reports. Read it
before keeping it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from pathlib import PurePath
from typing import Any

from vtr.language import loader, yaml_tree
from vtr.language.times import parse
from vtr.language.yaml_writer import Document, format_document
from vtr.play.reference_evidence import ReportEvidence, evidence_of, pairs_of
from vtr.reference.engine.in_memory import Engine
from vtr.reference.rules.profile import Profile
from vtr.reference.rules.profile_reader import ProfileText, load_profile, profile_texts, read_texts
from vtr.rule_changes.departures import Departure, departures_at_boundaries
from vtr.rule_changes.mutate.batches import collect_evidence, make_batches
from vtr.rule_changes.mutate.judge import answer_of
from vtr.rule_changes.mutate.mutant import Mutant
from vtr.rule_changes.profile_boundaries import since_day_zero
from vtr.story import builder
from vtr.story.story import PERFECT, Story
from vtr.validators.answer import Answer, cell_text

_MOST_PAIRS = 400  # stories with two departures that are tried
_FILE = "proposed/story.yaml"
_PARCEL = "box"

# By a condition's column: the departures that can change its value.
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


def propose(profile: str, mutant: Mutant) -> str | None:
    """A scenario as YAML that notices the mutant, or None if none with up to two departures does.

    profile: a bundled one's name, or a file.
    """
    base = load_profile(profile)
    departures = (*_departures_to_code(mutant), *departures_at_boundaries(base))
    subjects = _subjects(base, mutant)
    singles = [(), *((departure,) for departure in departures)]
    relevant = [departure for departure in departures if departure.subject in subjects]
    pairs = [pair for pair in combinations(relevant, 2) if pair[0].subject != pair[1].subject]
    for stories in (singles, pairs[:_MOST_PAIRS]):
        found = _first_difference(profile, base, mutant, stories)
        if found is not None:
            return found
    return None


def _departures_to_code(mutant: Mutant) -> Iterator[Departure]:
    if mutant.code is not None:
        carrier, code = mutant.code
        yield Departure("scanned", "parcel", "scans", [{"at": "day 1 16:00", "code": code}])
        yield Departure("carrier", "parcel", "carrier", carrier)


def _subjects(base: Profile, mutant: Mutant) -> set[str]:
    """The subjects of departures that can matter to a mutant; for a setting, all about names and numbers."""
    rules = {rule.name: rule for rule in base.rules}
    names = [name for name in rules if name == mutant.about or name in mutant.before.split(", ")]
    columns = {column for name in names for column in rules[name].condition.columns}
    if mutant.code is not None:
        return {"scanned", "carrier"}
    return {subject for column in columns for subject in _SUBJECTS.get(column, ())} or {"named", "tracking", "carrier"}


def _first_difference(
    profile: str, base: Profile, mutant: Mutant, departures: Sequence[tuple[Departure, ...]]
) -> str | None:
    """The scenario of the first story that base and mutant judge differently. departures: of each story."""
    if not departures:
        return None
    documents = [_document(f"story {number}", each) for number, each in enumerate(departures)]
    documents = [document for document in documents if _has_edits_in_order(document)]
    text = "---\n".join(map(format_document, documents))
    stories, collected = _stories_with_evidence(profile, profile_texts(profile), text)
    with_rates = mutant.of_rates or _exempt_rules(base) != _exempt_rules(mutant.profile)
    with Engine(base) as engine, Engine(mutant.profile) as mutated:
        evidence = {(at, 0): reports[0] for at, reports in enumerate(collected)}
        inputs = {key: each.inputs for key, each in evidence.items()}
        different: dict[int, Answer] = {}
        for batch in make_batches(inputs, tuple(inputs) if with_rates else ()):
            expected = batch.answers(engine, evidence)
            actual = batch.answers(mutated, evidence)
            pairs = batch.pairs(mutated)
            for key in batch.reports:
                at = key[0]
                same_pairs = pairs[key] == evidence[key].pairs
                answer = actual[key] if same_pairs else _answer_when_played(stories[at], mutated)
                if answer != expected[key]:
                    different[at] = expected[key]
        if not different:
            return None
        first = min(different)
    expectation = _expectation(different[first], with_rates=with_rates)
    return format_document({**documents[first], "scenario": f"Notices {mutant.name}", "expect": expectation})


def _exempt_rules(profile: Profile) -> set[str]:
    return {rule.name for rule in profile.rules if rule.exempt}


def _answer_when_played(story: Story, engine: Engine) -> Answer:
    return answer_of(engine, evidence_of(story, pairs_of(engine))[0])


@lru_cache(maxsize=4)
def _stories_with_evidence(
    profile: str, texts: tuple[ProfileText, ...], text: str
) -> tuple[tuple[Story, ...], tuple[tuple[ReportEvidence, ...], ...]]:
    """The stories of a text, played; those with one departure are the same for most survivors."""
    base = read_texts(texts)
    found = loader.parse_documents(yaml_tree.parse(text, _FILE), _FILE)
    stories = builder.build_stories(PurePath(_FILE), found, profile=profile, spelling=lambda _: base.spelling)
    with Engine(base) as engine:
        return stories, tuple(collect_evidence(engine, stories))


def _document(name: str, departures: Sequence[Departure]) -> Document:
    parcel: dict[str, Any] = {"carrier": "ups"}
    order: dict[str, Any] = {"parcel": _PARCEL}
    confirm: dict[str, Any] = {}
    parts = {"parcel": parcel, "order": order, "confirm": confirm}
    for departure in departures:
        parts[departure.part][departure.key] = departure.value
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


def _has_edits_in_order(document: Mapping[str, Any]) -> bool:
    """Whether no edit is earlier than the confirmation, which no seller can do."""
    order = document["orders"][0]
    confirmed = (order.get("confirm") or {}).get("at")
    confirmed_at = since_day_zero(PERFECT.confirmed if confirmed is None else parse(confirmed))
    return all(since_day_zero(parse(edit["at"])) >= confirmed_at for edit in order.get("edits", ()))


def _expectation(answer: Answer, *, with_rates: bool) -> dict[str, Any]:
    """The answer to a story of one package, as an expectation."""
    row: dict[str, Any] = {"parcel": _PARCEL, "absent": True}
    if answer.rows:
        row = {"parcel": _PARCEL, **{name: cell_text(answer.rows[0][name]) for name in ("no_valid_tracking", "reason")}}
    expectation: dict[str, Any] = {"rows": [row]}
    for name in ("excluded", "unanswered"):
        listed = getattr(answer, name)
        if listed:
            expectation[name] = [{"parcel": _PARCEL, "why": cell_text(listed[0]["why"])}]
    if with_rates and answer.rates:
        counts = ("confirmed", "exempt", "counted", "valid")
        expectation["rates"] = [{name: int(str(answer.rates[0][name])) for name in counts}]
    return expectation
