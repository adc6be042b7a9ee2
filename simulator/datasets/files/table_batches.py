"""A table of a dataset in batches, whatever the format of its file, with columns of given types."""

from collections.abc import Iterator, Mapping, Sequence
from io import BufferedReader
from itertools import islice
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

ROWS = 32_768
_JSONL_ROWS = 16_384
Types = Mapping[str, pa.DataType]


def batches(path: Path, form: str, compression: str, types: Types) -> Iterator[pa.Table]:
    """The columns of `types`, in their order and of these types, some thousand rows at a time.

    form, compression: as in the manifest. Raises what Arrow raises (`pa.ArrowException`, OSError), ValueError or
    KeyError for a file that is not of that form or lacks a column.
    """
    for batch in _read_batches(path, form, compression, list(types)):
        yield pa.table({name: _column(batch.column(name), kind) for name, kind in types.items()})


def _read_batches(path: Path, form: str, compression: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    if form == "parquet":
        with pq.ParquetFile(path, pre_buffer=False) as file:  # buffers of all row groups would stay
            for batch in file.iter_batches(ROWS, columns=columns):
                yield pa.Table.from_batches([batch])
        return
    codec = None if compression == "none" else compression
    with pa.input_stream(str(path), compression=codec) as stream:
        if form == "csv":
            texts = dict.fromkeys(columns, pa.string())
            convert = pyarrow.csv.ConvertOptions(
                column_types=texts, include_columns=columns, strings_can_be_null=True, quoted_strings_can_be_null=False
            )
            with pyarrow.csv.open_csv(stream, convert_options=convert) as reader:
                for batch in reader:
                    yield pa.Table.from_batches([batch])
        else:
            lines = iter(BufferedReader(stream))
            while some := list(islice(lines, _JSONL_ROWS)):
                rows = [orjson.loads(line) for line in some]
                yield pa.table({name: pa.array([row[name] for row in rows]) for name in columns})


def _column(column: pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # an empty one
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], column.type)
    if pa.types.is_timestamp(kind) and pa.types.is_string(whole.type):
        whole = pc.cast(whole, pa.timestamp(kind.unit, "UTC"))
    return whole.cast(kind)
