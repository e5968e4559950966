"""Tests of the rules of a chain."""
