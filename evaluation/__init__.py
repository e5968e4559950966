"""From opened bids to the approved award."""
