"""Receiving sealed bids, proving what was received, and opening it at the hour."""
