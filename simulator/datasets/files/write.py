"""Tables as files: Parquet, CSV or JSON lines, plain or compressed.

A table is written in parts that can be joined: row groups of Parquet, and whole members of gzip or frames of zstd, of
which any number may follow each other (both formats' own rule).
"""

import gzip
from collections.abc import Iterable, Sequence
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from simulator.datasets.files import parquet_join


class FileFormat(StrEnum):
    """How tables are written."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"


class Compression(StrEnum):
    """How files are compressed."""

    NONE = "none"
    GZIP = "gzip"
    ZSTD = "zstd"


ENDINGS = {Compression.NONE: "", Compression.GZIP: ".gz", Compression.ZSTD: ".zst"}
_GZIP_LEVEL, _ZSTD_LEVEL = 6, 1
_BLOCK = 4 << 20


def file_name(table: str, form: FileFormat, compression: Compression) -> str:
    """The name of a table's file; Parquet compresses inside."""
    return f"{table}.{form}" + ("" if form is FileFormat.PARQUET else ENDINGS[compression])


def write_part(table: pa.Table, path: Path, form: FileFormat, compression: Compression, *, header: bool) -> None:
    """Write a part of a table. header: whether column names come first (CSV)."""
    if form is FileFormat.PARQUET:
        level = {Compression.GZIP: _GZIP_LEVEL, Compression.ZSTD: _ZSTD_LEVEL}.get(compression)
        pq.write_table(
            table,
            path,
            row_group_size=max(1, table.num_rows),
            compression=compression.value,
            compression_level=level,
            coerce_timestamps="us",
            store_schema=False,  # the file's own types say enough, and a reader gets plain strings
        )
        return
    plain = _with_texts(table)
    path.write_bytes(_compress(_csv(plain, header=header) if form is FileFormat.CSV else _jsonl(plain), compression))


def write_lines(lines: Iterable[bytes], path: Path, compression: Compression, *, heading: bytes) -> int:
    """Write a part of a file of lines, some megabytes at a time. Returns their number, without the heading."""
    count, size, waiting = 0, len(heading), [heading]
    with path.open("wb") as stream:
        for line in lines:
            waiting.append(line)
            count, size = count + 1, size + len(line)
            if size > _BLOCK:
                stream.write(_compress(b"".join(waiting), compression))
                waiting.clear()
                size = 0
        if size:
            stream.write(_compress(b"".join(waiting), compression))
    return count


def join(parts: Sequence[Path], out: BinaryIO, form: FileFormat | None) -> None:
    """Write a table's parts, or with no form those of a file of lines, in order, as one file."""
    if form is FileFormat.PARQUET:
        parquet_join.join(parts, out)
        return
    for part in parts:
        with part.open("rb") as stream:
            copyfileobj(stream, out, 1 << 20)


def _with_texts(table: pa.Table) -> pa.Table:
    """The table with instants in ISO 8601, and prices as text, as CSV and JSON need them."""
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_dictionary(column.type):
            columns[name] = column.cast(pa.string())
        elif pa.types.is_timestamp(column.type):
            columns[name] = pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
        elif pa.types.is_decimal(column.type) or pa.types.is_date(column.type):
            columns[name] = column.cast(pa.string())
        else:
            columns[name] = column
    return pa.table(columns)


def _csv(table: pa.Table, *, header: bool) -> bytes:
    out = BytesIO()
    pyarrow.csv.write_csv(table, out, pyarrow.csv.WriteOptions(include_header=header))
    return out.getvalue()


def _jsonl(table: pa.Table) -> bytes:
    import orjson  # noqa: PLC0415 (only JSON lines need it)

    return b"".join(orjson.dumps(row) + b"\n" for batch in table.to_batches() for row in batch.to_pylist())


def _compress(text: bytes, compression: Compression) -> bytes:
    if compression is Compression.GZIP:
        return gzip.compress(text, _GZIP_LEVEL, mtime=0)
    if compression is Compression.ZSTD:
        return bytes(pa.Codec("zstd", _ZSTD_LEVEL).compress(text, asbytes=True))
    return text
