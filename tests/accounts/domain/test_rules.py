"""The pure rules of accounts: codes, sessions, invitations, roles, passwords, limits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.domain import codes, invitations, limits, organisations, passwords, visits
from accounts.domain import second_factor as factor
from accounts.domain.codes import CodeAnswer, SentCode
from accounts.domain.invitations import InvitationFacts
from accounts.domain.limits import Tried
from accounts.domain.organisations import OrganisationForm
from accounts.domain.roles import OrganisationKind, Role
from accounts.domain.visits import Awaiting, Visit
from foundation.values.refusal import Refusal
from foundation.values.text import Text

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
SECRET = b"12345678901234567890"
# RFC 6238 appendix B, SHA-1, the last six of its eight digits.
RFC_VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


def code(refusal: pytest.ExceptionInfo[Refusal]) -> str:
    return refusal.value.code


@pytest.mark.parametrize(("second", "expected"), RFC_VECTORS)
def test_codes_are_those_of_the_rfc(second: int, expected: str) -> None:
    at = datetime.fromtimestamp(second, UTC)
    assert factor.code_of(SECRET, factor.counter_at(at)) == expected
    assert factor.match(SECRET, expected, at, -1) == second // 30


def test_a_code_is_taken_once_only() -> None:
    counter = factor.counter_at(NOW)
    typed = factor.code_of(SECRET, counter)
    assert factor.match(SECRET, typed, NOW, -1) == counter
    with pytest.raises(Refusal) as refusal:
        factor.match(SECRET, typed, NOW, counter)
    assert code(refusal) == "code-used"


@pytest.mark.parametrize(
    ("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_one_step_of_delay_is_forgiven(steps: int, taken: bool) -> None:
    typed = factor.code_of(SECRET, factor.counter_at(NOW) + steps)
    if taken:
        assert factor.match(SECRET, typed, NOW, -1)
    else:
        with pytest.raises(Refusal):
            factor.match(SECRET, typed, NOW, -1)


def test_urdu_digits_and_spaces_are_read() -> None:
    typed = factor.code_of(SECRET, factor.counter_at(NOW))
    urdu = "".join(chr(0x06F0 + int(mark)) for mark in typed)
    assert factor.match(SECRET, f" {urdu[:3]} {urdu[3:]} ", NOW, -1)


@given(st.text(max_size=12))
def test_any_other_text_is_a_wrong_code(typed: str) -> None:
    near = {factor.code_of(SECRET, factor.counter_at(NOW) + step) for step in (-1, 0, 1)}
    if factor.typed_digits(typed) not in near:
        with pytest.raises(Refusal) as refusal:
            factor.match(SECRET, typed, NOW, -1)
        assert code(refusal) == "wrong-code"


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (None, CodeAnswer.DEAD),
        (SentCode("d", NOW, 5), CodeAnswer.DEAD),
        (SentCode("d", NOW + timedelta(seconds=1), 0), CodeAnswer.DEAD),
        (SentCode("d", NOW + timedelta(seconds=1), 1, used_at=NOW), CodeAnswer.DEAD),
        (SentCode("d", NOW + timedelta(seconds=1), 1), CodeAnswer.RIGHT),
        (SentCode("e", NOW + timedelta(seconds=1), 1), CodeAnswer.WRONG),
    ],
)
def test_codes_by_mail(sent: SentCode | None, answer: CodeAnswer) -> None:
    assert codes.judge(sent, "d", NOW) is answer


def a_visit(**changes: object) -> Visit:
    facts = {
        "awaiting": Awaiting.NOTHING, "created_at": NOW, "seen_at": NOW, "fresh_at": NOW,
        "ended_at": None, "for_vendor": False,
    }  # fmt: skip
    return Visit(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("visit", "after", "alive"),
    [
        (a_visit(), visits.IDLE_LIMIT - timedelta(seconds=1), True),
        (a_visit(), visits.IDLE_LIMIT, False),
        (a_visit(for_vendor=True), visits.IDLE_LIMIT, True),
        (a_visit(for_vendor=True), visits.VENDOR_IDLE_LIMIT, False),
        (a_visit(seen_at=NOW + visits.ABSOLUTE_LIMIT), visits.ABSOLUTE_LIMIT, False),
        (a_visit(awaiting=Awaiting.SECOND_FACTOR), visits.WAITING_LIMIT, False),
        (a_visit(ended_at=NOW), timedelta(), False),
    ],
)
def test_sessions_end(visit: Visit, after: timedelta, alive: bool) -> None:
    assert visits.is_alive(visit, NOW + after) is alive


def test_freshness_lasts_a_quarter_of_an_hour() -> None:
    assert visits.is_fresh(a_visit(), NOW + timedelta(minutes=14, seconds=59))
    assert not visits.is_fresh(a_visit(), NOW + timedelta(minutes=15))
    assert not visits.is_fresh(a_visit(fresh_at=None), NOW)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (InvitationFacts(NOW + timedelta(days=1)), ""),
        (InvitationFacts(NOW), "invitation-expired"),
        (InvitationFacts(NOW + timedelta(days=1), revoked_at=NOW), "invitation-revoked"),
        (InvitationFacts(NOW + timedelta(days=1), accepted_at=NOW), "invitation-accepted"),
    ],
)
def test_only_open_invitations_are_accepted(facts: InvitationFacts, expected: str) -> None:
    if not expected:
        invitations.require_open(facts, NOW)
        return
    with pytest.raises(Refusal) as refusal:
        invitations.require_open(facts, NOW)
    assert code(refusal) == expected


@pytest.mark.parametrize(
    ("roles", "kind", "expected"),
    [
        ([], OrganisationKind.PROCURING_ENTITY, "no-role"),
        (["vendor"], OrganisationKind.PROCURING_ENTITY, "role-not-here"),
        (["officer"], OrganisationKind.VENDOR, "role-not-here"),
        (["emperor"], OrganisationKind.PROCURING_ENTITY, "role-not-here"),
        (["auditor", "officer"], OrganisationKind.PROCURING_ENTITY, "auditor-alone"),
    ],
)
def test_roles_that_do_not_go_together(
    roles: list[str], kind: OrganisationKind, expected: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        organisations.checked_roles(roles, kind)
    assert code(refusal) == expected


def test_officials_need_a_second_factor_and_vendors_do_not() -> None:
    needed = {role for role in Role if factor.is_needed([role])}
    assert needed == {Role.ADMINISTRATOR, Role.OFFICER, Role.APPROVER}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("short", "password-too-short"),
        ("x" * 129, "password-too-long"),
        ("aaaaaaaaaaaa", "password-guessable"),
        ("Asma@Firm.example", "password-guessable"),
    ],
)
def test_weak_passwords(typed: str, expected: str) -> None:
    with pytest.raises(Refusal) as refusal:
        passwords.choose(typed, known_words=("asma@firm.example",))
    assert code(refusal) == expected


def test_a_password_is_the_same_in_every_form_of_its_letters() -> None:
    assert passwords.choose("ﬁfteen sheep grazing") == passwords.choose("fifteen sheep grazing")


@pytest.mark.parametrize(
    "email",
    ["", "name", "a@b@c.example", "name @firm.example", "<b>@firm.example", "a..b@firm.example",
     "name@" + "x" * 250 + ".example"],
)  # fmt: skip
def test_bad_addresses(email: str) -> None:
    with pytest.raises(Refusal):
        organisations.checked_email(email)


def test_hostile_names_are_cleaned() -> None:
    form = OrganisationForm(Text(en="Indus\u202e\u0000 Works"), city="X", tax_number="1234567-8")
    assert organisations.checked(form, OrganisationKind.VENDOR).name.en == "Indus Works"


def test_limits_count_account_and_address() -> None:
    limit = limits.LIMITS[Tried.SIGN_IN]
    limits.check(Tried.SIGN_IN, for_account=limit.per_account - 1, from_address=0)
    for account, address in ((limit.per_account, 0), (0, limit.per_address)):
        with pytest.raises(Refusal) as refusal:
            limits.check(Tried.SIGN_IN, for_account=account, from_address=address)
        assert code(refusal) == "too-many-tries"
