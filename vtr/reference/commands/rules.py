"""`vtr rules`: the rules of a profile."""

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
