"""Build the faults of a story: envelopes of the simulator's catalogue, from names, parameters and conditions."""

from collections.abc import Sequence

from simulator.errors import MisuseError, UnknownCarrierError
from simulator.faults import Conditions, Envelope, catalogue
from vtr.language import schema
from vtr.language.yaml_tree import Path_
from vtr.story.build_context import BuildContext
from vtr.story.story import PERFECT


def build_faults(context: BuildContext) -> tuple[Envelope, ...]:
    """The faults in the order of the file, which is the order in which they act.

    One that the catalogue refuses is a problem, at the key that is wrong, and is left out.
    """
    envelopes = []
    for index, part in enumerate(context.scenario.faults):
        path: Path_ = ("faults", index)
        try:
            entry = catalogue.find(part.fault)
        except MisuseError as error:
            context.add_problem((*path, "fault"), error)
            continue
        try:
            entry.fault(part.parameters)
        except MisuseError as error:
            context.add_problem((*path, "parameters"), error)
            continue
        conditions = _conditions(context, part, path)
        try:
            envelopes.append(catalogue.envelope(part.fault, part.parameters, conditions))
        except UnknownCarrierError as error:
            context.add_problem((*path, "carrier"), error)
        except MisuseError as error:
            context.add_problem(path, error)
    return tuple(envelopes)


def _conditions(context: BuildContext, part: schema.FaultPart, path: Path_) -> Conditions:
    start = context.default(PERFECT.placed)
    since = None if part.since is None else context.instant(part.since, (*path, "since"), start)
    until = None if part.until is None else context.instant(part.until, (*path, "until"), since or start)
    if since is not None and until is not None and until <= since:
        context.add_problem((*path, "until"), "'until' is not after 'since', so the fault would never act")
    return Conditions(
        part.carrier, part.operation, frozenset(_numbers(context, part.numbers)), part.calls, part.chance, since, until
    )


def _numbers(context: BuildContext, written: Sequence[str]) -> list[str]:
    return [context.text(number) for number in written]
