"""From a checked scenario to its story: the defaults filled in, names resolved, ids and numbers minted.

Problems found here (an unknown parcel, a place without a time zone) carry the position of what is wrong, as the
schema's do, and all of them are reported at once.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePath
from random import Random

from simulator import carriers
from simulator.core import quotas
from simulator.errors import UnknownCarrierError
from simulator.journeys import ships_from
from simulator.parcel import Submission
from vtr.errors import ScenarioFileError
from vtr.language import loader, schema, times, yaml_tree, yaml_writer
from vtr.language.loader import Draft, Reading
from vtr.language.schema import suggestion
from vtr.language.yaml_tree import Path_
from vtr.story import expectations, faults, parcels
from vtr.story.build_context import BuildContext
from vtr.story.story import PERFECT, Order, Package, Story

# From a profile's name, how it spells each carrier that it knows. Raises ValueError: no profile that can be used.
Spelling = Callable[[str], Mapping[str, str]]


def build_stories(path: PurePath, reading: Reading, *, profile: str, spelling: Spelling) -> tuple[Story, ...]:
    """The stories of a file. profile: for scenarios that name none.

    Raises ScenarioFileError with all problems, those of the reading among them.
    """
    stories: list[Story] = []
    problems = list(reading.problems)
    for draft in reading.drafts:
        try:
            stories.append(build_story(draft, place=path, profile=profile, spelling=spelling))
        except ScenarioFileError as error:
            problems.extend(error.problems)
    if problems:
        raise ScenarioFileError(problems)
    return tuple(stories)


def build_story(draft: Draft, *, place: PurePath, profile: str, spelling: Spelling) -> Story:
    """The story of a scenario. place: its file; its last two parts and the scenario's name are the default seed.

    Raises ScenarioFileError with every problem of the scenario.
    """
    notes = BuildContext(draft, place, _profile(draft.scenario.profile, place) or profile)
    notes.carriers = parcels.carriers_of(notes)
    notes.numbers = parcels.numbers_of(notes)
    try:
        notes.spelled = spelling(notes.profile)
    except ValueError as error:
        notes.complain(("profile",), error)
        notes.spelled = dict.fromkeys(notes.carriers.values(), "")
    parts = _order_parts(notes)
    carried = parcels.parcels_of(notes, parts)
    orders = _orders(notes, parts)
    injected = faults.faults_of(notes)
    borne = _quotas(notes)
    reports = expectations.reports_of(notes, orders)
    if notes.problems:
        raise ScenarioFileError(notes.problems)
    scenario = draft.scenario
    return Story(
        file=draft.file,
        line=draft.line,
        name=scenario.scenario,
        combination=draft.combination,
        rules=tuple(scenario.rules),
        tags=tuple(scenario.tags),
        profile=notes.profile,
        seed=notes.seed,
        parcels=carried,
        orders=orders,
        faults=injected,
        quotas=borne,
        reports=reports,
    )


def story_of(document: yaml_writer.Document, *, place: PurePath, profile: str, spelling: Spelling) -> Story:
    """The story that a document tells. place: the file that it would stand in; profile: where it names none.

    Raises ScenarioFileError when it is no scenario.
    """
    shown = place.name
    found = loader.scenarios_of(yaml_tree.parse(yaml_writer.text_of(document), shown), shown)
    if found.problems:
        raise ScenarioFileError(found.problems)
    return build_story(found.drafts[0], place=place, profile=profile, spelling=spelling)


def _profile(written: str | None, place: PurePath) -> str | None:
    """The profile that a scenario names. A file is looked for from the scenario's own folder, wherever one runs it."""
    if written is not None and written.endswith((".yaml", ".yml")):
        return str(place.parent / written)
    return written


def _quotas(notes: BuildContext) -> tuple[quotas.Quota, ...]:
    """The quotas in force: those published, or the scenario's own."""
    part = notes.scenario.quotas
    if part.published:
        return quotas.PUBLISHED
    own = []
    for name, given in part.own.items():
        try:
            own.append(quotas.own(carriers.by_name(name).name, given.calls, given.seconds))
        except UnknownCarrierError as error:
            notes.complain(("quotas", name), error, key=True)
    return tuple(own)


def _order_parts(notes: BuildContext) -> tuple[schema.OrderPart, ...]:
    """The orders as written. Without any there is one for each parcel; the only order gets the only parcel."""
    names = tuple(notes.scenario.parcels)
    parts = notes.scenario.orders
    if parts is None:
        if not names:
            notes.complain(("scenario",), "neither parcels nor orders; a scenario needs at least one of them")
        return tuple(schema.OrderPart(parcel=name) for name in names)
    if len(parts) == len(names) == 1 and parts[0].packages is None and "parcel" not in parts[0].model_fields_set:
        return (parts[0].model_copy(update={"parcel": names[0]}),)
    return tuple(parts)


def _orders(notes: BuildContext, parts: Sequence[schema.OrderPart]) -> tuple[Order, ...]:
    ids = _order_ids(notes, parts)
    orders = []
    for index, part in enumerate(parts):
        path: Path_ = ("orders", index)
        packages, paths = _package_parts(notes, part, path)
        placed = notes.instant(part.placed or PERFECT.placed, (*path, "placed"), None)
        told = tuple(
            _package(notes, package, number, package_path, placed)
            for number, (package, package_path) in enumerate(zip(packages, paths, strict=True), start=1)
        )
        first_carrier = next((package.carrier for package in told if package.carrier), "")
        changed = part.recategorised
        orders.append(
            Order(
                ids[index],
                placed,
                part.category,
                None
                if changed is None
                else (notes.instant(changed.at, (*path, "recategorised", "at"), placed), changed.to),
                _day(notes, part.promised or PERFECT.promised, (*path, "promised"), placed),
                part.price,
                part.ship_from or ships_from(first_carrier),
                part.ship_to,
                part.fulfilled_by,
                None if part.cancelled is None else notes.instant(part.cancelled, (*path, "cancelled"), placed),
                told,
            )
        )
    return tuple(orders)


def _day(notes: BuildContext, when: times.When, path: Path_, before: datetime) -> date:
    try:
        return times.day_of(when, notes.zone, before)
    except ValueError as error:
        notes.complain(path, error)
        return before.date()


def _order_ids(notes: BuildContext, parts: Sequence[schema.OrderPart]) -> list[str]:
    """The orders' ids; those not given are minted in Amazon's form of 3, 7 and 7 digits."""
    given: dict[str, int] = {}
    for index, part in enumerate(parts):
        if part.id is not None:
            if part.id in given:
                first = notes.draft.line_of(("orders", given[part.id], "id"))
                notes.complain(("orders", index, "id"), f"order {part.id!r} stands twice, first in line {first}")
            given.setdefault(part.id, index)
    ids: list[str] = []
    for index, part in enumerate(parts):
        random = Random(f"{notes.seed}/order/{index}")
        order_id = part.id or _order_id(random)
        while part.id is None and (order_id in given or order_id in ids):
            order_id = _order_id(random)
        ids.append(order_id)
    return ids


def _package_parts(
    notes: BuildContext, order: schema.OrderPart, path: Path_
) -> tuple[Sequence[schema.PackagePart], Sequence[Path_]]:
    """The packages of an order and where they stand."""
    if order.packages is None:
        return [order], [path]
    beside = order.model_fields_set & set(schema.PackagePart.model_fields)
    for name in sorted(beside):
        message = f"{name!r} stands in the order and 'packages' too; move it into the package it is about"
        notes.complain((*path, name), message, key=True)
    return order.packages, [(*path, "packages", index) for index in range(len(order.packages))]


def _package(notes: BuildContext, part: schema.PackagePart, number: int, path: Path_, placed: datetime) -> Package:
    if part.parcel is not None and part.parcel not in notes.scenario.parcels:
        names = list(notes.scenario.parcels)
        hint = suggestion(part.parcel, names) if names else "there are none; describe it under 'parcels'"
        notes.complain((*path, "parcel"), f"parcel {part.parcel!r} is unknown; {hint}")
    carrier = notes.carriers.get(part.parcel or "", "")
    if part.confirm is None:
        if part.edits:
            notes.complain((*path, "edits"), "edits of a package that is not confirmed; give it 'confirm'")
        return Package(number, part.parcel, carrier, part.buy_shipping, ())
    submissions = [_confirmation(notes, part, part.confirm, path, placed)]
    for index, edit in enumerate(part.edits):
        submissions.append(_edited(notes, submissions[-1], edit, (*path, "edits", index)))
    return Package(number, part.parcel, carrier, part.buy_shipping, tuple(submissions))


def _confirmation(
    notes: BuildContext, part: schema.PackagePart, confirm: schema.Confirm, path: Path_, placed: datetime
) -> Submission:
    carrier = notes.carriers.get(part.parcel or "", "")
    if part.parcel is None and (confirm.carrier is None or confirm.tracking is None):
        lacking = "carrier" if confirm.carrier is None else "tracking"
        message = f"no parcel, so 'confirm' must give its {lacking} (or name a parcel, or write 'confirm: null')"
        notes.complain((*path, "confirm"), message)
    if confirm.carrier is None and carrier and carrier not in notes.spelled:
        message = f"profile {notes.profile!r} knows no carrier {carrier!r}; give 'confirm' a carrier"
        notes.complain((*path, "confirm"), message)
    own_number = notes.numbers.get(part.parcel or "", "")
    return Submission(
        submitted_at=notes.instant(confirm.at or PERFECT.confirmed, (*path, "confirm", "at"), placed),
        carrier_code=notes.spelled.get(carrier, "") if confirm.carrier is None else confirm.carrier,
        tracking_number=own_number if confirm.tracking is None else notes.text(confirm.tracking),
        carrier_name=confirm.carrier_name,
        ship_method=confirm.ship_method,
    )


def _edited(notes: BuildContext, last: Submission, edit: schema.Edit, path: Path_) -> Submission:
    """The submission that an edit makes of the one before it; what it doesn't name stays."""
    at = notes.instant(edit.at, (*path, "at"), last.submitted_at)
    if at < last.submitted_at:
        notes.complain((*path, "at"), "this edit is earlier than the submission above it; put them in order")
    # A name is typed beside the code Other; another code makes the old name void.
    usual_name = last.carrier_name if edit.carrier is None else ""
    return Submission(
        submitted_at=at,
        carrier_code=last.carrier_code if edit.carrier is None else edit.carrier,
        tracking_number=last.tracking_number if edit.tracking is None else notes.text(edit.tracking),
        carrier_name=usual_name if edit.carrier_name is None else edit.carrier_name,
        ship_method=last.ship_method if edit.ship_method is None else edit.ship_method,
    )


def _order_id(random: Random) -> str:
    return f"{random.randint(100, 999)}-{random.randint(0, 9_999_999):07}-{random.randint(0, 9_999_999):07}"
