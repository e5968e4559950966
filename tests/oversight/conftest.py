"""What tests of oversight are given: tenders with bids, and an oversight body."""

from tests.evaluation.conftest import beacon, make_line, opened

__all__ = ["beacon", "make_line", "opened"]
