"""Tests of several processes: nginx, web nodes, workers."""
