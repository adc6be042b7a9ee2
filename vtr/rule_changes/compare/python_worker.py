"""A Python function of a commit as a program that answers line by line; `sides` starts it in that commit's folder.

The folder goes to the front of Python's path after the harness's own modules are loaded, so the commit's version is
used even if the working tree is installed. Output of the function goes to stderr, because stdout carries the answers.
"""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path

from vtr.errors import ValidatorError
from vtr.validators.python_callable import find


def serve() -> None:
    """Answer each line of stdin with a line on stdout. Arguments of the program: a module, and a callable in it."""
    module, attribute = sys.argv[1:3]
    sys.path[:0] = [str(folder) for folder in (Path.cwd(), Path.cwd() / "src") if folder.is_dir()]
    answers = sys.stdout
    try:
        function = find(f"python:{module}:{attribute}", module, attribute)
    except ValidatorError as error:
        sys.exit(str(error))
    for line in sys.stdin:
        with redirect_stdout(sys.stderr):
            answer = function(json.loads(line))
        answers.write(json.dumps(answer, default=str) + "\n")
        answers.flush()
