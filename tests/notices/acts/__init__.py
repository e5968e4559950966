"""Tests of the acts and jobs of notices."""
