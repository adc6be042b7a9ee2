"""The equivalent mutants of a profile, each with the reason why no scenario can notice it, from a YAML file.

Such a list goes stale, so an entry that names no mutant, or one that a scenario does notice, is an error.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from vtr.errors import Problem, ScenarioFileError
from vtr.language import yaml_tree
from vtr.language.schema import suggestion

BUNDLED = Path(__file__).parent / "equivalents"


class Equivalents:
    """The reasons by the mutants' names, and the lines of the file that give them."""

    def __init__(self, reasons: Mapping[str, str], lines: Mapping[str, int], path: str) -> None:
        """Take what was read from a file.

        reasons: by the mutants' names.
        lines: line numbers, from 1, by the same names.
        path: the file, as messages name it.
        """
        self._reasons = reasons
        self._lines = lines
        self._path = path

    def reason(self, name: str) -> str | None:
        """Why nothing can notice a mutant; None if it isn't listed."""
        return self._reasons.get(name)

    def check_declared(self, names: Sequence[str]) -> None:
        """Raise ScenarioFileError for entries that name no mutant of the profile. names: of all its mutants."""
        self._raise_for(
            {
                name: f"no mutant is called {name!r}; {_next_step(name, names)}"
                for name in self._reasons
                if name not in names
            }
        )

    def check_unnoticed(self, noticed: Mapping[str, str]) -> None:
        """Raise ScenarioFileError for entries whose mutants were noticed. noticed: the scenarios' names by mutant."""
        self._raise_for(
            {
                name: f"{name!r} is not an equivalent mutant: the scenario {noticed[name]!r} notices it;"
                " remove the entry"
                for name in self._reasons
                if name in noticed
            }
        )

    def _raise_for(self, messages: Mapping[str, str]) -> None:
        if messages:
            raise ScenarioFileError(
                Problem(self._path, self._lines[name], 1, message) for name, message in messages.items()
            )


def _next_step(name: str, names: Sequence[str]) -> str:
    near = suggestion(name, list(names))
    return near if near.startswith("did you mean") else "remove the entry"


def read(path: Path) -> Equivalents:
    """Read a list from a YAML file of names and reasons. Raises ScenarioFileError for anything else."""
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
    """The bundled list of a bundled profile; an empty one for any other profile."""
    path = BUNDLED / f"{profile}.yaml"
    bundled = "/" not in profile and path.is_file()
    return read(path) if bundled else Equivalents({}, {}, "")
