"""The public journal held against itself: every leaf against its document, no number missing."""

from collections.abc import Mapping
from contextlib import closing
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.values.canonical import Document
from foundation.values.refusal import Refusal
from sealing import documents
from transparency.domain.entry import Leaf, commitment
from transparency.models import Act


def check_journal(session: Session) -> int:
    """Work every leaf out again; return how many acts hold.

    Raises:
        Refusal: ``journal-damaged`` with the act's id.
    """
    numbers: dict[str, int] = {}
    count = 0
    in_parts = select(Act).order_by(Act.seq).execution_options(yield_per=500)
    with closing(session.scalars(in_parts)) as acts:
        for act in acts:
            expected = numbers.get(act.tender_id, 0) + 1
            if act.n != expected or not _leaf_holds(act):
                raise Refusal("journal-damaged", act=act.act_id)
            numbers[act.tender_id] = expected
            count += 1
    return count


def _leaf_holds(act: Act) -> bool:
    try:
        leaf = documents.parse(act.leaf)
        found = cast(Mapping[str, Document], leaf)
        shown, tick = str(found["c"]), found.get("i")
        made = Leaf(
            act.at, shown, act.kind, act.n, act.tender_id, tick if isinstance(tick, int) else None
        )
        if made.as_bytes() != act.leaf:
            return False
        if act.doc is None or act.salt is None:
            return True  # erased; the leaf stays
        if tick is not None:
            return act.doc.get("root") == shown and act.doc.get("i") == tick
        return commitment(cast(Document, act.doc), act.salt) == shown
    except (ValueError, KeyError, TypeError, AttributeError, Refusal):
        return False
