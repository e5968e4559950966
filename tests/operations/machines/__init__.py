"""Whole machines for the soak runs: an empty Debian root, started as a container."""
