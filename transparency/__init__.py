"""The journals: what happened, when, in bytes that can be checked."""
