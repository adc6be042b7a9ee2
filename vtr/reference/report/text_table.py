"""Tables of text whose cells may hold anything: what cannot be printed is written as its code."""

from collections.abc import Iterator, Sequence

from vtr.reference.messages import printable


def text_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of a table of text, columns two blanks apart, as wide as their widest cell."""
    from rich.cells import cell_len  # noqa: PLC0415 (only a table needs to know how wide 中 is)

    shown = [[printable(cell) for cell in row] for row in (headers, *rows)]
    widths = [max(cell_len(row[place]) for row in shown) for place in range(len(headers))]
    for row in (shown[0], ["-" * width for width in widths], *shown[1:]):
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip() + "\n"
