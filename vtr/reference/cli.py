"""The commands of the reference validator: `check`, `inspect`, `rules` and `profiles`.

Rows go to stdout, words to stderr. What a command needs is imported inside it, so that `vtr --help` stays quick. A
user's mistake is one message and exit status 2, never a traceback.
"""

import typer

from vtr.reference.commands.check import check
from vtr.reference.commands.inspect import inspect
from vtr.reference.commands.rules import profiles, rules

app = typer.Typer(
    help="The reference validator of Amazon's Valid Tracking Rate.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (check, inspect, rules, profiles):
    app.command(rich_help_panel="Reference validator")(command)
