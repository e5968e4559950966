"""How long a registration waits, and that what it says comes back whole from its session."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from accounts.domain import registration
from accounts.domain.organisations import OrganisationForm, PersonForm
from accounts.domain.registration import LIFETIME, Registration
from foundation.values.text import Text

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9))


def test_it_ends_after_two_days() -> None:
    assert not registration.is_expired(NOW, None, NOW + LIFETIME - timedelta(seconds=1))
    assert registration.is_expired(NOW, None, NOW + LIFETIME)


def test_a_code_just_sent_may_still_be_typed() -> None:
    assert not registration.is_expired(NOW, NOW + LIFETIME + timedelta(minutes=1), NOW + LIFETIME)


@given(waited=spans, code=st.none() | spans, more=spans)
def test_what_is_expired_stays_expired(
    waited: timedelta, code: timedelta | None, more: timedelta
) -> None:
    holds_until = None if code is None else NOW + code
    if registration.is_expired(NOW, holds_until, NOW + waited):
        assert waited >= LIFETIME
        assert registration.is_expired(NOW, holds_until, NOW + waited + more)


@given(st.text(), st.text(), st.text())
def test_what_was_typed_comes_back_whole(name: str, city: str, secret: str) -> None:
    typed = Registration(
        OrganisationForm(Text(name, city), city=city, tax_number=name),
        PersonForm(Text(city, name), email=name, language="ur"),
        secret,
    )
    assert registration.read(typed.as_bytes()) == typed
