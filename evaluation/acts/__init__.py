"""The changes of evaluation: each one function, one permission row, one journal entry."""
