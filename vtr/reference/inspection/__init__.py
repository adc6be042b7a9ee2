"""Inspections: what the reference reads in one saved answer of a carrier, and why."""
