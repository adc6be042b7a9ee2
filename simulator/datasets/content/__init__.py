"""What a dataset says: shipments, journeys, tracking numbers, planted conditions; all functions of seed and row."""
