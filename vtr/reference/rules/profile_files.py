"""The texts that make up a profile: its own and those of the profiles that it extends, found, limited, and parsed.

Profiles are passed around, so a text is not trusted: its size, depth and number of bases are limited before anything is
built on it; anchors, aliases and tags are refused; and `extends` reaches the bundled profiles and files in the same
folder or below it, nothing else on the machine.
"""

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import yaml

from vtr.reference import yaml_reader
from vtr.reference.errors import ProfileError
from vtr.reference.messages import did_you_mean

SIZE_LIMIT_BYTES = 200_000
DEPTH_LIMIT = 10
BASES_LIMIT = 8

EXTENDS = "extends"

_BUNDLED = "vtr/profiles"  # how messages name their folder


@dataclass(frozen=True, slots=True)
class ProfileText:
    """The text of one file. origin: the file, as messages name it."""

    text: str
    origin: str


def bundled_profiles() -> tuple[str, ...]:
    """The names of the profiles that come with the package."""
    found = (entry.name for entry in _bundled().iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml")))


def profile_text(name: str | Path) -> tuple[str, str]:
    """The text of a profile, and its file as messages name it. Raises ProfileError."""
    if isinstance(name, Path) or _is_path(name):
        return _file_text(Path(name)), str(name)
    known = bundled_profiles()
    if name not in known:
        raise ProfileError(
            f"no profile is called '{name}'{did_you_mean(name, known)}; bundled are: {', '.join(known)}. A profile of"
            f" your own is given as a file that ends in .yaml"
        )
    return _bundled().joinpath(f"{name}.yaml").read_text(encoding="utf-8"), f"{_BUNDLED}/{name}.yaml"


def with_bases(text: str, origin: str) -> tuple[ProfileText, ...]:
    """A profile's text and those of the profiles that it extends, the nearest first. Raises ProfileError."""
    chain = [ProfileText(text, origin)]
    seen = {_identity(origin)}
    while (base := _base_of(chain[-1])) is not None:
        found, node = base
        identity = _identity(found.origin)
        if identity in seen:
            around = " -> ".join((*(each.origin for each in chain), found.origin))
            raise _error_at(chain[-1].origin, node, f"a profile cannot extend itself: {around}")
        if len(chain) > BASES_LIMIT:
            raise _error_at(chain[-1].origin, node, f"more than {BASES_LIMIT} profiles extend each other; merge some")
        seen.add(identity)
        chain.append(found)
    return tuple(chain)


def compose(text: str, origin: str) -> yaml.Node | None:
    """The one document of a profile's text as nodes. Raises ProfileError if it is not YAML, or too much."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise ProfileError(f"{origin}: a profile is UTF-8 text, character {error.start} is not") from None
    if size > SIZE_LIMIT_BYTES:
        raise ProfileError(f"{origin}: {size} bytes; a profile has at most {SIZE_LIMIT_BYTES}")
    try:
        return yaml_reader.compose(text, origin, "profile", DEPTH_LIMIT)
    except yaml_reader.Unreadable as error:
        raise ProfileError(str(error)) from None


def _error_at(origin: str, node: yaml.Node, words: str) -> ProfileError:
    return ProfileError(yaml_reader.located(origin, node, words).message)


def _base_of(profile: ProfileText) -> tuple[ProfileText, yaml.Node] | None:
    """The text of the profile that a profile extends, and the node that names it."""
    if EXTENDS not in profile.text:
        return None  # nearly all profiles, and parsing costs
    root = compose(profile.text, profile.origin)
    if not isinstance(root, yaml.MappingNode):
        return None
    for key, value in root.value:
        if isinstance(key, yaml.ScalarNode) and key.value == EXTENDS:
            return _text_named(value, profile.origin), value
    return None


def _text_named(node: yaml.Node, origin: str) -> ProfileText:
    known = bundled_profiles()
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise _error_at(origin, node, f"'{EXTENDS}' is the name of a profile, one of: {', '.join(known)}, or a file")
    name = node.value.strip()
    if not _is_path(name):
        if name not in known:
            raise _error_at(
                origin,
                node,
                f"no profile is called '{name}'{did_you_mean(name, known)}; bundled are: {', '.join(known)}; or name a"
                " file in the same folder, as base.yaml",
            )
        text, found = profile_text(name)
        return ProfileText(text, found)
    if _is_bundled(origin):
        raise _error_at(origin, node, "a bundled profile extends a bundled one; give its name")
    folder = Path(origin).parent
    path = folder / name
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):
        inside = False
    if not inside or path.suffix not in (".yaml", ".yml"):
        raise _error_at(
            origin, node, f"'{name}' is not a .yaml file in the folder of this profile or below; move the base there"
        )
    try:
        return ProfileText(_file_text(path), str(path))
    except ProfileError as error:
        raise _error_at(origin, node, str(error)) from None


def _is_path(name: str) -> bool:
    return name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name


def _is_bundled(origin: str) -> bool:
    return origin.startswith(f"{_BUNDLED}/") and not Path(origin).exists()


def _identity(origin: str) -> str:
    return origin if _is_bundled(origin) else str(Path(origin).resolve())


def _bundled() -> Traversable:
    return files("vtr").joinpath("profiles")


def _file_text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(SIZE_LIMIT_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise ProfileError(
            f"{path}: cannot be read: {reason or error}; give a profile's file, or one of:"
            f" {', '.join(bundled_profiles())}"
        ) from None
    if len(content) > SIZE_LIMIT_BYTES:
        raise ProfileError(f"{path}: more than {SIZE_LIMIT_BYTES} bytes, the most for a profile")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ProfileError(f"{path}: a profile is UTF-8 text, byte {error.start} is not") from None
