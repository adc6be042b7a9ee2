"""What each code in a carrier's answer says about a physical scan, from one YAML table per carrier (vtr/scan_codes).

The tables are data because the sources disagree and carriers add codes: a user settles a dispute by editing a line.
They were written from the carriers' own code lists and from observed answers, independently of the simulator's codes,
so that one mistake cannot agree with itself. A code that no table lists decides nothing.

A row is `{code, means, class, source, grade}` and, where it applies, `delivers: true` (a final delivery to the
addressee: no attempt, no return), `milestone` with its own `milestone_grade`, `revokes: [codes]` (only with class
cancels), `disputed: why` and `note: caution`. Classes are described at `ScanClass`, milestones at `Milestone`. Codes
are in quotes: YAML would read 03 as a number and NO as a falsehood.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from vtr.reference.errors import VtrError
from vtr.reference.messages import did_you_mean
from vtr.reference.yaml_reader import Fields, YamlReader, compose, messages_of

CARRIERS = ("ups", "usps", "fedex", "dhl", "chinapost")

ScanClass = Literal["scan", "partner", "foreign", "inferred", "none", "grey", "cancels"]
"""scan: the carrier, or a firm delivering for it, read the parcel. partner: another firm has it and the named carrier
has not. foreign: another post, an airline or customs. inferred: a system's conclusion, the parcel was not read. none:
electronic, paper, planned, or a customer's act. grey: undecided alone. cancels: undoes another event."""

Grade = Literal["A", "B", "C", "D"]
"""How sure the class is. A: official. B: observed, or in working clients. C: third party, inferred. D: recollection."""

Milestone = Literal["facility", "attempt", ""]
"""What policies that require more than one scan look for. facility: the parcel arrived at, or was handled in, a
facility of the carrier or of a firm that delivers for it; a departure or a pickup is not enough. attempt: a delivery
was tried and failed, or was refused at the door. Its grade says how plainly the carrier's words say so: D marks coarse
codes that may mean something else."""

TableRow = tuple[str, str, str, bool, list[str], str, str, str, str]
"""carrier, code, class, delivers, revokes, means, source, grade, milestone."""

_MILESTONES = tuple(name for name in get_args(Milestone) if name)
_REQUIRED = ("code", "means", "class", "source", "grade")
_KEYS = (*_REQUIRED, "delivers", "milestone", "milestone_grade", "revokes", "disputed", "note")
_TEXT_TAG = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class ScanCode:
    """One row of a carrier's table.

    revokes: the codes of earlier events that this one undoes, empty for most.
    milestone_grade: how sure the milestone is; empty without one.
    """

    carrier: str
    code: str
    means: str
    scan_class: ScanClass
    source: str
    grade: Grade
    delivers: bool = False
    revokes: tuple[str, ...] = ()
    disputed: str = ""
    note: str = ""
    milestone: Milestone = ""
    milestone_grade: Grade | Literal[""] = ""


FOLDER = Path(__file__).parents[1] / "scan_codes"


@cache
def load(carrier: str) -> dict[str, ScanCode]:
    """The table of a carrier by code, in the order of its file; treat it as read-only, it is loaded once.

    Raises VtrError for a carrier without a table, and with file and line for a broken table.
    """
    if carrier not in CARRIERS:
        raise VtrError(
            f"no scan codes for carrier {carrier!r}; there are tables for {', '.join(CARRIERS)}"
            f"{did_you_mean(carrier, CARRIERS)}"
        )
    return read_table(FOLDER / f"{carrier}.yaml", carrier)


@cache
def load_all() -> dict[str, dict[str, ScanCode]]:
    """All tables, by carrier."""
    return {carrier: load(carrier) for carrier in CARRIERS}


@cache
def table() -> tuple[TableRow, ...]:
    """Every row of every table as plain values, for the engine's table of scan codes."""
    return tuple(
        (
            *(row.carrier, row.code, row.scan_class, row.delivers, list(row.revokes)),
            *(row.means, row.source, row.grade, row.milestone),
        )
        for rows in load_all().values()
        for row in rows.values()
    )


def read_table(path: Path, carrier: str) -> dict[str, ScanCode]:
    """Read a table of scan codes from any file. Raises VtrError with every mistake in it, each with file and place."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise VtrError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise VtrError(f"{path}: is not UTF-8 text: {error}") from error
    reader = _TableReader(str(path), carrier)
    rows: dict[str, ScanCode] = {}
    with reader.limiting(), reader.collecting():
        rows = reader.table(compose(text, str(path), "table of scan codes"))
    if reader.problems:
        raise VtrError(messages_of(reader.problems, [str(path)]))
    return rows


class _TableReader(YamlReader):
    """Reads the table of one carrier."""

    def __init__(self, origin: str, carrier: str) -> None:
        super().__init__(origin)
        self._carrier = carrier

    def table(self, root: yaml.Node | None) -> dict[str, ScanCode]:
        if not isinstance(root, yaml.SequenceNode):
            raise self.wrong(root, 'a table of scan codes is a list of rows such as {code: "03", means: accepted, …}')
        rows: dict[str, ScanCode] = {}
        nodes: dict[str, yaml.Node] = {}
        for node in root.value:
            row = self.row(node)
            if row is None:
                continue
            if row.code in rows:
                first = nodes[row.code].start_mark.line + 1
                self.note(node, f"code {row.code!r} is in line {first} too; keep one row")
                continue
            rows[row.code] = row
            nodes[row.code] = node
        whole = not self.problems  # otherwise a code that seems to be missing may be in a broken row
        for row in rows.values() if whole else ():
            for code in row.revokes:
                if code not in rows:
                    words = f"{row.code!r} revokes {code!r}, which has no row{did_you_mean(code, rows)}"
                    self.note(nodes[row.code], words)
        return rows

    def row(self, node: yaml.Node) -> ScanCode | None:
        """A row; None with its mistakes noted."""
        before = len(self.problems)
        with self.collecting():
            fields = self.fields(node, _KEYS, required=_REQUIRED)
            values: dict[str, Any] = {
                "code": self.attempt(self.code, fields, "code"),
                "means": self.attempt(self.cell, fields, "means"),
                "scan_class": self.attempt(self.word, fields, "class", get_args(ScanClass)),
                "source": self.attempt(self.cell, fields, "source"),
                "grade": self.attempt(self.word, fields, "grade", get_args(Grade)),
                "delivers": self.attempt(self.truth, fields, "delivers") or False,
                "revokes": self.attempt(self.codes, fields, "revokes") or (),
                "disputed": self.attempt(self.cell, fields, "disputed") or "",
                "note": self.attempt(self.cell, fields, "note") or "",
                "milestone": self.attempt(self.word, fields, "milestone", _MILESTONES) or "",
                "milestone_grade": self.attempt(self.word, fields, "milestone_grade", get_args(Grade)) or "",
            }
            if len(self.problems) > before:
                return None
            row = ScanCode(carrier=self._carrier, **values)
            if bool(row.revokes) != (row.scan_class == "cancels"):
                raise self.wrong(
                    node, f"code {row.code!r}: class cancels and a list of codes under revokes go together"
                )
            if bool(row.milestone) != bool(row.milestone_grade):
                raise self.wrong(node, f"code {row.code!r}: milestone and milestone_grade go together")
            return row
        return None

    def code(self, fields: Fields, name: str) -> str:
        """A code, in quotes: YAML would read 03 as a number and NO as a falsehood."""
        return self._quoted(fields[name][1], name)

    def codes(self, fields: Fields, name: str) -> tuple[str, ...]:
        return tuple(self._quoted(node, "revoked code") for node in self.sequence(fields, name))

    def _quoted(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value:
            raise self.wrong(node, f"a {what} is a text that is not empty")
        if node.tag != _TEXT_TAG:
            raise self.wrong(node, f"{what} {node.value!r} is not text to YAML; put it in quotes")
        return str(node.value)

    def cell(self, fields: Fields, name: str) -> str:
        """Any scalar but an empty one, as text."""
        _, value = fields[name]
        if not isinstance(value, yaml.ScalarNode) or not value.value:
            raise self.wrong(value, f"{name} is a text that is not empty")
        return str(value.value)

    def word(self, fields: Fields, name: str, known: Collection[str]) -> str:
        found = self.cell(fields, name)
        if found not in known:
            hint = did_you_mean(found, known)
            raise self.wrong(fields[name][1], f"unknown {name} {found!r}; it is one of {', '.join(known)}{hint}")
        return found
