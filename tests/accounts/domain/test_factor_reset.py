"""Who may ask for, confirm and refuse the taking off of a lost second factor."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.domain import factor_reset
from accounts.domain.authority import authorise
from accounts.domain.factor_reset import CONFIRMERS, FactorReset, ResetState
from accounts.domain.permissions import PERMISSIONS, SignInAct
from accounts.domain.roles import Role
from foundation.values.actor import Actor, ActorKind
from foundation.values.refusal import Refusal

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
names = st.sampled_from(["owner", "asker", "third", "fourth"])
places = st.sampled_from(["council", "elsewhere"])


def reset(state: ResetState = ResetState.OPEN) -> FactorReset:
    return FactorReset("r", "owner", "council", "asker", NOW, state)


def actor(name: str, place: str, roles: frozenset[Role], *, fresh: bool = True) -> Actor:
    return Actor(ActorKind.PERSON, name, place, frozenset(roles), fresh)


def answer(who: Actor, act: SignInAct) -> str:
    try:
        authorise(who, act, reset(), PERMISSIONS)
    except Refusal as refusal:
        return refusal.code
    return ""


@given(names, places, st.frozensets(st.sampled_from(list(Role)), min_size=1), st.booleans())
def test_two_different_people_of_one_organisation_and_never_the_owner(
    name: str, place: str, roles: frozenset[Role], fresh: bool
) -> None:
    if answer(actor(name, place, roles, fresh=fresh), SignInAct.RESET_FACTOR) == "":
        assert name not in {"owner", "asker"}
        assert place == "council"
        assert roles & CONFIRMERS
        assert fresh


@pytest.mark.parametrize(
    ("name", "place", "role", "code"),
    [
        ("third", "council", Role.APPROVER, ""),
        ("asker", "council", Role.ADMINISTRATOR, "reset-second-person"),
        ("owner", "council", Role.OFFICER, "reset-by-another"),
        ("third", "elsewhere", Role.ADMINISTRATOR, "not-permitted"),
        ("third", "council", Role.EVALUATOR, "not-permitted"),
    ],
)
def test_who_confirms(name: str, place: str, role: Role, code: str) -> None:
    assert answer(actor(name, place, frozenset({role})), SignInAct.RESET_FACTOR) == code


@pytest.mark.parametrize(
    ("name", "place", "role", "code"),
    [
        ("owner", "elsewhere", Role.VENDOR, ""),
        ("asker", "council", Role.ADMINISTRATOR, ""),
        ("third", "council", Role.OFFICER, ""),
        ("third", "council", Role.AUDITOR, "not-permitted"),
        ("third", "elsewhere", Role.APPROVER, "not-permitted"),
    ],
)
def test_who_refuses(name: str, place: str, role: Role, code: str) -> None:
    assert answer(actor(name, place, frozenset({role})), SignInAct.REFUSE_RESET) == code


def test_only_an_open_request_in_its_time_is_decided() -> None:
    factor_reset.require_open(reset(), NOW - timedelta(seconds=1))
    for late, state in ((0, ResetState.OPEN), (-1, ResetState.DONE), (-1, ResetState.OVER)):
        with pytest.raises(Refusal, match="reset-over"):
            factor_reset.require_open(reset(state), NOW + timedelta(seconds=late))


@pytest.mark.parametrize("text", ["", "  \n ", "\u200f"])
def test_a_reason_has_words(text: str) -> None:
    with pytest.raises(Refusal, match="reset-reason-missing"):
        factor_reset.checked_reason(text)
