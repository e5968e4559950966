"""Tests of the kinds of notices and their facts."""
