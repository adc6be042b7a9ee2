"""The scenario harness: YAML stories, any validator, expected rows, comparisons."""
