"""What `vtr fuzz` and `vtr shrink` do: find stories on which two validators disagree, and make such a story small."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic

import typer

from vtr.console import Format, to_stdout
from vtr.errors import ScenarioError, ScenarioFileError
from vtr.language import loader, yaml_tree, yaml_writer
from vtr.language.loader import Draft, Reading
from vtr.play import doors
from vtr.reference import files
from vtr.reference.console import ExitStatus, aligned
from vtr.reference.records.dataset import open_dataset
from vtr.reference.rules.profile_reader import load_profile
from vtr.rule_changes.fuzz import disagreements, search
from vtr.rule_changes.fuzz.disagreements import Counterexample, DifferentialTest, ValidatorAtDoor
from vtr.rule_changes.fuzz.search import Finding, SearchState
from vtr.rule_changes.profile_boundaries import Boundaries
from vtr.scoring import extract
from vtr.suite import collecting
from vtr.suite.bench import open_bench
from vtr.suite.options import RunOptions

_COLUMNS = ("file", "column", "expected", "reported", "story", "stories")


@dataclass(frozen=True, slots=True)
class Check:
    """Which two validators are compared.

    validator: the one under test.
    against: the one whose answer is expected.
    profile: of the stories.
    door: how the tested one reaches the carriers, empty for the usual way.
    timeout: of one answer, in seconds.
    columns: a file with the tested one's names of the columns.
    """

    validator: str
    against: str
    profile: str
    door: str
    timeout: float
    columns: Path | None


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How long to search.

    seconds: at most.
    stories: stop after this number of them; None for no limit.
    seed: of the stories.
    most: stop after the story that brings this number of findings.
    out: the folder for the findings.
    """

    seconds: float
    stories: int | None
    seed: int
    most: int
    out: Path


def fuzz_validator(check: Check, options: SearchOptions, output: Format) -> ExitStatus:
    """Search for disagreements, write each as a scenario file and print the list; the exit status."""
    boundaries = Boundaries.of(load_profile(check.profile))
    with _open_court(check, Path("fuzz.yaml")) as court:
        go_on = search.search_limits(options.seconds, options.stories, options.most, monotonic)
        found = search.search(court, search.stories_of_seed(options.seed, boundaries), go_on=go_on)

    def remarks(finding: Finding) -> list[str]:
        words = disagreements.describe(finding.disagreement)
        return [f"Found by vtr fuzz --seed {options.seed}, story {finding.story}: {words}."]

    written = search.write_findings(found.findings, options.out, remarks) if found.findings else []
    to_stdout(_render_findings(found, written, output))
    summary = f"seed {options.seed}: {found.tried} stories with {found.orders} orders, {len(written)} findings"
    run_them = f"; run them: vtr run {options.out} --validator {check.validator!r}" if written else ""
    typer.echo(summary + run_them, err=True)
    return ExitStatus.DIFFERENT if written else ExitStatus.AS_EXPECTED


def shrink_scenario(check: Check, path: Path, row: str, only: str, out: Path | None) -> None:
    """Write the smallest scenario on which the validators disagree as they do on this one.

    path: a scenario file, or the folder of a dataset.
    row: of the dataset.
    only: the name of a scenario, empty for the first one in dispute.
    out: a file in place of stdout.
    """
    if out is not None:
        files.check_target(out)
    drafts = _read_drafts(path, row, only)
    with _open_court(check, path) as court:
        draft, dispute = _first_dispute(drafts, court)
        disagreement = min(dispute.disagreements)
        small = search.smallest_scenario(court, yaml_writer.document_of_draft(draft), disagreement, dispute.orders)
    name = draft.scenario.scenario + (f" [{draft.combination}]" if draft.combination else "")
    text = yaml_writer.format_document(small, remarks=[f"Shrunk from {name!r} of {path.name or path.resolve().name}."])
    if out is not None:
        files.write_text(out, text)
    else:
        to_stdout(text)
    typer.echo(disagreements.describe(disagreement), err=True)


@contextmanager
def _open_court(check: Check, place: Path) -> Iterator[DifferentialTest]:
    """Both validators, ended when the block ends. place: the file that a story would be."""
    if check.door not in {"", *doors.NAMES}:
        raise ScenarioError(f"--door {check.door!r} is unknown; use {' or '.join(doors.NAMES)}")
    expected = RunOptions(validator=check.against, timeout=check.timeout)
    tested = RunOptions(
        validator=check.validator, door=check.door or None, timeout=check.timeout, columns=check.columns
    )
    with open_bench(expected) as theirs, open_bench(tested) as ours:
        yield DifferentialTest(
            ValidatorAtDoor(theirs.validator, theirs.door),
            ValidatorAtDoor(ours.validator, ours.door),
            check.profile,
            cache(collecting.carrier_spelling),
            place,
        )


def _read_drafts(path: Path, row: str, only: str) -> list[Draft]:
    """The scenarios of a file, or that of a dataset's row."""
    if path.is_dir():
        found = _extract_row(path, row)
    elif row:
        raise ScenarioError(f"{path}: a row, {row!r}, is one of a dataset's folder; give DIR ROW, or a scenario FILE")
    else:
        found = loader.load_file(path, str(path))
    if found.problems:
        raise ScenarioFileError(found.problems)
    drafts = [draft for draft in found.drafts if only in {"", draft.scenario.scenario}]
    if not drafts:
        names = ", ".join(repr(name) for name in dict.fromkeys(draft.scenario.scenario for draft in found.drafts))
        raise ScenarioError(f"{path}: no scenario {only!r}; there are {names}")
    return drafts


def _extract_row(folder: Path, row: str) -> Reading:
    """The scenario of a dataset's row."""
    dataset = open_dataset(folder)
    if not row:
        raise ScenarioError(f"{folder}: which row? Give DIR ROW: an order's id, or the number of a row, from 1")
    shown = f"{folder} {row}"
    return loader.parse_documents(yaml_tree.parse(extract.extract(dataset, [row]), shown), shown)


def _first_dispute(drafts: Sequence[Draft], court: DifferentialTest) -> tuple[Draft, Counterexample]:
    """The first scenario on which they disagree, and how. Raises ScenarioError where there is none."""
    for draft in drafts:
        dispute = court.run(yaml_writer.document_of_draft(draft))
        if dispute is not None:
            return draft, dispute
    names = (court.tested.validator.name, court.expected.validator.name)
    raise ScenarioError(f"{drafts[0].file}: {names[0]} and {names[1]} agree; give a disputed one")


def _render_findings(found: SearchState, written: Sequence[tuple[Finding, Path]], output: Format) -> str:
    rows = [
        {
            "file": str(path),
            "column": finding.disagreement[0],
            "expected": finding.disagreement[1],
            "reported": finding.disagreement[2],
            "story": finding.story,
            "stories": found.shown[finding.disagreement],
        }
        for finding, path in written
    ]
    if output is Format.JSON:
        return json.dumps({"tried": found.tried, "orders": found.orders, "findings": rows}, indent=2) + "\n"
    if output is Format.CSV:
        stream = io.StringIO()
        writer = csv.DictWriter(stream, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return stream.getvalue()
    cells = [[str(row[name]) or "(blank)" for name in _COLUMNS] for row in rows]
    return "".join(f"{line}\n" for line in aligned([_COLUMNS, *cells])) if rows else ""
