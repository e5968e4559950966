"""The published schema of bid.json and the reader know the same fields."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from bids.domain import bid_content

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "formats" / "bid.json").read_text())


def fields(of: type) -> set[str]:
    return {field.name for field in dataclasses.fields(of)}


def test_schema_and_reader_know_the_same_fields() -> None:
    assert set(SCHEMA["properties"]) == fields(bid_content.BidContent) | {"v"}
    for name, of in (
        ("answer", bid_content.Answer),
        ("declaration", bid_content.Declaration),
        ("security", bid_content.Security),
        ("partner", bid_content.Partner),
        ("line", bid_content.Line),
        ("discount", bid_content.Discount),
    ):
        assert set(SCHEMA["$defs"][name]["properties"]) == fields(of), name


def test_schema_and_reader_know_the_same_amounts() -> None:
    assert SCHEMA["$defs"]["amount"]["pattern"] == f"^{bid_content._AMOUNT.pattern}$"
