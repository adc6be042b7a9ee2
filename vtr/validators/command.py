"""A program as a validator: `cmd:` starts it for each request, `cmd+lines:` once for many.

The program reads the request as JSON from its stdin and prints the answer to its stdout. One that wants files instead
has placeholders among its arguments: `{orders}` and `{confirmations}` (CSV, in the form that `vtr check` reads),
`{carriers}` and `{request}` (JSON), and `{report}`, the file that it writes the answer to. `{as_of}` and `{profile}`
are the request's values. No shell is involved.
"""

import csv
import io
import json
import os
import re
import shlex
import shutil
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from vtr.errors import ScenarioError, ValidatorError
from vtr.validators import protocol
from vtr.validators.answer import Answer
from vtr.validators.base import Limits, Request, Wait
from vtr.validators.parse_answer import answer_in, answer_of, json_in
from vtr.validators.process import Process, ending

COMMAND, LINES = "cmd", "cmd+lines"
COMPLETE, UNANSWERED = 0, 4  # the exit statuses of a program that gave its answer
_LEFT_BEHIND = "the validator left processes of its own running; they were ended"
_FINISH_SECONDS = 2.0

_PLACEHOLDER = re.compile(r"\{(orders|confirmations|carriers|request|report|as_of|profile)\}")


def split_command(name: str, command: str, folder: Path | None = None) -> tuple[str, ...]:
    """The program and arguments of a command, split as a shell would.

    name: the validator's, for messages. folder: where the program starts; None: the working folder.

    Raises ScenarioError for an empty or badly quoted command, ValidatorError if there is no such program to run.
    """
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise ScenarioError(f"validator {name!r}: {error}; quote it as for a shell") from error
    if not words:
        raise ScenarioError(f"validator {name!r} names no program; give e.g. 'cmd:python3 validator.py'")
    program = words[0] if folder is None or os.sep not in words[0] else str(folder / words[0])
    if shutil.which(program) is None:
        there = "it is there, but cannot be run" if Path(program).exists() else f"looked in {Path.cwd()} and in PATH"
        raise ValidatorError(f"validator {name}: no program {words[0]!r}; {there}")
    return words


@dataclass(frozen=True, slots=True)
class Command:
    """A program that is started for each request.

    words: the program and its arguments, perhaps with placeholders.
    folder: where it starts; None: the working folder.
    """

    name: str
    words: Sequence[str]
    limits: Limits = field(default_factory=Limits)
    folder: Path | None = None

    def validate(self, request: Request, *, wait: Wait) -> Answer:  # noqa: ARG002 (a program waits by its own means)
        """The program's answer. Raises ValidatorError if it cannot run or gives no valid answer."""
        if not any(_PLACEHOLDER.search(word) for word in self.words):
            return self._run(self.words, request, None)
        with TemporaryDirectory(prefix="vtr-", ignore_cleanup_errors=True) as folder:
            values = _write_files(Path(folder), request)
            words = [_PLACEHOLDER.sub(lambda match: values[match[1]], word) for word in self.words]
            reports = any("{report}" in word for word in self.words)
            return self._run(words, request, Path(values["report"]) if reports else None)

    def _run(self, words: Sequence[str], request: Request, report: Path | None) -> Answer:
        process = Process(self.name, words, self.limits.size, self.folder)
        left_behind = 0
        try:
            output, status = process.all_output(json.dumps(request).encode(), self.limits.seconds)
        finally:
            left_behind = process.end()
        stderr = process.stderr_message()
        if status not in {COMPLETE, UNANSWERED}:
            raise ValidatorError(f"validator {self.name} {ending(status)}{stderr}{_first_output(output)}")
        try:
            answer = answer_in(output if report is None else self._read_report(report), self.name, self.limits.columns)
        except ValidatorError as error:
            raise ValidatorError(f"{error}{stderr}") from error
        _pass_on(stderr)
        return replace(answer, remarks=(_LEFT_BEHIND,)) if left_behind else answer

    def _read_report(self, report: Path) -> bytes:
        try:
            found = report.lstat()
        except OSError as error:
            raise ValidatorError(f"validator {self.name} wrote no file {{report}}") from error
        if not stat.S_ISREG(found.st_mode):
            raise ValidatorError(f"validator {self.name}: its {{report}} is no regular file")
        if found.st_size > self.limits.size:
            raise ValidatorError(f"validator {self.name} wrote more than {self.limits.size} bytes into {{report}}")
        return report.read_bytes()

    def close(self) -> None:
        """Do nothing: the program has ended with its answer."""


@dataclass(slots=True)
class LineByLine:
    """A program that answers each request, a line of JSON, with a line of JSON. It is restarted after a failure."""

    name: str
    words: Sequence[str]
    limits: Limits = field(default_factory=Limits)
    folder: Path | None = None
    _process: Process | None = None

    def validate(self, request: Request, *, wait: Wait) -> Answer:  # noqa: ARG002 (a program waits by its own means)
        """The program's answer. Raises ValidatorError if it cannot run or gives no valid answer."""
        if self._process is None:
            self._process = Process(self.name, self.words, self.limits.size, self.folder)
        process = self._process
        try:
            line = process.line(json.dumps(request).encode() + b"\n", self.limits.seconds)
        except BaseException:  # an interruption too: its next line would be taken for the answer to another request
            self._process = None
            process.end()
            raise
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            raise ValidatorError(f"validator {self.name}: its line is not UTF-8{process.stderr_message()}") from error
        try:
            answer = answer_of(json_in(text, self.name), self.name, self.limits.columns)
        except ValidatorError as error:
            raise ValidatorError(f"{error}{process.stderr_message()}") from error
        _pass_on(process.stderr_message())
        return answer

    def close(self) -> None:
        """End the program: close its input, then kill what still runs."""
        process, self._process = self._process, None
        if process is not None:
            process.finish(_FINISH_SECONDS)


def _pass_on(stderr: str) -> None:
    """Repeat what a successful program wrote to stderr: pytest captures it and shows it if the rows differ."""
    if stderr:
        print(stderr.strip(), file=sys.stderr)  # noqa: T201 (words go to stderr)


def _first_output(output: bytes) -> str:
    text = output[:200].decode("utf-8", "replace").strip()
    return f"\nstdout begins:\n{text}" if text else ""


def _write_files(folder: Path, request: Request) -> dict[str, str]:
    """Write a request's files into a folder; the value of each placeholder, by its name."""
    confirmations = [
        {**{name: package[name] for name in protocol.CONFIRMATION_COLUMNS if name in package}, **submission}
        for package in request["packages"]
        for submission in package["submissions"]
    ]
    contents: dict[str, Callable[[], str]] = {
        "orders.csv": lambda: _csv(protocol.ORDER_COLUMNS, request["orders"]),
        "confirmations.csv": lambda: _csv(protocol.CONFIRMATION_COLUMNS, confirmations),
        "carriers.json": lambda: json.dumps(request["carriers"]),
        "request.json": lambda: json.dumps(request),
    }
    for file, content in contents.items():
        (folder / file).write_bytes(content().encode("utf-8", "backslashreplace"))
    return {
        **{file.partition(".")[0]: str(folder / file) for file in contents},
        "report": str(folder / "report.json"),
        "as_of": str(request["as_of"]),
        "profile": str(request["profile"]),
    }


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
