"""Pure values: refusals, actors, money, calendars, canonical bytes, fingerprints."""
