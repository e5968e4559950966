"""Tendering: from a draft to a published tender and its public page."""
