"""The engine: SQL stages run by DuckDB, for rows in memory and for Parquet files of any size."""
