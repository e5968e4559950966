"""The workshop that turns the facts of a notice into a PDF, the same to the byte anywhere."""
