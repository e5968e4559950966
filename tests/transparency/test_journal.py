"""Both journals: numbered without gaps, committed to by salted hashes, read once by each reader."""

import hashlib
import json

import pytest
from sqlalchemy import select

from foundation.database import Sessions
from foundation.unit_of_work import UnitOfWork, reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.canonical import canonical
from foundation.values.refusal import Refusal
from tendering.domain.permissions import DraftAct, TenderAct
from transparency import journal
from transparency.domain.entry import COMMIT_TAG, BoxRoot
from transparency.models import Act, SealedAct
from transparency.readers import Entry, read_on

SYSTEM = Actor.system("test")


def write(sessions: Sessions, tender_id: str, **doc: object) -> None:
    with unit_of_work(sessions, SYSTEM) as uow:
        journal.append(uow, TenderAct.PUBLISH, doc, tender_id=tender_id)


def test_numbers_are_gap_free_per_tender(sessions: Sessions) -> None:
    for tender_id in ("a", "b", "a", "", "a"):
        write(sessions, tender_id)

    with reading(sessions) as session:
        rows = session.execute(select(Act.tender_id, Act.n).order_by(Act.seq)).all()
    assert [tuple(row) for row in rows] == [("a", 1), ("b", 1), ("a", 2), ("", 1), ("a", 3)]


def test_a_rolled_back_act_leaves_no_gap(sessions: Sessions) -> None:
    def fail() -> None:
        with unit_of_work(sessions, SYSTEM) as uow:
            journal.append(uow, TenderAct.PUBLISH, {}, tender_id="a")
            raise RuntimeError("lost")

    with pytest.raises(RuntimeError):
        fail()
    write(sessions, "a")

    with reading(sessions) as session:
        assert session.scalars(select(Act.n)).all() == [1]


def test_the_leaf_commits_to_the_document_and_hides_it(sessions: Sessions) -> None:
    write(sessions, "a", price="not here", title={"en": "Bench"})

    with reading(sessions) as session:
        row = session.execute(select(Act.leaf, Act.salt, Act.doc)).one()
    leaf = json.loads(row.leaf)
    assert canonical(leaf) == row.leaf
    assert leaf["k"] == "tender.publish"
    assert (leaf["t"], leaf["n"], leaf["v"]) == ("a", 1, 1)
    assert row.salt is not None
    assert row.doc is not None
    assert leaf["c"] == hashlib.sha256(COMMIT_TAG + row.salt + canonical(row.doc)).hexdigest()
    assert b"not here" not in row.leaf


def test_sealed_acts_never_enter_the_public_journal(sessions: Sessions) -> None:
    with unit_of_work(sessions, SYSTEM) as uow:
        journal.append(uow, DraftAct.CREATE, {"x": 1}, tender_id="a", organisation_id="o")

    with reading(sessions) as session:
        assert session.scalars(select(Act)).all() == []
        assert session.scalars(select(SealedAct)).one().organisation_id == "o"


def test_floats_are_refused(sessions: Sessions) -> None:
    with unit_of_work(sessions, SYSTEM) as uow, pytest.raises(Refusal, match="not-canonical"):
        journal.append(uow, TenderAct.PUBLISH, {"amount": 1.5})


def test_a_reader_gets_each_entry_once_even_after_a_crash(sessions: Sessions) -> None:
    for number in range(3):
        write(sessions, "a", number=number)
    seen: list[int] = []

    def crash_once(_uow: UnitOfWork, entry: Entry) -> None:
        if entry.n == 2 and len(seen) == 1:
            seen.append(0)
            raise RuntimeError("killed")
        seen.append(entry.n)

    with pytest.raises(RuntimeError, match="killed"):
        read_on(sessions, "notices", crash_once)
    assert read_on(sessions, "notices", crash_once) == 2
    assert read_on(sessions, "notices", crash_once) == 0
    assert seen == [1, 0, 2, 3]
    assert read_on(sessions, "other", lambda _uow, _entry: None) == 3


def test_a_ticks_leaf_carries_the_boxs_root_and_its_number(sessions: Sessions) -> None:
    with unit_of_work(sessions, SYSTEM) as uow:
        root = BoxRoot("ab" * 32, 3)
        journal.append(uow, TenderAct.PROGRESS, {"i": 3}, tender_id="a", box=root)

    with reading(sessions) as session:
        leaf = json.loads(session.execute(select(Act.leaf)).scalar_one())
    assert (leaf["c"], leaf["i"]) == ("ab" * 32, 3)
