"""Tests of the PDFs of notices."""
