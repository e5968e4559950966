"""Tests of the look: macros, formats, accessibility, weight."""
