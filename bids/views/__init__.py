"""The pages and the API of bids."""
