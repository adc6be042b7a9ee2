"""A story: what a scenario says, with every default of the perfect order filled in, ready to be played."""
