"""Reports about a dataset: `vtr score` compares one with its labels, `vtr extract` turns a row into a scenario."""
