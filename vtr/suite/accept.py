"""`vtr run --accept`: what a validator returned becomes what its scenarios expect, so that someone reads the change.

Each failed scenario is read again from its file, compared with the answers of the run, and edited where it differs. A
scenario is accepted as a whole or not at all: before anything is written, the new text is read too and compared with
the same answers, including those of every combination of its matrix.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vtr.errors import Problem, ScenarioError, ScenarioFileError
from vtr.language import loader, yaml_edits, yaml_tree
from vtr.language.loader import Draft
from vtr.language.yaml_edits import CannotRewriteError, Edit
from vtr.language.yaml_tree import Node, Path_, Span
from vtr.play import comparison
from vtr.reference import files
from vtr.story import builder
from vtr.story.builder import Spelling
from vtr.story.story import Story
from vtr.suite.proposed_edits import Case, Proposal, Proposals, find_node, propose_report
from vtr.suite.results import Result

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Change:
    """A part of a file that was rewritten. what: the row and column."""

    file: str
    line: int
    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}: {self.before} -> {self.after}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was rewritten, and what was left as it is, with the reason."""

    changes: tuple[Change, ...]
    left: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _StoryReader:
    """Builds the stories of a file's text. profile: of scenarios that name none."""

    path: Path
    profile: str
    spelling: Spelling

    def read(self, text: str, shown: str) -> list[tuple[Draft, Story]]:
        """Each combination of each scenario. shown: the file in messages. Raises ScenarioFileError."""
        found = loader.parse_documents(yaml_tree.parse(text, shown), shown)
        if found.problems:
            raise ScenarioFileError(found.problems)
        return [
            (draft, builder.build_story(draft, place=self.path, profile=self.profile, spelling=self.spelling))
            for draft in found.drafts
        ]


def accept(run_results: Sequence[Result], *, profile: str, spelling: Spelling) -> Accepted:
    """Rewrite the files of failed scenarios. profile: of scenarios that name none. Raises ScenarioError."""
    changes: list[Change] = []
    left: list[Problem] = []
    for file in dict.fromkeys(result["file"] for result in run_results if result["outcome"] == "failed"):
        own = [result for result in run_results if result["file"] == file and result["scenario"]]
        reader = _StoryReader(Path(file).resolve(), profile, spelling)
        changed, refused = _accept_file(file, own, reader)
        changes.extend(changed)
        left.extend(refused)
    return Accepted(tuple(changes), tuple(left))


def _accept_file(file: str, run_results: Sequence[Result], reader: _StoryReader) -> tuple[list[Change], list[Problem]]:
    marked, text = _read_text(reader.path)
    by_title = {(result["line"], result["scenario"]): result for result in run_results}
    cases = [Case(draft, story, by_title.get((story.line, story.title))) for draft, story in reader.read(text, file)]
    edits: list[tuple[str, Edit]] = []
    left: list[Problem] = []
    for line in dict.fromkeys(case.draft.line for case in cases):
        own = [case for case in cases if case.draft.line == line]
        if not any(case.result is not None and case.result["outcome"] == "failed" for case in own):
            continue
        wanted, refused = _scenario_edits(text, own)
        new = yaml_edits.apply_edits(text, [edit for _, edit in wanted])
        if not refused and not _passes(new, line, cases, reader):
            refused = [Problem(file, line, 1, "rewritten, this scenario would not pass; change it by hand")]
        left.extend(refused)
        if not refused:
            edits.extend(wanted)
    if edits:
        new = yaml_edits.apply_edits(text, [edit for _, edit in edits])
        files.write_bytes(reader.path, (_BOM if marked else b"") + new.encode())
    return [Change(file, edit.line, what, edit.before, edit.after) for what, edit in edits], left


def _read_text(path: Path) -> tuple[bool, str]:
    """Whether a file begins with a byte order mark, and its text without it."""
    content = path.read_bytes()
    return content.startswith(_BOM), content.decode("utf-8-sig")


def _scenario_edits(text: str, cases: Sequence[Case]) -> tuple[list[tuple[str, Edit]], list[Problem]]:
    """The edits of one scenario, or why it cannot be rewritten."""
    file, line = cases[0].story.file, cases[0].story.line
    for case in cases:
        if case.result is None or case.result["outcome"] == "error":
            how = "was not run" if case.result is None else "could not be run"
            message = f"[{case.draft.combination}] {how}, so what it needs is unknown; run all combinations"
            return [], [Problem(file, line, 1, message)]
    proposals = Proposals(text)
    for case in cases:
        for index, (report, answer) in enumerate(zip(case.story.reports, case.answers, strict=True)):
            several = isinstance(find_node(case, ("expect",)), yaml_tree.Sequence)
            path: Path_ = ("expect", index) if several else ("expect",)
            try:
                propose_report(proposals, case, report, answer, path)
            except CannotRewriteError as error:
                place = yaml_tree.find(case.draft.tree, path)
                return [], [Problem(file, place.line, place.column, f"not accepted: {error}")]
    edits, left = [], []
    for (_, span), wanted in proposals.by_place.items():
        first = next((proposal for proposal in wanted if proposal.edit is not None), None)
        if first is None or first.edit is None:
            continue
        if len({proposal.edit.text if proposal.edit is not None else None for proposal in wanted}) > 1:
            left.append(Problem(file, first.line, first.column, _conflict(first.what, wanted)))
        elif _is_shared(cases[0].draft, span):
            message = f"{first.what}: this value of the matrix is used for something else too; change it by hand"
            left.append(Problem(file, first.line, first.column, message))
        else:
            edits.append((first.what, first.edit))
    return edits, left


def _conflict(what: str, wanted: Sequence[Proposal]) -> str:
    needs = ", ".join(
        f"[{proposal.label}] {proposal.edit.after if proposal.edit is not None else 'as it is'}" for proposal in wanted
    )
    return f"{what}: the combinations need different values here ({needs}); give the matrix a name for it, or split it"


def _is_shared(draft: Draft, span: Span) -> bool:
    """Whether a place is in a value of the matrix that is used more than once."""
    tree = draft.tree
    matrix = tree.values.get("matrix") if isinstance(tree, yaml_tree.Mapping) else None
    if not isinstance(matrix, yaml_tree.Mapping):
        return False
    for values in matrix.values.values():
        if values.span.start <= span.start < values.span.end:
            return sum(node.span == span for node in _walk_nodes(tree, "matrix")) != 1
    return False


def _walk_nodes(node: Node, without: str = "") -> Iterator[Node]:
    """A node and all nodes in it. without: a key of the outermost mapping that is passed over."""
    yield node
    if isinstance(node, yaml_tree.Mapping):
        for key, value in node.values.items():
            if key != without:
                yield from _walk_nodes(value)
    elif isinstance(node, yaml_tree.Sequence):
        for item in node.items:
            yield from _walk_nodes(item)


def _passes(text: str, line: int, cases: Sequence[Case], reader: _StoryReader) -> bool:
    """Whether a scenario, read from its new text, expects what was answered, and no scenario was added or lost."""
    try:
        read = reader.read(text, "")
    except ScenarioError:
        return False
    return len(read) == len(cases) and not any(
        comparison.compare(report.expected, answer).differences
        for (_, story), case in zip(read, cases, strict=True)
        if case.draft.line == line
        for report, answer in zip(story.reports, case.answers, strict=True)
    )
