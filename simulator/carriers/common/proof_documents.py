"""Proof-of-delivery documents: a letter as a PDF file, a signature as a PNG file; small, and the same bytes every time.

Written by hand after the formats' specifications (PDF 1.4 with a standard font that every reader has; PNG as in RFC
2083). A page of text and a drawn line would need reportlab plus pillow, both heavier than these 70 lines.
The carriers' own letters are not imitated.
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
    """A PDF file of one page with lines of text in Latin script; other characters become question marks."""
    text = "".join(f"({_escape(line)}) Tj T* " for line in lines)
    content = f"BT /F1 12 Tf {_LEADING} TL {_LEFT} {_TOP} Td {text}ET".encode("latin-1", "replace")
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
    for number, body in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    file += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(file)


def _escape(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def png(seed: str) -> bytes:
    """A PNG file of a signature: one drawn line, black on white, 240 by 80 pixels; equal seeds give equal files."""
    # A row is a byte for its filter (none), then its pixels.
    rows = [bytearray(b"\x00" + b"\xff" * (_WIDTH // 8)) for _ in range(_HEIGHT)]
    for x, y in _signature_pixels(seed):
        rows[y][1 + x // 8] &= ~(0x80 >> x % 8)
    header = pack(">IIBBBBB", _WIDTH, _HEIGHT, 1, 0, 0, 0, 0)  # one bit a pixel, greyscale
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(chunk)) + name + chunk + pack(">I", zlib.crc32(name + chunk)) for name, chunk in parts
    )


def _signature_pixels(seed: str) -> list[tuple[int, int]]:
    """The pixels (x, y) of a zigzag line from left to right."""
    random = Random(seed)
    step = (_WIDTH - 2 * _MARGIN) / _STROKES
    corners = [(_MARGIN + index * step, random.uniform(_MARGIN, _HEIGHT - _MARGIN)) for index in range(_STROKES + 1)]
    pixels = []
    for (from_x, from_y), (to_x, to_y) in pairwise(corners):
        for at in range(_HEIGHT):
            part = at / _HEIGHT
            pixels.append((int(from_x + (to_x - from_x) * part), int(from_y + (to_y - from_y) * part)))
    return pixels
