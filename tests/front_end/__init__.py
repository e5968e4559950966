"""Tests of the browser side of bidding, in Node and in Chromium."""
