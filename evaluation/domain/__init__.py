"""The rules of evaluation: pure functions over frozen facts."""
