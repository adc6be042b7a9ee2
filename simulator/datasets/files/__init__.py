"""How a dataset is stored: tables in Parquet, CSV or JSON Lines, Amazon's feed, carriers' answers, the manifest."""
