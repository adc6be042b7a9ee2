"""The simulator's commands, mounted in one Typer app: server, datasets, catalogues, conduct and tracking numbers."""

import typer

from simulator.commands.catalogues import carriers, faults, journeys
from simulator.commands.conduct import conduct
from simulator.commands.generate import generate
from simulator.commands.number import number_app
from simulator.commands.serve import serve

app = typer.Typer(no_args_is_help=True, help="Fake carriers: a server, tracking numbers, catalogues.")
PANEL = "Fake carriers"
app.command(rich_help_panel="Datasets")(generate)
for command in (serve, carriers, journeys, faults, conduct):
    app.command(rich_help_panel=PANEL)(command)
app.add_typer(number_app, name="number", rich_help_panel=PANEL)
