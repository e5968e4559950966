"""The rules of sealed bids: frozen facts in, a decision or a refusal out."""
