"""Any validator, behind one call: a request of the protocol in, an answer out.

A validator's name is what the command line gives: `vtr` is the bundled one, `python:package.module:callable` a
function in this process, `cmd:` a program, `cmd+lines:` a program that answers many requests line by line, and a URL a
service. Each kind is a module; `parse_answer` checks what all of them return.
"""

from vtr.errors import ScenarioError
from vtr.validators.base import Limits, Request, Validator, Wait
from vtr.validators.bundled import BUNDLED, Bundled
from vtr.validators.columns import Columns
from vtr.validators.command import COMMAND, LINES, Command, LineByLine, split_command
from vtr.validators.parse_answer import answer_in, answer_of
from vtr.validators.python_callable import PythonCallable, find
from vtr.validators.service import Service

__all__ = [
    "BUNDLED",
    "Bundled",
    "Columns",
    "Command",
    "Limits",
    "LineByLine",
    "PythonCallable",
    "Request",
    "Service",
    "Validator",
    "Wait",
    "answer_in",
    "answer_of",
    "load",
    "runs_here",
]

FORMS = (
    f"'{BUNDLED}' or 'python:package.module:callable', 'cmd:program arguments', 'cmd+lines:program arguments' or a URL"
)
NO_LIMITS_GIVEN = Limits()


def load(name: str, limits: Limits = NO_LIMITS_GIVEN) -> Validator:
    """The validator that a name stands for.

    Raises ScenarioError for a name in none of the `FORMS`, ValidatorError for a module, callable or program that does
    not exist.
    """
    if name == BUNDLED:
        return Bundled()
    kind, _, rest = name.partition(":")
    if kind == COMMAND:
        return Command(name, split_command(name, rest), limits)
    if kind == LINES:
        return LineByLine(name, split_command(name, rest), limits)
    if kind in {"http", "https"}:
        return Service(name, limits)
    module, _, attribute = rest.partition(":")
    if kind != "python" or not all(part.isidentifier() for part in (*module.split("."), *attribute.split("."))):
        raise ScenarioError(f"validator {name!r} has no form that is known; give {FORMS}")
    return PythonCallable(name, find(name, module, attribute), limits)


def runs_here(name: str) -> bool:
    """Whether a validator runs in this process, where calls to the carriers can be intercepted."""
    return name == BUNDLED or name.startswith("python:")
