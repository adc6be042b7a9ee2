"""`vtr serve` apart from the server itself: the demo session, the welcome text, curl examples, set-up of clients."""
