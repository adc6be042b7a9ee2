"""Results as one self-contained HTML file: it needs no server and no network, and can be mailed or kept by CI.

The page is one static shell with the CSS and scripts of this folder in it, so no template engine is used: the title is
all that is inserted into markup. The data is JSON that the scripts read, never markup: what users and carriers wrote
is shown as text, whatever it contains. The page loads nothing from anywhere, and its own policy tells the browser so.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from importlib.resources import files
from typing import Any, Literal

Kind = Literal["compare", "run"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def stream_page(kind: Kind, title: str, result: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A page, piece by piece.

    kind: whose script draws it.
    result: as the command's JSON has it.
    rows: its flipped rows, or its scenarios.
    """
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_file('page.css')}</style>\n</head>\n<body>\n"
        "<noscript>This page draws itself with the script in it; allow scripts to see it.</noscript>\n"
        '<main id="page"></main>\n'
    )
    yield f'<script type="application/json" id="result">{_script_json(result)}</script>\n'
    yield '<script type="application/json" id="rows">[\n'
    separator = ""
    for row in rows:
        yield separator + _script_json(row)
        separator = ",\n"
    yield "\n]</script>\n"
    for name in ("page.js", f"{kind}.js"):
        yield f"<script>\n{_file(name)}</script>\n"
    yield "</body>\n</html>\n"


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _script_json(value: Mapping[str, Any]) -> str:
    """JSON that ends no script element, whatever is in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "".join(_UNSAFE.get(character, character) for character in text)
