"""Twelve validators, each with one plausible mistake, for the bundled scenarios to find.

Each module holds one `MISTAKE`, and `judge`, by which it can be run: `python:faulty.counts_label_created:judge`.
"""
