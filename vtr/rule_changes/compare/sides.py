"""The two sides of a comparison: a profile by name or file, a validator, or either of them at a commit.

`git:REF:SIDE` is a side at a commit of the repository around the current folder; `git:REF` alone is the other side at
that commit. Paths and commands are relative to the current folder. A profile comes with its folder, so the profiles
that it extends are of the same commit. A validator comes with the whole repository and is started in it: `python:` in
a process of its own, because one process has only one version of a module.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from vtr import validators
from vtr.errors import ScenarioError
from vtr.reference.rules.profile_reader import Profile, bundled_profiles, load_profile
from vtr.rule_changes.compare import git_checkout
from vtr.validators import Limits, Validator
from vtr.validators.command import COMMAND, LINES, Command, LineByLine, split_command

GIT = "git:"
_KINDS = frozenset({"python", COMMAND, LINES, "http", "https"})
_RUN_WORKER = "from vtr.rule_changes.compare.python_worker import serve; serve()"


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """A side of a comparison.

    name: as given.
    what: the profile (name or file) or the validator that it means.
    profile: None for a validator.
    folder: with the files of its commit, None without a commit.
    prefix: replaces that folder in messages.
    """

    name: str
    what: str
    profile: Profile | None = None
    folder: Path | None = None
    prefix: str = ""

    def shown(self, text: str) -> str:
        """A text with the paths of the commit's files as git writes them: HEAD~1:rules/mine.yaml."""
        return text if self.folder is None else text.replace(f"{self.folder}{os.sep}", self.prefix)

    def validator(self, limits: Limits) -> Validator:
        """The validator: for a profile, the reference validator. Raises ScenarioError, ValidatorError."""
        if self.profile is not None:
            return validators.Bundled()
        if self.folder is None:
            return validators.load(self.what, limits)
        here = self.folder / _path_below_root()
        if not here.is_dir():
            raise ScenarioError(
                f"{self.name}: the current folder is not in that commit; run it from the repository's top"
            )
        kind, _, rest = self.what.partition(":")
        if kind == COMMAND:
            return Command(self.name, split_command(self.name, rest, here), limits, here)
        if kind == LINES:
            return LineByLine(self.name, split_command(self.name, rest, here), limits, here)
        module, _, attribute = rest.partition(":")
        if not all(part.isidentifier() for part in (*module.split("."), *attribute.split("."))):
            raise ScenarioError(f"{self.name!r} is not a known form of validator; write python:package.module:callable")
        # -P: modules in the commit's folder must not shadow the harness's own.
        return LineByLine(self.name, (sys.executable, "-P", "-c", _RUN_WORKER, module, attribute), limits, here)


@contextmanager
def open_sides(base: str, head: str) -> Iterator[tuple[ComparedSide, ComparedSide]]:
    """Both sides; the files of commits exist within the context.

    Raises ScenarioError for a text that names no side, ProfileError for a profile that cannot be used.
    """
    with TemporaryDirectory(prefix="vtr-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        yield _side(base, head, folder / "base"), _side(head, base, folder / "head")


def _side(text: str, other: str, folder: Path) -> ComparedSide:
    if not text.startswith(GIT):
        return _without_commit(text)
    ref, _, what = text.removeprefix(GIT).partition(":")
    what = what or (other.removeprefix(GIT).partition(":")[2] if other.startswith(GIT) else other)
    if not what:
        raise ScenarioError(f"{text} names no profile and no validator; write {GIT}{ref}:rules/mine.yaml")
    kind = what.partition(":")[0]
    if what == validators.BUNDLED or kind in {"http", "https"} or what in bundled_profiles():
        raise ScenarioError(
            f"{text}: {what} is not in your repository, so no commit has it; name a file, or a program, of it"
        )
    commit = git_checkout.commit_of(ref)
    folder.mkdir()
    if kind in _KINDS:
        git_checkout.export(commit, folder)
        return ComparedSide(text, what, None, folder, f"{ref}:")
    path = _in_repository(what, text)
    # Only its folder: the profiles that it extends are there or below.
    git_checkout.export(commit, folder, str(path.parent))
    found = folder / path
    if not found.is_file():
        raise ScenarioError(f"{text}: {path} is not in {ref} (or its attributes keep it out of `git archive`)")
    return ComparedSide(text, str(found), load_profile(found), folder, f"{ref}:")


def _without_commit(text: str) -> ComparedSide:
    kind = text.partition(":")[0]
    if text == validators.BUNDLED or kind in _KINDS:
        return ComparedSide(text, text)
    return ComparedSide(text, text, load_profile(text))


def _in_repository(what: str, text: str) -> Path:
    """A path relative to the repository's root. Raises ScenarioError for a path outside the repository."""
    path, root = Path(os.path.abspath(what)), git_checkout.repository_root()  # noqa: PTH100 (resolve() would follow links, which is the second choice)
    for each in (path, path.resolve()):
        if each.is_relative_to(root):
            return each.relative_to(root)
    raise ScenarioError(f"{text}: {what} is not in the repository {root}; name a file of it")


def _path_below_root() -> Path:
    return Path.cwd().resolve().relative_to(git_checkout.repository_root().resolve())
