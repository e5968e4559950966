"""The demo that a newcomer sees."""
