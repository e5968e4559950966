"""Rules of tendering: pure facts in, a decision or a refusal out."""
