"""The acts of tendering: drafting, approving, publishing, progressing."""
