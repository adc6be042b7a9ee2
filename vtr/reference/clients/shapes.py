"""Typed access to a carrier's JSON: a field has its documented type, or the answer is unreadable.

An answer of an unexpected shape must become "no usable answer", never a crash and never "no scans", so parsers reach
into documents only through these accessors, and one `except BadShape` per answer suffices. Only known habits of the
carriers are forgiven: numbers for text and text for numbers, "true" for true, "", null and {} for a missing part
(seen in FedEx and DHL answers, B), and a single object where a list of one is meant (DHL and UPS samples, A).
"""

from collections.abc import Mapping
from dataclasses import dataclass


class BadShape(Exception):  # noqa: N818 (named for what was found; a carrier's answer is not an error of ours)
    """A document lacks the shape that its carrier documents; the message names the field and what it holds."""


@dataclass(frozen=True, slots=True)
class Part:
    """A JSON object inside an answer, and its path (for messages)."""

    members: Mapping[str, object]
    path: str = ""

    def has(self, name: str) -> bool:
        """Whether the member exists at all, even as null."""
        return name in self.members

    def text(self, name: str) -> str:
        """Text with outer blanks trimmed; "" when absent or null; a number as its digits. Raises BadShape.

        Half a character (a lone surrogate, which JSON can escape and no encoding can write) is replaced.
        """
        value = self.members.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value.strip().encode("utf-8", "replace").decode()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise BadShape(f"{self._at(name)} is {kind(value)}, expected text")

    def needed(self, name: str) -> str:
        """Text that is required, such as the code of an event. Raises BadShape when missing or empty."""
        found = self.text(name)
        if not found:
            raise BadShape(f"{self._at(name)} is missing")
        return found

    def flag(self, name: str) -> bool | None:
        """Truth value, also as the text "true" or "false"; None when absent, null or empty. Raises BadShape."""
        value = self.members.get(name)
        if isinstance(value, str):
            value = {"true": True, "false": False, "": None}.get(value.strip().lower(), value)
        if value is None or isinstance(value, bool):
            return value
        raise BadShape(f"{self._at(name)} is {kind(value)}, expected true or false")

    def part(self, name: str) -> "Part":
        """The object under a name; an empty one when absent, null, "", [] or {}. Raises BadShape."""
        value = self.members.get(name)
        if value is None or value in ("", []):
            return Part({}, self._at(name))
        return as_part(value, self._at(name))

    def needed_part(self, name: str) -> "Part":
        """The object under a name, which must exist and not be empty. Raises BadShape."""
        found = self.part(name)
        if not found.members:
            raise BadShape(f"{self._at(name)} is missing")
        return found

    def parts(self, name: str) -> "tuple[Part, ...] | None":
        """The list of objects under a name; None when the member is absent; a single object is a list of one.

        Null is not an empty list: no evidence can be read from it. Raises BadShape.
        """
        if name not in self.members:
            return None
        return as_parts(self.members[name], self._at(name))

    def needed_parts(self, name: str) -> "tuple[Part, ...]":
        """The list of objects under a name, which must exist but may be empty. Raises BadShape."""
        found = self.parts(name)
        if found is None:
            raise BadShape(f"{self._at(name)} is missing")
        return found

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def as_part(value: object, path: str = "") -> Part:
    """A JSON value as an object. Raises BadShape."""
    if not isinstance(value, dict):
        raise BadShape(f"{path or 'the answer'} is {kind(value)}, expected an object")
    return Part(value, path)


def as_parts(value: object, path: str = "") -> tuple[Part, ...]:
    """A JSON value as a list of objects, a single object as a list of one. Raises BadShape."""
    if isinstance(value, dict):
        return (Part(value, path),)
    if not isinstance(value, list):
        raise BadShape(f"{path or 'the answer'} is {kind(value)}, expected a list")
    return tuple(as_part(each, f"{path}[{place}]") for place, each in enumerate(value))


def kind(value: object) -> str:
    """The kind of a JSON value, as messages name it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a truth value"
    names: tuple[tuple[type, str], ...] = ((str, "text"), (int, "a number"), (float, "a number"), (list, "a list"))
    return next((name for known, name in names if isinstance(value, known)), "an object")


_WORD_KEYS = (
    "code",
    "Code",
    "error",
    "retCode",
    "title",
    "message",
    "retMsg",
    "error_description",
    "detail",
    "description",
    "Description",
    "faultstring",
    "errorDesc",
)
_MAX_WORDS_LENGTH = 240
_MAX_PARTS = 200  # an error body has a dozen; an answer of ten megabytes is not searched to its end
_ERROR_MEMBERS = frozenset(("response", "Fault", "fault", "errors", "error", "title", "message"))


def refusal_words(document: object) -> str:
    """The codes and sentences of an error body in one line, "" when there are none.

    The five carriers have nine error shapes between them (nested lists, problem+json, RFC 6749, a SOAP-like Fault), so
    the well-known keys are searched at any depth, the outer ones first.
    """
    found: list[str] = []
    unsearched = [document]
    for _ in range(_MAX_PARTS):
        if not unsearched:
            break
        current = unsearched.pop(0)
        if isinstance(current, list):
            unsearched.extend(current)
        if not isinstance(current, dict):
            continue
        for key in _WORD_KEYS:
            value = current.get(key)
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip() not in {"", *found}:
                found.append(str(value).strip())
        unsearched.extend(value for value in current.values() if isinstance(value, dict | list))
    return " ".join(found)[:_MAX_WORDS_LENGTH]


def unreadable(title: str, bad: BadShape, document: object = None) -> str:
    """Why an answer cannot be read, with the words of an error body if the document is one."""
    is_error = isinstance(document, dict) and not _ERROR_MEMBERS.isdisjoint(document)
    words = refusal_words(document) if is_error else ""
    return f"{title}'s answer cannot be read: {bad}{f' ({words})' if words else ''}"
