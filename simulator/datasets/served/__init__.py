"""A dataset behind `vtr serve`: its parcels, read from the files when a client asks for them."""
