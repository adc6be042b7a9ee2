"""A Python function of a commit as a program that answers line by line: run in that commit's folder, by `sides`.

The folder comes first in Python's path once the harness's own modules are loaded, so that the commit's version is
taken even where the working tree is installed. What the function prints goes to stderr: stdout has the answers.
"""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path

from vtr.errors import ValidatorError
from vtr.validators.python_callable import find


def serve() -> None:
    """Answer each line of stdin by a line on stdout; the words are the module and the callable in it."""
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
