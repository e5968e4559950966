"""Tests of the public notices."""
