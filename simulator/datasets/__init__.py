"""Datasets: any number of labelled shipments, as files.

Every value is a function of (seed, schema version, table, column, row), so any number of processes in any order write
the same bytes. What a row must show in the report follows from what was planted in it; no validator computes it.
"""
