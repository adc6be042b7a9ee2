"""What a change of rules does: `vtr compare`, `vtr mutate`, `vtr fuzz` and `vtr shrink`."""
