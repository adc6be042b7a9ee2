"""The admin API under `/_admin`: its routes, what they accept, what they build and what they return."""
