"""How much memory DuckDB may take when it reads files."""

DUCKDB_MEMORY_LIMIT = "1200MB"
"""A million packages just fit. DuckDB would take most of the machine by itself, and be no faster."""
