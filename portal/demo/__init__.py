"""The demo: one council's tenders in every stage, made through acts only."""
