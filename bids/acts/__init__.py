"""Changes to bids: each function one act, one permission row, one journal entry."""
