"""The simulator's commands, one module for each subject.

They are thin: they read options, call the package and print. `simulator.cli` imports all of them at once, so each
imports what does its work inside its function: `vtr --help` must be quick.
"""
