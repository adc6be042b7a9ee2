"""The lines of a report's TSV and CSV made by DuckDB: the same bytes as from `layouts.py`, for millions of rows.

Making and writing a row's values takes Python twenty times longer than deciding the row takes DuckDB. `layouts.py`
defines what a cell looks like; tests compare the two.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import pyarrow as pa

from vtr.reference.layouts import BREAKING, HAS_VALID_TRACKING, NO, QUOTED, YES

_SEPARATORS = {"tsv": "chr(9)", "csv": "','"}


def select_lines(relation: str, types: Mapping[str, str], columns: Sequence[str], form: Literal["tsv", "csv"]) -> str:
    """A statement that gives each row of a relation as one line with its LF, under the name `line`.

    relation: a SELECT in brackets, or a name. types: what DuckDB calls the type of each of its columns.
    """
    known = {**types, HAS_VALID_TRACKING: "VARCHAR"}
    cells = ", ".join(_cell(_value(name), known[name], form) for name in columns)
    return f"SELECT concat_ws({_SEPARATORS[form]}, {cells}) || chr(10) AS line FROM {relation}"  # noqa: S608 (names of ours)


def texts(batches: Iterable[pa.RecordBatch]) -> Iterator[str]:
    """The lines of such a statement's batches, many in one text, without a Python object per line."""
    for batch in batches:
        lines = batch.column(0)
        joined = lines.buffers()[2]
        offsets = pa.Array.from_buffers(
            pa.int64() if pa.types.is_large_string(lines.type) else pa.int32(),
            len(lines) + 1,
            [None, lines.buffers()[1]],
            offset=lines.offset,
        )
        yield joined[offsets[0].as_py() : offsets[-1].as_py()].to_pybytes().decode()


def _value(name: str) -> str:
    if name == HAS_VALID_TRACKING:
        return f"(CASE WHEN no_valid_tracking = 'X' THEN '{NO}' ELSE '{YES}' END)"
    return f'"{name}"'


def _cell(column: str, kind: str, form: str) -> str:
    if kind == "DATE":
        return f"coalesce(CAST({column} AS VARCHAR), '')"
    if kind == "TIMESTAMP":
        whole = f"replace(CAST({column} AS VARCHAR), ' ', 'T')"
        parted = f"strftime({column}, '%Y-%m-%dT%H:%M:%S.%f')"
        return f"coalesce(CASE WHEN microsecond({column}) % 1000000 = 0 THEN {whole} ELSE {parted} END || 'Z', '')"
    if kind != "VARCHAR":
        return f"coalesce(CAST({column} AS VARCHAR), '')"
    if form == "csv":
        quoted = f"""'"' || replace({column}, '"', '""') || '"'"""
        return f"coalesce(CASE WHEN regexp_matches({column}, '{_pattern(QUOTED)}') THEN {quoted} ELSE {column} END, '')"
    breaking = _pattern(BREAKING)
    clean = f"regexp_replace({column}, '{breaking}', ' ', 'g')"
    return f"coalesce(CASE WHEN regexp_matches({column}, '{breaking}') THEN {clean} ELSE {column} END, '')"


def _pattern(pattern: "re.Pattern[str]") -> str:
    """A pattern in the syntax of DuckDB's regular expressions."""
    return re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", pattern.pattern)
