"""The mutants that nothing can tell from their profile, each with the reason, from a YAML file of names and reasons.

A list like this rots: an entry whose mutant is gone, or is noticed after all, is an error.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from vtr.errors import Problem, ScenarioFileError
from vtr.language import yaml_tree
from vtr.language.schema import suggestion

BUNDLED = Path(__file__).parent / "equivalents"


class Equivalents:
    """The reasons by the mutants' names, and where they stand."""

    def __init__(self, reasons: Mapping[str, str], lines: Mapping[str, int], shown: str) -> None:
        """Names and reasons as read from a file."""
        self._reasons = reasons
        self._lines = lines
        self._shown = shown

    def reason(self, name: str) -> str | None:
        """Why nothing can notice a mutant; None if it isn't listed."""
        return self._reasons.get(name)

    def check_declared(self, names: Sequence[str]) -> None:
        """Raise ScenarioFileError for entries that name no mutant of the profile. names: of all its mutants."""
        self._complain(
            {
                name: f"no mutant is called {name!r}; {_nearest(name, names)}"
                for name in self._reasons
                if name not in names
            }
        )

    def check_unnoticed(self, noticed: Mapping[str, str]) -> None:
        """Raise ScenarioFileError for entries whose mutants were noticed; noticed: by which scenario."""
        self._complain(
            {
                name: f"{name!r} is no equivalent mutant: the scenario {noticed[name]!r} notices it; remove the entry"
                for name in self._reasons
                if name in noticed
            }
        )

    def _complain(self, messages: Mapping[str, str]) -> None:
        if messages:
            raise ScenarioFileError(
                Problem(self._shown, self._lines[name], 1, message) for name, message in messages.items()
            )


def _nearest(name: str, names: Sequence[str]) -> str:
    near = suggestion(name, list(names))
    return near if near.startswith("did you mean") else "remove the entry"


def read(path: Path) -> Equivalents:
    """The list in a file. Raises ScenarioFileError for what is none."""
    shown = str(path)
    documents = yaml_tree.load(path, shown)
    if not documents:
        return Equivalents({}, {}, shown)
    root = documents[0]
    if len(documents) > 1 or not isinstance(root, yaml_tree.Mapping):
        raise ScenarioFileError(
            [Problem(shown, root.line, root.column, "expected a mapping of mutants' names to reasons")]
        )
    problems, reasons = [], {}
    for name, value in root.values.items():
        reason = value.text if isinstance(value, yaml_tree.Scalar) else None
        if not reason:
            problems.append(Problem(shown, value.line, value.column, f"say why nothing can notice {name!r}"))
        else:
            reasons[name] = reason
    if problems:
        raise ScenarioFileError(problems)
    return Equivalents(reasons, {name: key.line for name, key in root.keys.items()}, shown)


def of_profile(profile: str) -> Equivalents:
    """The bundled list of a bundled profile; an empty one for any other."""
    path = BUNDLED / f"{profile}.yaml"
    bundled = "/" not in profile and path.is_file()
    return read(path) if bundled else Equivalents({}, {}, "")
