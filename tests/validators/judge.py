"""A validator in Python, in the three ways that need one: a function, a program, a program that answers line by line.

It stands for one of the user's own: here the bundled validator does the judging. `PLANTED=1` plants one wrong cell.
"""

import json
import os
import sys

from vtr import validate


def judge(request: dict[str, object]) -> dict[str, object]:
    """The answer to a request of the protocol."""
    answer = validate(request)
    if os.environ.get("PLANTED"):
        for row in answer["rows"]:
            row["no_valid_tracking"] = "" if row["no_valid_tracking"] else "X"
    return answer


if __name__ == "__main__":
    if "--lines" in sys.argv:
        for line in sys.stdin:
            print(json.dumps(judge(json.loads(line))), flush=True)  # noqa: T201 (what it is for)
    else:
        json.dump(judge(json.load(sys.stdin)), sys.stdout)
