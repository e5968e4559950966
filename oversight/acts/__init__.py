"""The acts of oversight."""
