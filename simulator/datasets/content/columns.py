"""Arrow columns out of NumPy ones, without a Python object per row."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from simulator.datasets.content.number_forms import Characters
from simulator.datasets.content.shipments import NEVER
from simulator.datasets.content.streams import Integers, UnsignedIntegers

_PER_ORDER_ID = 10**14
_FIRST = 123_456_789  # so that the first order has no id of zeros
_SPREAD = 2_654_435_767  # odd, and no multiple of 5: times it, modulo 10**14, no two orders get one id


def text_array(characters: Characters, lengths: Integers) -> pa.Array:
    """Strings from rows of characters."""
    offsets = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    kept = characters[np.arange(characters.shape[1]) < lengths[:, None]]
    return pa.StringArray.from_buffers(len(lengths), pa.py_buffer(offsets), pa.py_buffer(kept))


def replace_texts(column: pa.Array, others: Mapping[int, str]) -> pa.Array:
    """The column with other texts in some rows. others: by row."""
    if not others:
        return column
    mask = np.zeros(len(column), np.bool_)
    mask[list(others)] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array([others[row] for row in sorted(others)], pa.string()))


def pooled_texts(pool: Sequence[str], indices: NDArray[np.int64], absent: NDArray[np.bool_] | None = None) -> pa.Array:
    """Texts of a pool, by index; null where absent. The pool has no duplicates: Arrow would write random bytes."""
    picked = pa.array(indices.astype(np.int32), mask=absent)
    return pa.DictionaryArray.from_arrays(picked, pa.array(pool, pa.string()))


def timestamp_array(seconds: Integers) -> pa.Array:
    """Timestamps in UTC; NEVER is null."""
    return pa.array(seconds, pa.int64(), mask=seconds == NEVER).cast(pa.timestamp("s"))


def date_array(numbers: Integers) -> pa.Array:
    """Dates from days since 1970; NEVER is null."""
    absent = numbers == NEVER
    return pa.array(np.where(absent, 0, numbers).astype(np.int32), pa.int32(), mask=absent).cast(pa.date32())


def decimal_array(cents: Integers) -> pa.Array:
    """Decimals with two places, from cents that are not negative."""
    pairs = np.zeros((len(cents), 2), np.int64)
    pairs[:, 0] = cents
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(cents), [None, pa.py_buffer(pairs)])


def order_id_array(keys: Integers) -> pa.Array:
    """Order ids of Amazon's form, 3-7-7 digits, each order's own."""
    left: UnsignedIntegers = (
        (keys.astype(np.uint64) + np.uint64(_FIRST)) * np.uint64(_SPREAD) % np.uint64(_PER_ORDER_ID)
    )
    characters = np.full((len(keys), 19), ord("-"), np.uint8)
    characters[:, :3] = np.frombuffer(b"114", np.uint8)
    for column in (*range(18, 11, -1), *range(10, 3, -1)):
        characters[:, column] = (left % np.uint64(10)).astype(np.uint8) + np.uint8(48)
        left //= np.uint64(10)
    return text_array(characters, np.full(len(keys), 19))
