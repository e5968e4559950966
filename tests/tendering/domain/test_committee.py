"""Who may sit on an opening committee, whose keys are ready, and what undoes readiness."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.values.refusal import Refusal
from foundation.values.text import Text
from sealing import age, hybrid
from tendering.domain import committee as rules
from tendering.domain.committee import Named, OpeningCommittee

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
COUNCIL = Text("Khairpur Town Council")


def named(*names: str) -> list[Named]:
    return [Named(name.lower(), Text(name), COUNCIL) for name in names]


def key(number: int) -> str:
    secret = bytes([number]) * 32
    identity = hybrid.HybridIdentity(secret) if number % 2 else age.Identity(secret)
    return str(identity.recipient())


def committee(members: int = 3, threshold: int = 2) -> OpeningCommittee:
    return rules.convene(named(*[f"M{n}" for n in range(members)]), threshold, None)


def with_keys(found: OpeningCommittee) -> OpeningCommittee:
    for seat in found.seats:
        found = rules.admit_key(found, seat.account_id, key(seat.number), NOW)
    return found


def ready(found: OpeningCommittee) -> OpeningCommittee:
    found = with_keys(found)
    for seat in found.seats:
        found = rules.compare_key(found, seat.account_id, seat.fingerprint, NOW)
        found = rules.note_rehearsed(found, seat.account_id, NOW)
    return found


def test_members_are_numbered_from_one_in_the_order_named() -> None:
    found = rules.convene(named("Asma", "Bilal", "Chanda"), 2, None)
    assert [(seat.number, seat.name.en) for seat in found.seats] == [
        (1, "Asma"),
        (2, "Bilal"),
        (3, "Chanda"),
    ]


@given(members=st.integers(0, 20), threshold=st.integers(-1, 20))
def test_one_lost_key_never_loses_a_bid(members: int, threshold: int) -> None:
    if 2 <= threshold < members <= rules.MOST_MEMBERS:
        assert len(committee(members, threshold).seats) > threshold
        return
    with pytest.raises(Refusal, match="committee-size"):
        committee(members, threshold)


def test_nobody_sits_twice() -> None:
    with pytest.raises(Refusal, match="member-twice"):
        rules.convene(named("Asma", "Bilal", "Asma"), 2, None)


def test_all_are_ready_after_key_comparison_and_rehearsal() -> None:
    rules.check_ready(ready(committee()))


@pytest.mark.parametrize("lacking", ["recipient", "compared_at", "rehearsed_at"])
def test_one_member_who_is_not_ready_blocks_the_publication(lacking: str) -> None:
    whole = ready(committee())
    undone: dict[str, Any] = {
        "recipient": {"recipient": "", "compared_at": None, "rehearsed_at": None},
        "compared_at": {"compared_at": None},
        "rehearsed_at": {"rehearsed_at": None},
    }[lacking]
    first = replace(whole.seats[0], **undone)
    with pytest.raises(Refusal, match="committee-not-ready") as caught:
        rules.check_ready(OpeningCommittee(2, (first, *whole.seats[1:])))
    assert caught.value.params == {"ready": 2, "members": 3}


def test_without_a_committee_nothing_is_published() -> None:
    with pytest.raises(Refusal, match="no-committee"):
        rules.check_ready(None)


def test_a_lost_key_blocks_until_a_new_one_was_rehearsed_by_all() -> None:
    found = rules.report_lost(ready(committee()), "m1", NOW)
    with pytest.raises(Refusal, match="committee-not-ready"):
        rules.check_ready(found)
    found = rules.admit_key(found, "m1", key(9), NOW)
    assert found.ready_count == 0
    assert [seat.compared_at is not None for seat in found.seats] == [True, False, True]


def test_a_key_that_stands_is_not_replaced_and_the_same_is_taken_again() -> None:
    found = with_keys(committee())
    assert rules.admit_key(found, "m0", key(1), NOW + timedelta(1)) == found
    with pytest.raises(Refusal, match="key-stands"):
        rules.admit_key(found, "m0", key(9), NOW)


def test_each_member_has_a_key_of_the_own() -> None:
    found = rules.admit_key(committee(), "m0", key(1), NOW)
    with pytest.raises(Refusal, match="key-twice"):
        rules.admit_key(found, "m1", key(1), NOW)


@pytest.mark.parametrize(
    "recipient", ["", "age1", "AGE-SECRET-KEY-1QQ", key(2).upper(), key(1)[:-1], "a" * 4000]
)
def test_what_is_no_public_key_is_refused(recipient: str) -> None:
    with pytest.raises(Refusal, match="bad-recipient"):
        rules.admit_key(committee(), "m0", recipient, NOW)


def test_the_fingerprint_is_compared_however_it_is_typed() -> None:
    found = with_keys(committee())
    digits = found.seats[0].fingerprint
    spaced = " ".join(digits[at : at + 4] for at in range(0, 16, 4)).upper()
    assert rules.compare_key(found, "m0", spaced, NOW).seats[0].compared_at == NOW


@given(typed=st.text(max_size=40))
def test_another_fingerprint_is_never_taken(typed: str) -> None:
    found = with_keys(committee())
    if "".join(typed.split()).lower() != found.seats[0].fingerprint:
        with pytest.raises(Refusal, match="other-fingerprint"):
            rules.compare_key(found, "m0", typed, NOW)


def test_before_there_is_a_key_nothing_is_compared_or_lost() -> None:
    for act in (lambda: rules.compare_key(committee(), "m0", "", NOW),
                lambda: rules.report_lost(committee(), "m0", NOW)):  # fmt: skip
        with pytest.raises(Refusal, match="no-key"):
            act()


def test_somebody_else_has_no_seat() -> None:
    with pytest.raises(Refusal, match="not-a-member"):
        rules.admit_key(committee(), "stranger", key(1), NOW)


def test_who_stays_keeps_the_key_and_rehearses_again() -> None:
    before = ready(committee())
    found = rules.convene(named("M0", "M1", "M3"), 2, before)
    assert found.seats[0].recipient == before.seats[0].recipient
    assert found.seats[0].compared_at == NOW
    assert found.seats[2].recipient == ""
    assert found.ready_count == 0


def test_naming_the_same_again_changes_nothing() -> None:
    before = ready(committee())
    assert rules.convene(named("M0", "M1", "M2"), 2, before) is before


def test_a_key_reported_lost_is_not_kept() -> None:
    before = rules.report_lost(ready(committee()), "m0", NOW)
    assert rules.convene(named("M0", "M1", "M2"), 2, before).seats[0].recipient == ""


def test_the_pack_pins_threshold_keys_and_names_in_order() -> None:
    found = ready(committee())
    document = found.pack_document()
    assert document == {
        "id": found.id,
        "t": 2,
        "members": [key(1), key(2), key(3)],
        "names": [{"en": f"M{n}", "ur": ""} for n in range(3)],
    }
    with pytest.raises(Refusal, match="committee-not-ready"):
        committee().pack_document()
