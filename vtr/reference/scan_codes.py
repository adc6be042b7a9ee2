"""What each code of a carrier's answer says about a physical scan, from one YAML table per carrier beside this file.

The tables are data because the sources disagree and carriers add codes: a user settles a dispute by editing a line.
They were written from the carriers' own code lists and from observed answers, independently of the simulator's codes,
so that one mistake cannot agree with itself. A code that no table lists decides nothing.

A row is `{code, means, class, source, grade}` and, where it applies, `delivers: true` (a final delivery to the
addressee: no attempt, no return), `milestone` with its own `milestone_grade`, `revokes: [codes]` (only with class
cancels), `disputed: why` and `note: caution`. Classes are described at `ScanClass`, milestones at `Milestone`. Codes
stand in quotes: YAML would read 03 as a number and NO as a falsehood.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar, get_args

import yaml

from vtr.reference.errors import VtrError
from vtr.reference.messages import did_you_mean

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML built without libyaml: the same answers, about ten times slower
    from yaml import SafeLoader  # type: ignore[assignment]

CARRIERS = ("ups", "usps", "fedex", "dhl", "chinapost")

ScanClass = Literal["scan", "partner", "foreign", "inferred", "none", "grey", "cancels"]
"""scan: the carrier, or a firm delivering for it, read the parcel. partner: another firm has it and the named carrier
has not. foreign: another post, an airline or customs. inferred: a system's conclusion, nobody read this parcel. none:
electronic, paper, planned, or a customer's act. grey: undecided alone. cancels: undoes another event."""

Grade = Literal["A", "B", "C", "D"]
"""How sure the class is. A: official. B: observed, or in working clients. C: third party, inferred. D: recollection."""

Milestone = Literal["facility", "attempt", ""]
"""What policies that ask for more than one scan ask about. facility: the parcel arrived at, or was handled in, a
facility of the carrier or of a firm that delivers for it; a departure and a pickup are none. attempt: a delivery was
tried and failed, or was refused at the door. Its grade says how plainly the carrier's words say so: D are coarse codes
that may stand for something else."""

TableRow = tuple[str, str, str, bool, list[str], str, str, str, str]
"""carrier, code, class, delivers, revokes, means, source, grade, milestone."""

Word = TypeVar("Word", bound=str)

_CLASSES: dict[str, ScanClass] = {name: name for name in get_args(ScanClass)}
_GRADES: dict[str, Grade] = {name: name for name in get_args(Grade)}
_MILESTONES: dict[str, Milestone] = {name: name for name in get_args(Milestone) if name}
_REQUIRED = ("code", "means", "class", "source", "grade")
_KEYS = (*_REQUIRED, "delivers", "milestone", "milestone_grade", "revokes", "disputed", "note")
_TEXT_TAG = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class ScanCode:
    """One row of a carrier's table. revokes: the codes of earlier events that this one undoes, empty for most.

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
    """Read a table of scan codes from any file; raises VtrError with file and line when it is broken."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=SafeLoader)
    except OSError as error:
        raise VtrError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise VtrError(f"{path}: is not UTF-8 text: {error}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise VtrError(f"{path}:{line}: is not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise VtrError(f"{path}: is not YAML: {error}") from error
    if not isinstance(root, yaml.SequenceNode):
        raise VtrError(f'{path}: a table of scan codes is a list of rows such as {{code: "03", means: accepted, …}}')
    rows: dict[str, ScanCode] = {}
    lines: dict[str, int] = {}
    for node in root.value:
        line = node.start_mark.line + 1
        row = _row(node, carrier, f"{path}:{line}")
        if row.code in rows:
            raise VtrError(f"{path}:{line}: code {row.code!r} stands in line {lines[row.code]} too; keep one row")
        rows[row.code] = row
        lines[row.code] = line
    _check_revoked(rows, lines, path)
    return rows


def _check_revoked(rows: dict[str, ScanCode], lines: dict[str, int], path: Path) -> None:
    for row in rows.values():
        for code in row.revokes:
            if code not in rows:
                raise VtrError(
                    f"{path}:{lines[row.code]}: {row.code!r} revokes {code!r}, which has no row"
                    f"{did_you_mean(code, rows)}"
                )


def _row(node: yaml.Node, carrier: str, where: str) -> ScanCode:
    cells = dict(_cells(node, where))
    missing = [key for key in _REQUIRED if key not in cells]
    if missing:
        raise VtrError(f"{where}: the row lacks {', '.join(missing)}")
    code = cells["code"]
    if code.tag != _TEXT_TAG:
        raise VtrError(f"{where}: code {code.value!r} is no text to YAML; put it in quotes")
    scan_class = _one_of(_CLASSES, cells["class"], "class", where)
    revokes = _codes(cells["revokes"], where) if "revokes" in cells else ()
    if bool(revokes) != (scan_class == "cancels"):
        raise VtrError(f"{where}: code {code.value!r}: class cancels and a list of codes under revokes go together")
    if ("milestone" in cells) != ("milestone_grade" in cells):
        raise VtrError(f"{where}: code {code.value!r}: milestone and milestone_grade go together")
    return ScanCode(
        carrier=carrier,
        code=_text(code, "code", where),
        means=_text(cells["means"], "means", where),
        scan_class=scan_class,
        source=_text(cells["source"], "source", where),
        grade=_one_of(_GRADES, cells["grade"], "grade", where),
        delivers=_truth(cells["delivers"], "delivers", where) if "delivers" in cells else False,
        revokes=revokes,
        disputed=_text(cells["disputed"], "disputed", where) if "disputed" in cells else "",
        note=_text(cells["note"], "note", where) if "note" in cells else "",
        milestone=_one_of(_MILESTONES, cells["milestone"], "milestone", where) if "milestone" in cells else "",
        milestone_grade=(
            _one_of(_GRADES, cells["milestone_grade"], "milestone_grade", where) if "milestone_grade" in cells else ""
        ),
    )


def _cells(node: yaml.Node, where: str) -> Iterator[tuple[str, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise VtrError(f'{where}: a row is a mapping such as {{code: "03", means: accepted, …}}')
    seen = set()
    for key_node, value_node in node.value:
        key = key_node.value
        if key not in _KEYS:
            raise VtrError(f"{where}: unknown key {key!r}{did_you_mean(str(key), _KEYS)}")
        if key in seen:
            raise VtrError(f"{where}: key {key!r} stands twice in the row")
        seen.add(key)
        yield key, value_node


def _text(node: yaml.Node, key: str, where: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value:
        raise VtrError(f"{where}: {key} is a text that is not empty")
    return str(node.value)


def _one_of(known: Mapping[str, Word], node: yaml.Node, key: str, where: str) -> Word:
    text = _text(node, key, where)
    if text not in known:
        raise VtrError(f"{where}: unknown {key} {text!r}; it is one of {', '.join(known)}{did_you_mean(text, known)}")
    return known[text]


def _truth(node: yaml.Node, key: str, where: str) -> bool:
    if not isinstance(node, yaml.ScalarNode) or node.value not in ("true", "false"):
        raise VtrError(f"{where}: {key} is true or false")
    return bool(node.value == "true")


def _codes(node: yaml.Node, where: str) -> tuple[str, ...]:
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise VtrError(f"{where}: revokes is a list of codes, in quotes")
    for code in node.value:
        if code.tag != _TEXT_TAG:
            raise VtrError(f"{where}: revoked code {code.value!r} is no text to YAML; put it in quotes")
    return tuple(_text(code, "a revoked code", where) for code in node.value)
