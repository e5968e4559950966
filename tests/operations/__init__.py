"""Installing, upgrading, and what the operator runs."""
