"""Oversight keeps no rows of its own: what it reads and that it read stands in the journals."""
