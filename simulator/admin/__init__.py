"""The admin API under `/_admin`: its routes, the requests they accept, and the responses they return."""
