"""The scenario language: a YAML file with positions, its schema, times, and how it is written and rewritten."""
