"""Rounds of a drand chain: from instants to signatures."""
