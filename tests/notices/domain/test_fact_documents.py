"""Facts of a notice keep everything on their way through canonical bytes."""

import json
from decimal import Decimal

import pytest

from foundation.values.canonical import canonical
from foundation.values.refusal import Refusal
from notices.domain import fact_documents
from notices.domain.kinds import Kind, kind_of
from tests.notices.facts_made import MAKERS, award_notice


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("count", [0, 1, 60])
def test_round_trip(kind: Kind, count: int) -> None:
    facts = MAKERS[kind](count)
    data = fact_documents.to_bytes(facts)
    assert fact_documents.from_bytes(data) == facts
    assert kind_of(facts) is kind


def test_amounts_are_exact_text() -> None:
    document = json.loads(fact_documents.to_bytes(award_notice(1)))
    assert document["facts"]["awards"][0]["amount"] == {
        "amount": "184650000.00",
        "currency": "PKR",
    }
    back = fact_documents.from_bytes(fact_documents.to_bytes(award_notice(1)))
    assert back.awards[0].amount.amount == Decimal("184650000.00")


BREAKS = {
    "kind": lambda document: document.update(kind="gazette"),
    "version": lambda document: document.update(v=2),
    "missing": lambda document: document["facts"].pop("awards"),
    "added": lambda document: document["facts"].update(more="x"),
    "list": lambda document: document["facts"].update(bids="none"),
    "number": lambda document: document["facts"]["tender"].update(round="7"),
    "instant": lambda document: document["facts"].update(decided_at="yesterday"),
    "result": lambda document: document["facts"]["bids"][0].update(result="bribed"),
    "amount": lambda document: document["facts"]["awards"][0]["amount"].update(amount="a lot"),
}


@pytest.mark.parametrize("change", sorted(BREAKS))
def test_other_shapes_are_refused(change: str) -> None:
    document = json.loads(fact_documents.to_bytes(award_notice(1)))
    BREAKS[change](document)
    with pytest.raises(Refusal) as refusal:
        fact_documents.from_bytes(canonical(document))
    assert refusal.value.code == "bad-facts"


def test_other_bytes_are_refused() -> None:
    data = fact_documents.to_bytes(award_notice(1))
    with pytest.raises(Refusal) as refusal:
        fact_documents.from_bytes(data + b"\n")
    assert refusal.value.code == "not-canonical"
