"""The commands `fuzz` and `shrink`: what two validators disagree on, looked for, and made small."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vtr.console import Format, to_stdout
from vtr.errors import ScenarioError

if TYPE_CHECKING:
    from vtr.language.loader import Draft, Reading
    from vtr.rule_changes.fuzz.disagreements import Court, Dispute
    from vtr.rule_changes.fuzz.search import Finding, Search

AGREED, DISAGREED = 0, 1

app = typer.Typer()


Tested = Annotated[str, typer.Option("--validator", help="The validator under test, named as for `vtr run`.")]
Believed = Annotated[str, typer.Option("--against", help="The validator whose word is what is expected.")]
Door = Annotated[
    str, typer.Option(metavar="[in-process|server]", help="How the tested one reaches the carriers, as for `vtr run`.")
]
Seconds = Annotated[float, typer.Option(metavar="SECONDS", help="How long a validator has for one answer.")]
Columns = Annotated[
    Path | None, typer.Option(metavar="FILE", help="YAML that says how the tested one calls the columns.")
]
ProfileName = Annotated[str, typer.Option("--profile", help="The profile of the stories.")]


@app.command()
def fuzz(  # noqa: PLR0913 (a command's options)
    *,
    validator: Tested,
    against: Believed = "vtr",
    seconds: Annotated[float, typer.Option(help="How long to look.")] = 60,
    stories: Annotated[int | None, typer.Option(min=1, help="Stop after so many stories.")] = None,
    seed: Annotated[int, typer.Option(help="Of the stories: the same ones in the same order.")] = 1,
    most: Annotated[int, typer.Option(min=1, help="Stop after the story that brings so many findings.")] = 10,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the scenario files are written.")] = Path("findings"),
    profile: ProfileName = "us-2019",
    door: Door = "",
    timeout: Seconds = 60,
    columns: Columns = None,
    output: Annotated[Format, typer.Option("--format", help="How the findings are printed.")] = Format.TABLE,
) -> None:
    """Invent stories, and write each disagreement of a validator with the reference as the smallest scenario."""
    from time import monotonic  # noqa: PLC0415 (beside the others)

    from vtr.reference.rules.profile_reader import load_profile  # noqa: PLC0415 (loads sqlglot)
    from vtr.rule_changes.fuzz import disagreements, search  # noqa: PLC0415 (loads pydantic and the simulator)
    from vtr.rule_changes.profile_boundaries import Boundaries  # noqa: PLC0415 (beside the other)

    lines = Boundaries.of(load_profile(profile))
    with _court(validator, against, profile, door, timeout, columns, Path("fuzz.yaml")) as court:
        go_on = search.until(seconds, stories, most, monotonic)
        found = search.search(court, search.invented(seed, lines), go_on=go_on)

    def remarks(finding: "Finding") -> list[str]:
        return [f"Found by vtr fuzz --seed {seed}, story {finding.story}: {disagreements.words(finding.disagreement)}."]

    placed = search.written(found.findings, out, remarks) if found.findings else []
    _print_findings(found, placed, output)
    told = f"seed {seed}: {found.tried} stories with {found.orders} orders, {len(placed)} findings"
    typer.echo(told + (f"; run them: vtr run {out} --validator {validator!r}" if placed else ""), err=True)
    raise typer.Exit(DISAGREED if placed else AGREED)


@app.command()
def shrink(  # noqa: PLR0913 (a command's options)
    scenario: Annotated[
        Path,
        typer.Argument(metavar="FILE|DIR", help="A scenario file on which they disagree, or a dataset's folder."),
    ],
    row: Annotated[str, typer.Argument(metavar="ROW", help="Of a folder: the row, as for `vtr extract`.")] = "",
    *,
    validator: Tested,
    against: Believed = "vtr",
    only: Annotated[str, typer.Option(metavar="NAME", help="The scenario of this name, where a file has many.")] = "",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it there, not to stdout.")] = None,
    profile: ProfileName = "us-2019",
    door: Door = "",
    timeout: Seconds = 60,
    columns: Columns = None,
) -> None:
    """Print the smallest scenario on which two validators still disagree as they do on this one."""
    from vtr.language import yaml_writer  # noqa: PLC0415 (loads pydantic and the simulator)
    from vtr.reference import files  # noqa: PLC0415 (beside the other)
    from vtr.rule_changes.fuzz import disagreements, search  # noqa: PLC0415 (loads pydantic and the simulator)

    if out is not None:
        files.check_target(out)
    drafts = _drafts(scenario, row, only)
    with _court(validator, against, profile, door, timeout, columns, scenario) as court:
        draft, dispute = _first_dispute(drafts, court)
        disagreement = min(dispute.disagreements)
        small = search.smallest(court, yaml_writer.of_draft(draft), disagreement, dispute.orders)
    name = draft.scenario.scenario + (f" [{draft.combination}]" if draft.combination else "")
    text = yaml_writer.text_of(small, remarks=[f"Shrunk from {name!r} of {scenario.name or scenario.resolve().name}."])
    if out is not None:
        files.write_text(out, text)
    else:
        to_stdout(text)
    typer.echo(disagreements.words(disagreement), err=True)


def _drafts(path: Path, row: str, only: str) -> "list[Draft]":
    """The scenarios of a file, or that of a dataset's row."""
    from vtr.errors import ScenarioFileError  # noqa: PLC0415 (beside the other)
    from vtr.language import loader  # noqa: PLC0415 (loads pydantic)

    if path.is_dir():
        found = _extracted(path, row)
    elif row:
        raise ScenarioError(f"{path}: a row, {row!r}, is one of a dataset's folder; give DIR ROW, or a scenario FILE")
    else:
        found = loader.read(path, str(path))
    if found.problems:
        raise ScenarioFileError(found.problems)
    drafts = [draft for draft in found.drafts if only in {"", draft.scenario.scenario}]
    if not drafts:
        names = ", ".join(repr(name) for name in dict.fromkeys(draft.scenario.scenario for draft in found.drafts))
        raise ScenarioError(f"{path}: no scenario {only!r}; there are {names}")
    return drafts


def _extracted(folder: Path, row: str) -> "Reading":
    """The scenario of a dataset's row."""
    from vtr.language import loader, yaml_tree  # noqa: PLC0415 (loads DuckDB)
    from vtr.reference.records.dataset import open_dataset  # noqa: PLC0415 (beside the other)
    from vtr.scoring import extract  # noqa: PLC0415 (loads DuckDB)

    dataset = open_dataset(folder)
    if not row:
        raise ScenarioError(f"{folder}: which row? Give DIR ROW: an order's id, or the number of a row, from 1")
    shown = f"{folder} {row}"
    return loader.scenarios_of(yaml_tree.parse(extract.extract(dataset, [row]), shown), shown)


def _first_dispute(drafts: "list[Draft]", court: "Court") -> "tuple[Draft, Dispute]":
    """The first scenario on which they disagree, and how. Raises ScenarioError where there is none."""
    from vtr.language import yaml_writer  # noqa: PLC0415 (loads pydantic)

    for draft in drafts:
        dispute = court.heard(yaml_writer.of_draft(draft))
        if dispute is not None:
            return draft, dispute
    names = (court.tested.validator.name, court.expected.validator.name)
    raise ScenarioError(f"{drafts[0].file}: {names[0]} and {names[1]} agree; give a disputed one")


@contextmanager
def _court(  # noqa: PLR0917 (what the commands' options say)
    validator: str, against: str, profile: str, door: str, timeout: float, columns: Path | None, place: Path
) -> "Iterator[Court]":
    """Both validators, ended afterwards."""
    from contextlib import ExitStack  # noqa: PLC0415 (beside the others)

    from vtr import validators  # noqa: PLC0415 (loads pytest)
    from vtr.play import doors  # noqa: PLC0415 (loads pytest)
    from vtr.rule_changes.fuzz.disagreements import Court, Side  # noqa: PLC0415 (beside the others)
    from vtr.suite import collecting  # noqa: PLC0415 (loads pytest)
    from vtr.validators import columns as column_names  # noqa: PLC0415 (beside the others)

    if door not in {"", *doors.NAMES}:
        raise ScenarioError(f"--door {door!r} is unknown; use {' or '.join(doors.NAMES)}")
    with ExitStack() as open_:
        server = doors.ServerDoor()
        open_.callback(server.close)

        def side(name: str, wanted: str, limits: validators.Limits) -> Side:
            loaded = validators.load(name, limits)
            open_.callback(loaded.close)
            usual = doors.IN_PROCESS if name == validators.BUNDLED else doors.SERVER
            return Side(loaded, doors.in_process if (wanted or usual) == doors.IN_PROCESS else server.open)

        limits = validators.Limits(seconds=timeout)
        mapped = (
            limits
            if columns is None
            else validators.Limits(timeout, limits.size, column_names.read(columns, str(columns)))
        )
        believed = side(against, "", limits)
        yield Court(believed, side(validator, door, mapped), profile, cache(collecting.spelling_of), place)


def _print_findings(found: "Search", placed: "list[tuple[Finding, Path]]", output: Format) -> None:
    import csv  # noqa: PLC0415 (beside the others)
    import io  # noqa: PLC0415 (beside the others)
    import json  # noqa: PLC0415 (beside the others)

    from vtr.reference.console import aligned  # noqa: PLC0415 (beside the others)

    rows = [
        {
            "file": str(path),
            "column": finding.disagreement[0],
            "expected": finding.disagreement[1],
            "reported": finding.disagreement[2],
            "story": finding.story,
            "stories": found.shown[finding.disagreement],
        }
        for finding, path in placed
    ]
    header = ("file", "column", "expected", "reported", "story", "stories")
    if output is Format.JSON:
        text = json.dumps({"tried": found.tried, "orders": found.orders, "findings": rows}, indent=2) + "\n"
    elif output is Format.CSV:
        stream = io.StringIO()
        writer = csv.DictWriter(stream, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        text = stream.getvalue()
    else:
        cells = [[str(row[name]) or "(blank)" for name in header] for row in rows]
        text = "".join(f"{line}\n" for line in aligned([header, *cells])) if rows else ""
    to_stdout(text)
