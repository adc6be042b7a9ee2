"""What conditions do to shipments, as functions over columns; each says by hand what the report must then show."""
