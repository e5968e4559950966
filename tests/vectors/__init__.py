"""Test vectors of our own making and what makes them."""
