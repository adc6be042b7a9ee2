"""The commands of the harness. A module `x` has a command's options, and `x_action` what it does.

Only the options are imported with `vtr --help`, which must be quick.
"""
