"""Changes of organisations, people, roles and sessions; each is one function."""
