"""All problems of an input at once, because a file is mended once; the first twenty are shown."""

from vtr.reference.errors import InputError

SHOWN = 20


class Problems:
    """Collects messages and raises them together."""

    def __init__(self) -> None:
        """Begin without problems."""
        self._shown: list[str] = []
        self._count = 0

    def add(self, where: str, message: str) -> None:
        """Note a problem; where: file and line, or the place in a request."""
        self._count += 1
        if self._count <= SHOWN:
            self._shown.append(f"{where}: {message}")

    def __bool__(self) -> bool:
        return self._count > 0

    def raise_any(self) -> None:
        """Raise InputError with one problem a line, when there is any."""
        if self._count > SHOWN:
            self._shown.append(f"… and {self._count - SHOWN} more")
        if self._count:
            raise InputError("\n".join(self._shown))
