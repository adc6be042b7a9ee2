"""Build the reports of a story, with what each must show: orders and packages resolved, ready to be compared."""

from collections.abc import Iterator
from datetime import datetime

from simulator import carriers
from simulator.errors import UnknownCarrierError
from vtr.language import schema, times
from vtr.language.schema import suggestion
from vtr.language.yaml_tree import Path_
from vtr.story.build_context import BuildContext
from vtr.story.expected import (
    COUNTS,
    Around,
    Bound,
    Cell,
    Expected,
    ExpectedConduct,
    ExpectedListed,
    ExpectedRate,
    ExpectedRow,
    Near,
    Text,
)
from vtr.story.story import PERFECT, Order, Report


def build_reports(context: BuildContext, orders: tuple[Order, ...]) -> tuple[Report, ...]:
    """The reports of a story in the order of its expectations."""
    scenario = context.scenario
    instants: list[datetime] = []
    for index, when in enumerate(scenario.report_at or ()):
        instants.append(context.instant(when, ("report_at", index), instants[-1] if instants else None))
    reports: list[Report] = []
    for index, part in enumerate(scenario.expect):
        path: Path_ = ("expect", index)
        at = _report_instant(context, part, path, instants, reports)
        if at in {report.at for report in reports}:
            context.add_problem((*path, "at"), "this report is expected twice; put the expectations together")
        if all(given is None for given in (part.rows, part.rates, part.unanswered, part.excluded, part.conduct)):
            context.add_problem(
                path, "nothing is expected; give 'rows', 'rates', 'unanswered', 'excluded' or 'conduct'"
            )
        reports.append(Report(at, _expected(context, part, path, orders, at)))
    for index, at in enumerate(instants):
        if at not in {report.at for report in reports}:
            message = "no expectation for this report; add one under 'expect' with the same 'at'"
            context.add_problem(("report_at", index), message)
    return tuple(reports)


def _report_instant(
    context: BuildContext, part: schema.ExpectPart, path: Path_, instants: list[datetime], reports: list[Report]
) -> datetime:
    if part.at is not None:
        at = context.instant(part.at, (*path, "at"), reports[-1].at if reports else None)
        if instants and at not in instants:
            context.add_problem((*path, "at"), "no report is drawn at this instant; correct it, or 'report_at'")
        return at
    if len(context.scenario.expect) > 1 or len(instants) > 1:
        context.add_problem(path, "several reports; say with 'at' which one this is about")
    return instants[0] if instants else context.default(PERFECT.report)


def _expected(
    context: BuildContext,
    part: schema.ExpectPart,
    path: Path_,
    orders: tuple[Order, ...],
    at: datetime,
) -> Expected:
    rows = rates = unanswered = excluded = conduct = None
    if part.rows is not None:
        rows = tuple(_rows(context, part.rows, (*path, "rows"), orders, at))
    if part.rates is not None:
        rates = tuple(_rates(context, part.rates, (*path, "rates")))
    if part.unanswered is not None:
        unanswered = tuple(_listed(context, part.unanswered, (*path, "unanswered"), orders))
    if part.excluded is not None:
        excluded = tuple(_listed(context, part.excluded, (*path, "excluded"), orders))
    if part.conduct is not None:
        conduct = tuple(_conduct(context, part.conduct, (*path, "conduct")))
    return Expected(rows, rates, unanswered, context.draft.line_of(path), excluded, conduct)


def _rows(
    context: BuildContext,
    parts: list[schema.RowPart],
    path: Path_,
    orders: tuple[Order, ...],
    at: datetime,
) -> Iterator[ExpectedRow]:
    seen: dict[tuple[str, int], int] = {}
    for index, part in enumerate(parts):
        here: Path_ = (*path, index)
        named = _named(context, part, here, orders)
        if named is None:
            continue
        order, package = named
        line = context.draft.line_of(here)
        key = (order.order_id, package)
        if key in seen:
            context.add_problem(here, f"this row is expected twice, first in line {seen[key]}; put them together")
        seen.setdefault(key, line)
        cells = _cells(context, part, schema.ROW_COLUMNS, here)
        if part.absent and cells:
            context.add_problem(here, f"the row is to be absent, so it has no {next(iter(cells))}; remove one of them")
        yield ExpectedRow(order.order_id, package, cells, line, part.absent, _submitted(order, package, at))


def _named(
    context: BuildContext, part: schema.Named, path: Path_, orders: tuple[Order, ...]
) -> tuple[Order, int] | None:
    """The order and package number that a row names; None, and a problem, where it does not name just one."""
    if (part.parcel is None) == (part.order is None):
        context.add_problem(path, "a row is named by either 'parcel', or 'order' and 'package'; give one of them")
        return None
    found = [
        (order, package)
        for order in orders
        for package in order.packages
        if (package.parcel == part.parcel if part.order is None else order.order_id == part.order)
        and part.package in {None, package.number}
    ]
    if len(found) == 1:
        return found[0][0], found[0][1].number
    if part.parcel is not None:
        known = list(context.scenario.parcels)
        if part.parcel not in known:
            hint = suggestion(part.parcel, known) if known else "there are none"
            context.add_problem((*path, "parcel"), f"parcel {part.parcel!r} is unknown; {hint}")
        elif found:
            message = f"parcel {part.parcel!r} is in {len(found)} packages; name the row by 'order' and 'package'"
            context.add_problem((*path, "parcel"), message)
        elif part.package is not None:
            message = f"parcel {part.parcel!r} is in no package {part.package}; leave 'package' out"
            context.add_problem((*path, "package"), message)
        else:
            context.add_problem((*path, "parcel"), f"parcel {part.parcel!r} is in no order; name the row by 'order'")
        return None
    order = next((order for order in orders if order.order_id == part.order), None)
    if order is None:
        given = [part_.id for part_ in context.scenario.orders or () if part_.id is not None]
        hint = suggestion(part.order or "", given) if given else "no order of this scenario has an 'id'"
        context.add_problem((*path, "order"), f"order {part.order!r} is unknown; {hint}")
    elif not order.packages and part.package is None:
        return order, 1
    else:
        message = f"order {part.order!r} has {len(order.packages)} packages; say which with 'package', from 1"
        context.add_problem((*path, "package") if part.package is not None else (*path, "order"), message)
    return None


def _rates(context: BuildContext, parts: list[schema.RatePart], path: Path_) -> Iterator[ExpectedRate]:
    for index, part in enumerate(parts):
        here: Path_ = (*path, index)
        cells = _cells(context, part, schema.RATE_COLUMNS, here)
        yield ExpectedRate(part.category, cells, context.draft.line_of(here))


def _listed(
    context: BuildContext,
    parts: list[schema.ListedPart],
    path: Path_,
    orders: tuple[Order, ...],
) -> Iterator[ExpectedListed]:
    for index, part in enumerate(parts):
        here: Path_ = (*path, index)
        named = _named(context, part, here, orders)
        if named is not None:
            why = _cells(context, part, ("why",), here).get("why")
            yield ExpectedListed(named[0].order_id, named[1], why, context.draft.line_of(here))


def _conduct(context: BuildContext, parts: dict[str, schema.ConductPart], path: Path_) -> Iterator[ExpectedConduct]:
    for carrier, part in parts.items():
        here: Path_ = (*path, carrier)
        try:
            carriers.by_name(carrier)
        except UnknownCarrierError as error:
            context.add_problem(here, error, key=True)
            continue
        named = part.model_fields_set
        if not named:
            context.add_problem(here, f"nothing is expected; give {', '.join(schema.ConductPart.model_fields)}")
        bounds = {}
        for name in COUNTS:
            given: schema.Bounds | None = getattr(part, name)
            if given is not None:
                bound = Bound(given.at_least, given.at_most, given.exactly)
                problem = bound.problem()
                if problem:
                    context.add_problem((*here, name), problem)
                bounds[name] = bound
        lines = {name: context.draft.line_of((*here, name)) for name in named}
        found = None if part.findings is None else frozenset(part.findings)
        yield ExpectedConduct(carrier, bounds, part.waits_after_429, found, lines)


def _cells(context: BuildContext, part: schema.Part, columns: tuple[str, ...], path: Path_) -> dict[str, Cell]:
    """The cells that an expectation names."""
    cells: dict[str, Cell] = {}
    for column in columns:
        written: schema.CellPart | None = getattr(part, column)
        if written is not None:
            cell = _cell(context, written, column, (*path, column))
            if cell is not None:
                cells[column] = cell
    return cells


def _cell(context: BuildContext, part: schema.CellPart, column: str, path: Path_) -> Cell | None:
    forms = (part.equals is not None, part.any_of is not None, part.value is not None)
    if sum(forms) != 1 or (part.within is not None) != (part.value is not None):
        context.add_problem(path, "write a text, {any_of: [...]}, or {value: ..., within: ...}")
        return None
    if part.any_of is not None:
        return Text(tuple(context.text(text) for text in part.any_of))
    if part.value is not None and part.within is not None:
        return _near(context, part.value, part.within, path)
    text = context.text(part.equals or "")
    number = schema.decimal(text) if column in schema.RATE_COLUMNS and column != "status" else None
    if number is not None:
        return Near(number)
    return Text((text,)) if column not in schema.INSTANTS or not text else _near(context, text, "0s", path)


def _near(context: BuildContext, value: str, within: str, path: Path_) -> Cell | None:
    number, tolerance = schema.decimal(value), schema.decimal(within)
    if number is not None and tolerance is not None:
        return Near(number, abs(tolerance))
    try:
        return Around(times.instant(times.parse(value), context.zone), times.duration(within))
    except ValueError as error:
        context.add_problem(path, error)
        return None


def _submitted(order: Order, package: int, at: datetime) -> tuple[str, ...]:
    """The tracking texts submitted for a package by an instant."""
    return tuple(
        submission.tracking_number
        for candidate in order.packages
        if candidate.number == package
        for submission in candidate.submissions
        if submission.submitted_at <= at
    )
