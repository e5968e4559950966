"""Whether the installation is well, part by part, in plain words, and what to do."""
