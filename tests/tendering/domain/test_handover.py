"""Handing over: who may take over what, and whose the tender is at an instant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.database import Sessions
from foundation.values.refusal import Refusal
from tendering.domain import handover
from tendering.domain.handover import Asked, Handover, Part, Why
from tendering.domain.tender import Stage, Tender
from tests.tendering import made

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)
STAFF = frozenset({"author", "omar", "nadia", "adil"})


@pytest.fixture
def tender(sessions: Sessions) -> Tender:
    who = made.council(sessions)
    draft = made.complete_draft(sessions, who)
    return replace(draft, created_by="author", authors=("author",), submitted_by="author")


def asked(**changes: object) -> Asked:
    plain = Asked(Part.TENDER, "author", "omar", Why.ABSENCE, "", NOW, NOW + 7 * DAY)
    return replace(plain, **changes)


def made_of(each: Asked, n: int = 1, **changes: object) -> Handover:
    plain = Handover(
        f"h{n}", each.part, each.from_account, each.to_account, each.why, each.note,
        each.from_at, each.until_at, "nadia", NOW,
    )  # fmt: skip
    return replace(plain, **changes)


def refusal(tender: Tender, what: Asked, standing: tuple[Handover, ...] = ()) -> str:
    with pytest.raises(Refusal) as raised:
        handover.check(tender, what, standing, eligible=STAFF, now=NOW)
    return raised.value.code


def test_a_colleague_takes_over(tender: Tender) -> None:
    clean = handover.check(
        tender, asked(note=" ask\u202e Bilal ", from_at=NOW - DAY), (), eligible=STAFF, now=NOW
    )
    assert (clean.note, clean.from_at) == ("ask Bilal", NOW)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to_account": "stranger"}, "handover-nobody"),
        ({"to_account": "author"}, "handover-to-oneself"),
        ({"until_at": NOW}, "handover-dates"),
        ({"from_at": NOW + 8 * DAY}, "handover-dates"),
        (
            {"part": Part.APPROVAL, "from_account": "nadia", "to_account": "author"},
            "second-person",
        ),
    ],
)
def test_what_is_refused(tender: Tender, changes: dict[str, object], code: str) -> None:
    assert refusal(tender, asked(**changes)) == code


@pytest.mark.parametrize("stage", [Stage.AWARDED, Stage.UNSUCCESSFUL])
def test_an_ended_tender_is_not_handed_over(tender: Tender, stage: Stage) -> None:
    assert refusal(replace(tender, stage=stage), asked()) == "handover-over"


def test_the_same_colleague_does_not_take_it_over_twice(tender: Tender) -> None:
    assert refusal(tender, asked(), (made_of(asked()),)) == "handover-standing"
    ended = made_of(asked(), ended_at=NOW)
    assert handover.check(tender, asked(), (ended,), eligible=STAFF, now=NOW) == asked()


def test_the_latest_to_take_over_is_responsible_and_then_the_author_again(tender: Tender) -> None:
    first = made_of(asked(to_account="omar"))
    second = made_of(asked(to_account="adil", from_at=NOW + DAY, until_at=NOW + 2 * DAY), 2)
    both = (first, second)
    assert handover.responsible(tender, both, NOW - DAY) == "author"
    assert handover.responsible(tender, both, NOW) == "omar"
    assert handover.responsible(tender, both, NOW + DAY) == "adil"
    assert handover.responsible(tender, both, NOW + 2 * DAY) == "omar"
    assert handover.responsible(tender, both, NOW + 7 * DAY) == "author"


spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30))


@given(begins=spans, lasts=st.none() | spans, ended=st.none() | spans, at=spans)
def test_what_stands_is_ahead_and_within_its_dates(
    begins: timedelta, lasts: timedelta | None, ended: timedelta | None, at: timedelta
) -> None:
    each = made_of(
        asked(from_at=NOW + begins, until_at=None if lasts is None else NOW + begins + lasts),
        ended_at=None if ended is None else NOW + ended,
    )
    now = NOW + at
    if handover.stands(each, now):
        assert handover.is_ahead(each, now)
        assert each.from_at <= now
        assert each.until_at is None or now < each.until_at
