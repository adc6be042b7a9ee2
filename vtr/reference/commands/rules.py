"""`vtr rules` and `vtr profiles`: the rules of a profile, and the profiles there are."""

from typing import Annotated

import typer

from vtr.reference.console import Format, mistakes_as_message, write_stdout
from vtr.reference.rules.profile import DEFAULT_PROFILE


def rules(
    *,
    profile: Annotated[
        str, typer.Option(help="The policy: a bundled profile's name, or a YAML file.")
    ] = DEFAULT_PROFILE,
    output: Annotated[Format, typer.Option("--format", help="How the rules are printed.")] = Format.TABLE,
) -> None:
    """List a profile's rules in the order of decision, and the columns that their conditions may use."""
    with mistakes_as_message():
        from vtr.reference.report import rules_text  # noqa: PLC0415 (loads sqlglot; --help is quick)
        from vtr.reference.rules.profile_reader import load_profile  # noqa: PLC0415 (loads sqlglot; --help is quick)

        loaded = load_profile(profile)
        write_stdout(rules_text.rules_pieces(loaded, output.value))
        typer.echo(rules_text.summary_line(loaded), err=True)


def profiles(
    *, output: Annotated[Format, typer.Option("--format", help="How the profiles are printed.")] = Format.TABLE
) -> None:
    """List the bundled profiles: marketplace, target, lag and window of each, and what it stands on."""
    from vtr.reference.report import profiles_text  # noqa: PLC0415 (loads sqlglot; --help is quick)
    from vtr.reference.rules import profile_reader  # noqa: PLC0415 (loads sqlglot; --help is quick)

    loaded = [profile_reader.load_profile(name) for name in sorted(profile_reader.bundled_profiles())]
    write_stdout(profiles_text.profiles_pieces(loaded, output.value))
