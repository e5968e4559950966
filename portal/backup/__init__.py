"""Backups: archives sealed to a key kept elsewhere, and the way back from them."""
