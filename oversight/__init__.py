"""The auditor: both journals, read on record."""
