"""A reader of small PDF files, apart from the code that writes them."""

import re


def pdf_objects(file: bytes) -> list[bytes]:
    """The objects of a PDF file, found by its cross-reference table as a reader does."""
    assert file.startswith(b"%PDF-1.4\n")
    assert file.endswith(b"%%EOF\n")
    table = int(file.split(b"startxref\n")[1].split(b"\n")[0])
    head, counted, _ = file[table:].split(b"\n", 2)
    assert head == b"xref"
    size = int(counted.removeprefix(b"0 "))
    entries = file[table:].split(b"\n", 2)[2]
    found = []
    for number in range(1, size):
        entry = entries[number * 20 : number * 20 + 20]  # entries have 20 bytes each
        assert entry[10:] == b" 00000 n \n"
        written = file[int(entry[:10]) :]
        assert written.startswith(b"%d 0 obj\n" % number)
        found.append(written.split(b"\nendobj\n")[0].split(b" obj\n", 1)[1])
    assert b"/Size %d /Root 1 0 R" % size in file[table:]
    return found


def pdf_text(file: bytes) -> str:
    """The lines of text that a PDF file shows."""
    (stream,) = [found for found in pdf_objects(file) if b"stream" in found]
    length = int(stream.split(b"/Length ")[1].split(b" ")[0])
    content = stream.split(b"stream\n", 1)[1].removesuffix(b"\nendstream")
    assert len(content) == length
    shown = re.findall(rb"\(((?:\\.|[^()\\])*)\) Tj", content)
    return "\n".join(re.sub(rb"\\(.)", rb"\1", line).decode("latin-1") for line in shown)
