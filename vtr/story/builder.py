"""Build the story of a checked scenario: fill in defaults, resolve names, mint ids and numbers.

Problems found here (an unknown parcel, a place without a time zone) carry their position in the file, as those of the
schema do, and are all reported at once.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
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
from vtr.reference.rules.profile_reader import ProfileText, profile_texts, read_texts
from vtr.story import fault_builder, parcel_builder, report_builder
from vtr.story.build_context import BuildContext, Spelling
from vtr.story.story import PERFECT, Order, Package, Story

__all__ = ["Spelling", "build_stories", "build_story", "profile_spelling", "story_of"]


def profile_spelling(profile: str) -> Mapping[str, str]:
    """A profile's name for each carrier that it knows. Raises ValueError for a profile that cannot be used."""
    return _carrier_names(profile_texts(profile))


@lru_cache(maxsize=8)
def _carrier_names(texts: tuple[ProfileText, ...]) -> Mapping[str, str]:
    """Cached by the profile's texts, since reading a profile takes longer than many scenarios."""
    return read_texts(texts).spelling


def build_stories(
    path: PurePath, reading: Reading, *, profile: str, spelling: Spelling = profile_spelling
) -> tuple[Story, ...]:
    """The stories of a file, one for each combination of each scenario.

    profile: for scenarios that name none. spelling: from a profile's name to its names for the carriers, where they are
    not to be read from the profile. Raises ScenarioFileError with all problems, also those of the reading.
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


def build_story(draft: Draft, *, place: PurePath, profile: str, spelling: Spelling = profile_spelling) -> Story:
    """The story of a scenario in one combination of its matrix.

    place: its file; the last two parts of the path and the scenario's name are the default seed. profile, spelling: as
    for `build_stories`. Raises ScenarioFileError with every problem of the scenario.
    """
    context = BuildContext(draft, place, _profile(draft.scenario.profile, place) or profile, spelling)
    parts = _order_parts(context)
    built_parcels = parcel_builder.build_parcels(context, parts)
    orders = _orders(context, parts)
    envelopes = fault_builder.build_faults(context)
    rate_limits = _quotas(context)
    reports = report_builder.build_reports(context, orders)
    if context.problems:
        raise ScenarioFileError(context.problems)
    scenario = draft.scenario
    return Story(
        file=draft.file,
        line=draft.line,
        name=scenario.scenario,
        combination=draft.combination,
        rules=tuple(scenario.rules),
        tags=tuple(scenario.tags),
        profile=context.profile,
        seed=context.seed,
        parcels=built_parcels,
        orders=orders,
        faults=envelopes,
        quotas=rate_limits,
        reports=reports,
    )


def story_of(
    document: yaml_writer.Document, *, place: PurePath, profile: str, spelling: Spelling = profile_spelling
) -> Story:
    """The story of a scenario given as plain values. place: the file that it would be in. Others: as `build_stories`.

    Raises ScenarioFileError if it is not a scenario.
    """
    shown = place.name
    found = loader.parse_documents(yaml_tree.parse(yaml_writer.format_document(document), shown), shown)
    if found.problems:
        raise ScenarioFileError(found.problems)
    return build_story(found.drafts[0], place=place, profile=profile, spelling=spelling)


def _profile(written: str | None, place: PurePath) -> str | None:
    """The profile that a scenario names. A file's path is relative to the scenario's folder."""
    if written is not None and written.endswith((".yaml", ".yml")):
        return str(place.parent / written)
    return written


def _quotas(context: BuildContext) -> tuple[quotas.Quota, ...]:
    """The quotas in force: those published, or the scenario's own."""
    part = context.scenario.quotas
    if part.published:
        return quotas.PUBLISHED
    own = []
    for name, given in part.own.items():
        try:
            own.append(quotas.custom_quota(carriers.by_name(name).name, given.calls, given.seconds))
        except UnknownCarrierError as error:
            context.add_problem(("quotas", name), error, key=True)
    return tuple(own)


def _order_parts(context: BuildContext) -> tuple[schema.OrderPart, ...]:
    """The orders as written. Without any there is one for each parcel; the only order gets the only parcel."""
    names = tuple(context.scenario.parcels)
    parts = context.scenario.orders
    if parts is None:
        if not names:
            context.add_problem(("scenario",), "neither parcels nor orders; a scenario needs at least one of them")
        return tuple(schema.OrderPart(parcel=name) for name in names)
    if len(parts) == len(names) == 1 and parts[0].packages is None and "parcel" not in parts[0].model_fields_set:
        return (parts[0].model_copy(update={"parcel": names[0]}),)
    return tuple(parts)


def _orders(context: BuildContext, parts: Sequence[schema.OrderPart]) -> tuple[Order, ...]:
    ids = _order_ids(context, parts)
    orders = []
    for index, part in enumerate(parts):
        path: Path_ = ("orders", index)
        packages, paths = _package_parts(context, part, path)
        placed = context.instant(part.placed or PERFECT.placed, (*path, "placed"), None)
        built = tuple(
            _package(context, package, number, package_path, placed)
            for number, (package, package_path) in enumerate(zip(packages, paths, strict=True), start=1)
        )
        first_carrier = next((package.carrier for package in built if package.carrier), "")
        changed = part.recategorised
        orders.append(
            Order(
                ids[index],
                placed,
                part.category,
                None
                if changed is None
                else (context.instant(changed.at, (*path, "recategorised", "at"), placed), changed.to),
                _day(context, part.promised or PERFECT.promised, (*path, "promised"), placed),
                part.price,
                part.ship_from or ships_from(first_carrier),
                part.ship_to,
                part.fulfilled_by,
                None if part.cancelled is None else context.instant(part.cancelled, (*path, "cancelled"), placed),
                built,
            )
        )
    return tuple(orders)


def _day(context: BuildContext, when: times.When, path: Path_, before: datetime) -> date:
    try:
        return times.day_of(when, context.zone, before)
    except ValueError as error:
        context.add_problem(path, error)
        return before.date()


def _order_ids(context: BuildContext, parts: Sequence[schema.OrderPart]) -> list[str]:
    """The orders' ids; those not given are minted in Amazon's form of 3, 7 and 7 digits."""
    given: dict[str, int] = {}
    for index, part in enumerate(parts):
        if part.id is not None:
            if part.id in given:
                first = context.draft.line_of(("orders", given[part.id], "id"))
                context.add_problem(("orders", index, "id"), f"order {part.id!r} stands twice, first in line {first}")
            given.setdefault(part.id, index)
    ids: list[str] = []
    for index, part in enumerate(parts):
        random = Random(f"{context.seed}/order/{index}")
        order_id = part.id or _order_id(random)
        while part.id is None and (order_id in given or order_id in ids):
            order_id = _order_id(random)
        ids.append(order_id)
    return ids


def _package_parts(
    context: BuildContext, order: schema.OrderPart, path: Path_
) -> tuple[Sequence[schema.PackagePart], Sequence[Path_]]:
    """The packages of an order and where they stand."""
    if order.packages is None:
        return [order], [path]
    beside = order.model_fields_set & set(schema.PackagePart.model_fields)
    for name in sorted(beside):
        message = f"{name!r} stands in the order and 'packages' too; move it into the package it is about"
        context.add_problem((*path, name), message, key=True)
    return order.packages, [(*path, "packages", index) for index in range(len(order.packages))]


def _package(context: BuildContext, part: schema.PackagePart, number: int, path: Path_, placed: datetime) -> Package:
    if part.parcel is not None and part.parcel not in context.scenario.parcels:
        names = list(context.scenario.parcels)
        hint = suggestion(part.parcel, names) if names else "there are none; describe it under 'parcels'"
        context.add_problem((*path, "parcel"), f"parcel {part.parcel!r} is unknown; {hint}")
    carrier = context.carriers.get(part.parcel or "", "")
    if part.confirm is None:
        if part.edits:
            context.add_problem((*path, "edits"), "edits of a package that is not confirmed; give it 'confirm'")
        return Package(number, part.parcel, carrier, part.buy_shipping, ())
    submissions = [_confirmation(context, part, part.confirm, path, placed)]
    for index, edit in enumerate(part.edits):
        submissions.append(_edited(context, submissions[-1], edit, (*path, "edits", index)))
    return Package(number, part.parcel, carrier, part.buy_shipping, tuple(submissions))


def _confirmation(
    context: BuildContext, part: schema.PackagePart, confirm: schema.Confirm, path: Path_, placed: datetime
) -> Submission:
    carrier = context.carriers.get(part.parcel or "", "")
    if part.parcel is None and (confirm.carrier is None or confirm.tracking is None):
        lacking = "carrier" if confirm.carrier is None else "tracking"
        message = f"no parcel, so 'confirm' must give its {lacking} (or name a parcel, or write 'confirm: null')"
        context.add_problem((*path, "confirm"), message)
    if confirm.carrier is None and carrier and carrier not in context.carrier_names:
        message = f"profile {context.profile!r} knows no carrier {carrier!r}; give 'confirm' a carrier"
        context.add_problem((*path, "confirm"), message)
    own_number = context.numbers.get(part.parcel or "", "")
    return Submission(
        submitted_at=context.instant(confirm.at or PERFECT.confirmed, (*path, "confirm", "at"), placed),
        carrier_code=context.carrier_names.get(carrier, "") if confirm.carrier is None else confirm.carrier,
        tracking_number=own_number if confirm.tracking is None else context.text(confirm.tracking),
        carrier_name=confirm.carrier_name,
        ship_method=confirm.ship_method,
    )


def _edited(context: BuildContext, last: Submission, edit: schema.Edit, path: Path_) -> Submission:
    """The submission that an edit makes of the one before it; what it doesn't name stays."""
    at = context.instant(edit.at, (*path, "at"), last.submitted_at)
    if at < last.submitted_at:
        context.add_problem((*path, "at"), "this edit is earlier than the submission above it; put them in order")
    # A name is typed beside the code Other; another code makes the old name void.
    usual_name = last.carrier_name if edit.carrier is None else ""
    return Submission(
        submitted_at=at,
        carrier_code=last.carrier_code if edit.carrier is None else edit.carrier,
        tracking_number=last.tracking_number if edit.tracking is None else context.text(edit.tracking),
        carrier_name=usual_name if edit.carrier_name is None else edit.carrier_name,
        ship_method=last.ship_method if edit.ship_method is None else edit.ship_method,
    )


def _order_id(random: Random) -> str:
    return f"{random.randint(100, 999)}-{random.randint(0, 9_999_999):07}-{random.randint(0, 9_999_999):07}"
