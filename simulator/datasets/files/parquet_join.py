"""Parquet files of one schema joined into one, without reading their rows: pages are copied, footers merged.

Rewriting the parts with pyarrow instead takes another 60 % of the time of a whole run of `vtr generate` (measured).

A Parquet file is its magic letters, pages, a footer in Thrift's compact protocol, the footer's length, and the magic
letters again (Apache Parquet format, A). Only places in the file and counts differ after joining: the fields named
below. The rest of a footer is carried over as it was read.
"""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_MAGIC = b"PAR1"
_TAIL = 8  # the footer's length, and the magic letters
_PIECE = 1 << 20

# Thrift's compact types.
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_INTEGERS = (_I16, _I32, _I64)
_SHORT_LIST = 15

# Fields of the footer.
_ROWS, _ROW_GROUPS = 3, 4
_GROUP_COLUMNS, _GROUP_OFFSET, _GROUP_ORDINAL = 1, 5, 7
_CHUNK_OFFSET, _CHUNK_METADATA = 2, 3
_PAGE_OFFSETS = (9, 10, 11, 14)  # data, index, dictionary, bloom filter
_INDEX_OFFSETS = (4, 6)  # of offset index and column index


@dataclass
class _Struct:
    """A Thrift struct. fields: by id, its type and value."""

    fields: dict[int, tuple[int, "_Value"]]

    def integer(self, field: int) -> int:
        value = self.fields[field][1]
        assert isinstance(value, int)  # noqa: S101 (the format says so)
        return value

    def change(self, field: int, change: Callable[[int], int]) -> None:
        """Change an integer field if it is there and not 0, which is not a place in a file."""
        if field in self.fields and self.integer(field):
            self.fields[field] = self.fields[field][0], change(self.integer(field))


@dataclass
class _List:
    kind: int
    values: list["_Value"]


_Value = bool | int | float | bytes | _Struct | _List


class _FooterReader:
    def __init__(self, text: bytes) -> None:
        self._text = text
        self._at = 0

    def struct(self) -> _Struct:
        fields: dict[int, tuple[int, _Value]] = {}
        last = 0
        while head := self._byte():
            kind, step = head & 0x0F, head >> 4
            last = last + step if step else self._zigzag()
            fields[last] = kind, kind == _TRUE if kind in (_TRUE, _FALSE) else self._value(kind)
        return _Struct(fields)

    def _value(self, kind: int) -> _Value:  # noqa: PLR0911 (a type, a line)
        if kind in _INTEGERS:
            return self._zigzag()
        if kind == _BINARY:
            return self._take(self._varint())
        if kind == _STRUCT:
            return self.struct()
        if kind in (_LIST, _SET):
            head = self._byte()
            count = head >> 4 if head >> 4 < _SHORT_LIST else self._varint()
            return _List(head & 0x0F, [self._value(head & 0x0F) for _ in range(count)])
        if kind in (_TRUE, _FALSE):  # in a list, where it has a byte of its own
            return self._byte() == _TRUE
        if kind == _BYTE:
            return self._byte()
        if kind == _DOUBLE:
            return float(struct.unpack("<d", self._take(8))[0])
        raise ValueError(f"Thrift type {kind} is in no Parquet footer")

    def _byte(self) -> int:
        self._at += 1
        return self._text[self._at - 1]

    def _take(self, count: int) -> bytes:
        self._at += count
        return self._text[self._at - count : self._at]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004 (the highest bit says that more follows)
                return value
            shift += 7

    def _zigzag(self) -> int:
        value = self._varint()
        return value >> 1 ^ -(value & 1)


def _encode(value: _Value, kind: int, out: bytearray) -> None:  # noqa: C901, PLR0912 (a type, a branch)
    if isinstance(value, _Struct):
        last = 0
        for field, (field_kind, inner) in value.fields.items():
            shown = (_TRUE if inner else _FALSE) if field_kind in (_TRUE, _FALSE) else field_kind
            if 0 < field - last < 16:  # noqa: PLR2004 (a step that fits the head)
                out.append((field - last) << 4 | shown)
            else:
                out.append(shown)
                _encode_varint(_to_zigzag(field), out)
            last = field
            if field_kind not in (_TRUE, _FALSE):
                _encode(inner, field_kind, out)
        out.append(0)
    elif isinstance(value, _List):
        short = len(value.values) < _SHORT_LIST
        out.append((len(value.values) if short else _SHORT_LIST) << 4 | value.kind)
        if not short:
            _encode_varint(len(value.values), out)
        for inner in value.values:
            _encode(inner, value.kind, out)
    elif isinstance(value, bytes):
        _encode_varint(len(value), out)
        out += value
    elif isinstance(value, bool):
        out.append(_TRUE if value else _FALSE)
    elif isinstance(value, float):
        out += struct.pack("<d", value)
    elif kind == _BYTE:
        out.append(value)
    else:
        _encode_varint(_to_zigzag(value), out)


def _to_zigzag(value: int) -> int:
    return value << 1 ^ value >> 63


def _encode_varint(value: int, out: bytearray) -> None:
    while value >= 0x80:  # noqa: PLR2004 (as in reading)
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def join(parts: Iterable[Path], out: BinaryIO) -> None:
    """Write the parts' row groups, in order, as one file. The parts must have one schema and no encryption."""
    out.write(_MAGIC)
    at = len(_MAGIC)
    whole: _Struct | None = None
    groups: list[_Value] = []
    rows = 0
    for part in parts:
        footer, pages = _read_footer(part)
        shift = at - len(_MAGIC)
        listed = footer.fields[_ROW_GROUPS][1]
        assert isinstance(listed, _List)  # noqa: S101 (the format says so)
        for group in listed.values:
            assert isinstance(group, _Struct)  # noqa: S101 (the format says so)
            _move_group(group, shift, len(groups))
            groups.append(group)
        rows += footer.integer(_ROWS)
        whole = whole or footer
        _copy_pages(part, pages, out)
        at += pages
    if whole is None:
        raise ValueError("there are no parts to join")
    whole.fields[_ROWS] = _I64, rows
    whole.fields[_ROW_GROUPS] = _LIST, _List(_STRUCT, groups)
    text = bytearray()
    _encode(whole, _STRUCT, text)
    out.write(text + struct.pack("<I", len(text)) + _MAGIC)


def _read_footer(part: Path) -> tuple[_Struct, int]:
    """A part's footer, and the size of the pages before it in bytes."""
    with part.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(size - _TAIL)
        length = struct.unpack("<I", stream.read(4))[0]
        stream.seek(size - _TAIL - length)
        return _FooterReader(stream.read(length)).struct(), size - _TAIL - length - len(_MAGIC)


def _move_group(group: _Struct, shift: int, ordinal: int) -> None:
    def move(place: int) -> int:
        return place + shift

    group.change(_GROUP_OFFSET, move)
    if _GROUP_ORDINAL in group.fields:
        group.fields[_GROUP_ORDINAL] = _I16, ordinal
    columns = group.fields[_GROUP_COLUMNS][1]
    assert isinstance(columns, _List)  # noqa: S101 (the format says so)
    for chunk in columns.values:
        assert isinstance(chunk, _Struct)  # noqa: S101 (the format says so)
        for field in (_CHUNK_OFFSET, *_INDEX_OFFSETS):
            chunk.change(field, move)
        metadata = chunk.fields[_CHUNK_METADATA][1]
        assert isinstance(metadata, _Struct)  # noqa: S101 (the format says so)
        for field in _PAGE_OFFSETS:
            metadata.change(field, move)


def _copy_pages(part: Path, pages: int, out: BinaryIO) -> None:
    with part.open("rb") as stream:
        stream.seek(len(_MAGIC))
        while pages:
            piece = stream.read(min(_PIECE, pages))
            out.write(piece)
            pages -= len(piece)
