"""The letter that proves a delivery, as a PDF file and as a PNG file: small, whole, and the same bytes each time.

Written by hand after the formats' specifications (PDF 1.4 with one of its standard fonts, which every reader has; PNG
as in RFC 2083), since nothing more than a page of text and a drawn line is wanted. What the carriers' own letters look
like is not copied.
"""

import zlib
from itertools import pairwise
from random import Random
from struct import pack

_PAGE = "612 792"  # points: US Letter
_TOP, _LEFT, _LEADING = 720, 72, 20

_WIDTH, _HEIGHT = 240, 80  # pixels; eight to a byte
_STROKES = 14
_MARGIN = 10


def pdf(lines: tuple[str, ...]) -> bytes:
    """A page with these lines of text, in Latin script; other characters become question marks."""
    shown = "".join(f"({_escaped(line)}) Tj T* " for line in lines)
    content = f"BT /F1 12 Tf {_LEADING} TL {_LEFT} {_TOP} Td {shown}ET".encode("latin-1", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_PAGE}] /Resources << /Font << /F1 4 0 R >> >> "
        f"/Contents 5 0 R >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
    )
    file = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, written in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, written)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    file += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(file)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def png(seed: str) -> bytes:
    """A signature of one drawn line, black on white, 240 by 80 pixels; equal seeds sign alike."""
    # A row has a byte for its filter (none), then its pixels.
    rows = [bytearray(b"\x00" + b"\xff" * (_WIDTH // 8)) for _ in range(_HEIGHT)]
    for x, y in _line(seed):
        rows[y][1 + x // 8] &= ~(0x80 >> x % 8)
    header = pack(">IIBBBBB", _WIDTH, _HEIGHT, 1, 0, 0, 0, 0)  # one bit a pixel, greyscale
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(written)) + name + written + pack(">I", zlib.crc32(name + written)) for name, written in parts
    )


def _line(seed: str) -> list[tuple[int, int]]:
    """The pixels of a line that goes up and down from left to right."""
    random = Random(seed)
    step = (_WIDTH - 2 * _MARGIN) / _STROKES
    turns = [(_MARGIN + index * step, random.uniform(_MARGIN, _HEIGHT - _MARGIN)) for index in range(_STROKES + 1)]
    pixels = []
    for (from_x, from_y), (to_x, to_y) in pairwise(turns):
        for at in range(_HEIGHT):
            part = at / _HEIGHT
            pixels.append((int(from_x + (to_x - from_x) * part), int(from_y + (to_y - from_y) * part)))
    return pixels
