"""Sealed envelopes with fixed bytes."""
