"""Intake of 1 MiB at 50 clients: Muhr beside what else takes files, in the same rounds."""
