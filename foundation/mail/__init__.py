"""Messages to people: composed, queued, sent."""
