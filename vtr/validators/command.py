"""A program as a validator: `cmd:` starts it for each request, `cmd+lines:` once for many.

The request is JSON on its stdin, the answer stands on its stdout. A program that wants files instead names them in its
words: `{orders}`, `{confirmations}` (CSV, as `vtr check` reads them), `{carriers}`, `{request}` (JSON), and `{report}`,
where it writes the answer. `{as_of}` and `{profile}` are the request's values. No shell reads the words.
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
from vtr.validators.answer import Answer
from vtr.validators.base import Limits, Request, Wait
from vtr.validators.parse_answer import answer_in, answer_of, json_in
from vtr.validators.process import Process, ending

COMMAND, LINES = "cmd", "cmd+lines"
COMPLETE, UNANSWERED = 0, 4  # the exit statuses of a program that gave its answer
_LEFT_BEHIND = "the validator left processes of its own running; they were ended"
_FINISH_SECONDS = 2.0

_WORD = re.compile(r"\{(orders|confirmations|carriers|request|report|as_of|profile)\}")
_CONFIRMATION = ("order_id", "package", "confirmed_at", "buy_shipping")
_SUBMISSION = ("submitted_at", "carrier_code", "carrier_name", "tracking_number", "ship_method")
_ORDER = (
    "order_id", "placed_at", "category", "current_category", "promised_delivery_date", "item_price", "shipping_price",
    "currency", "ship_from", "ship_to", "fulfilled_by", "cancelled_at",
)  # fmt: skip


def words_of(name: str, command: str, folder: Path | None = None) -> tuple[str, ...]:
    """A command's words; folder: where it is started, None for this one.

    Raises ScenarioError when there are none, ValidatorError when there is no such program.
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
    """A program that is started for each request. folder: where it is started, None for this process's own."""

    name: str
    words: Sequence[str]
    limits: Limits = field(default_factory=Limits)
    folder: Path | None = None

    def validate(self, request: Request, *, wait: Wait) -> Answer:  # noqa: ARG002 (its waiting is its own)
        """The program's answer. Raises ValidatorError when it could not run, or gave none."""
        if not any(_WORD.search(word) for word in self.words):
            return self._run(self.words, request, None)
        with TemporaryDirectory(prefix="vtr-", ignore_cleanup_errors=True) as folder:
            written = _files(Path(folder), request)
            words = [_WORD.sub(lambda match: written[match[1]], word) for word in self.words]
            reports = any("{report}" in word for word in self.words)
            return self._run(words, request, Path(written["report"]) if reports else None)

    def _run(self, words: Sequence[str], request: Request, report: Path | None) -> Answer:
        process = Process(self.name, words, self.limits.size, self.folder)
        left_behind = 0
        try:
            output, status = process.all_output(json.dumps(request).encode(), self.limits.seconds)
        finally:
            left_behind = process.end()
        said = process.said()
        if status not in {COMPLETE, UNANSWERED}:
            raise ValidatorError(f"validator {self.name} {ending(status)}{said}{_begin(output)}")
        try:
            answer = answer_in(output if report is None else self._written(report), self.name, self.limits.columns)
        except ValidatorError as error:
            raise ValidatorError(f"{error}{said}") from error
        _pass_on(said)
        return replace(answer, remarks=(_LEFT_BEHIND,)) if left_behind else answer

    def _written(self, report: Path) -> bytes:
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
        """Nothing is kept."""


@dataclass(slots=True)
class LineByLine:
    """A program that answers many requests, each a line of JSON, by a line of JSON; started anew when it fails."""

    name: str
    words: Sequence[str]
    limits: Limits = field(default_factory=Limits)
    folder: Path | None = None
    _process: Process | None = None

    def validate(self, request: Request, *, wait: Wait) -> Answer:  # noqa: ARG002 (its waiting is its own)
        """The program's answer. Raises ValidatorError when it could not run, or gave none."""
        if self._process is None:
            self._process = Process(self.name, self.words, self.limits.size, self.folder)
        process = self._process
        try:
            line = process.line(json.dumps(request).encode() + b"\n", self.limits.seconds)
        except BaseException:  # an interruption too: what it prints next would answer another request
            self._process = None
            process.end()
            raise
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            raise ValidatorError(f"validator {self.name}: its line is not UTF-8{process.said()}") from error
        try:
            answer = answer_of(json_in(text, self.name), self.name, self.limits.columns)
        except ValidatorError as error:
            raise ValidatorError(f"{error}{process.said()}") from error
        _pass_on(process.said())
        return answer

    def close(self) -> None:
        """End the program: its input ends, and what is left of it then is killed."""
        process, self._process = self._process, None
        if process is not None:
            process.finish(_FINISH_SECONDS)


def _pass_on(said: str) -> None:
    """What a program that succeeded wrote to stderr: pytest keeps it, and shows it should the rows differ."""
    if said:
        print(said.strip(), file=sys.stderr)  # noqa: T201 (words go to stderr)


def _begin(output: bytes) -> str:
    text = output[:200].decode("utf-8", "replace").strip()
    return f"\nstdout begins:\n{text}" if text else ""


def _files(folder: Path, request: Request) -> dict[str, str]:
    """The files of a request in a folder, and its other values, by the words that stand for them."""
    confirmations = [
        {**{name: package[name] for name in _CONFIRMATION}, **submission}
        for package in request["packages"]
        for submission in package["submissions"]
    ]
    contents: dict[str, Callable[[], str]] = {
        "orders.csv": lambda: _csv(_ORDER, request["orders"]),
        "confirmations.csv": lambda: _csv((*_CONFIRMATION, *_SUBMISSION), confirmations),
        "carriers.json": lambda: json.dumps(request["carriers"]),
        "request.json": lambda: json.dumps(request),
    }
    for file, content in contents.items():
        (folder / file).write_bytes(content().encode("utf-8", "backslashreplace"))
    written = {file.partition(".")[0]: str(folder / file) for file in contents}
    return {
        **written,
        "report": str(folder / "report.json"),
        "as_of": str(request["as_of"]),
        "profile": str(request["profile"]),
    }


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return written.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
