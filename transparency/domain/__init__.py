"""Pure rules of the journals."""
