"""Differential testing of validators with random stories: `vtr fuzz` and `vtr shrink`.

- `generate_stories`: random scenarios.
- `disagreements`: runs two validators on a scenario and compares their answers.
- `shrink`: makes a scenario small while they still disagree.
- `search`: all of it, until a limit is reached.
"""
