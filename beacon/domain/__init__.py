"""Pure rules of a chain's rounds."""
