"""Where bytes too large for the database are kept."""
