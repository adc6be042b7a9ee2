"""A run of many scenarios, shared by `vtr run` and the pytest plugin: collecting, results, coverage, output."""
