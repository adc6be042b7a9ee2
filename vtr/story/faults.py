"""The faults of a story: names, parameters and conditions of a scenario, as envelopes of the simulator's catalogue."""

from collections.abc import Sequence

from simulator.errors import MisuseError, UnknownCarrierError
from simulator.faults import Conditions, Envelope, catalogue
from vtr.language import schema
from vtr.language.yaml_tree import Path_
from vtr.story.build_context import BuildContext
from vtr.story.story import PERFECT


def faults_of(notes: BuildContext) -> tuple[Envelope, ...]:
    """The faults in the order in which they are written, which is the order in which they act.

    One that the catalogue refuses is complained about, at the key that is wrong, and left out.
    """
    envelopes = []
    for index, part in enumerate(notes.scenario.faults):
        path: Path_ = ("faults", index)
        try:
            entry = catalogue.find(part.fault)
        except MisuseError as error:
            notes.complain((*path, "fault"), error)
            continue
        try:
            entry.fault(part.parameters)
        except MisuseError as error:
            notes.complain((*path, "parameters"), error)
            continue
        conditions = _conditions(notes, part, path)
        try:
            envelopes.append(catalogue.envelope(part.fault, part.parameters, conditions))
        except UnknownCarrierError as error:
            notes.complain((*path, "carrier"), error)
        except MisuseError as error:
            notes.complain(path, error)
    return tuple(envelopes)


def _conditions(notes: BuildContext, part: schema.FaultPart, path: Path_) -> Conditions:
    start = notes.default(PERFECT.placed)
    since = None if part.since is None else notes.instant(part.since, (*path, "since"), start)
    until = None if part.until is None else notes.instant(part.until, (*path, "until"), since or start)
    if since is not None and until is not None and until <= since:
        notes.complain((*path, "until"), "'until' is not after 'since', so the fault would never act")
    return Conditions(
        part.carrier, part.operation, frozenset(_numbers(notes, part.numbers)), part.calls, part.chance, since, until
    )


def _numbers(notes: BuildContext, written: Sequence[str]) -> list[str]:
    return [notes.text(number) for number in written]
