"""Benches: what Muhr does in a time, held against something else in the same run. Not shipped."""
