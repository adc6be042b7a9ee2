"""Reports about a dataset: `vtr score` holds one against its labels, `vtr extract` turns a row into a scenario."""
