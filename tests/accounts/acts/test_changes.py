"""Changes of people, roles and sessions, and what they leave in the journals."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select, text

from accounts import queries
from accounts.acts import (
    changing,
    granting,
    inviting,
    limiting,
    organising,
    practising,
    recovering,
    registering,
    seeing,
    signing_in,
)
from accounts.acts.signing_in import TypedFactor
from accounts.acts.visiting import Caller, NewVisit, actor_for
from accounts.credentials import digest_of, prove_password
from accounts.domain.limits import LIMITS, Tried
from accounts.domain.organisations import OrganisationForm, Person, PersonForm
from accounts.domain.permissions import PERMISSIONS, AccountAct, SignInAct
from accounts.domain.roles import OrganisationKind
from accounts.domain.visits import Awaiting
from foundation.database import DatabaseKind, DatabaseMark
from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import UnitOfWork, reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tests.accounts.conftest import FIRM, PASSWORD, World
from tests.databases import everything_in
from transparency.models import Act, SealedAct

HERE = Caller("192.0.2.1", "Firefox, Linux")


def doing(world: World, actor: Actor):
    return unit_of_work(world.sessions, actor)


def refused(call, *arguments: object, **named: object) -> str:
    with pytest.raises(Refusal) as refusal:
        call(*arguments, **named)
    return refusal.value.code


def kinds(world: World, table: type) -> list[str]:
    with reading(world.sessions) as session:
        return list(session.scalars(select(table.kind)))


@dataclass(frozen=True)
class Mail:
    """A message as a test reads it."""

    kind: str
    params: dict[str, str]


def newest_mail(world: World) -> Mail:
    with reading(world.sessions) as session:
        # The clock stands still, so the order of insertion tells which is the newest.
        place = {
            "sqlite": "rowid DESC",
            "postgresql": "xmin::text::bigint DESC, cmin::text::bigint DESC",
        }[session.get_bind().dialect.name]
        row = session.scalars(select(MailMessage).order_by(text(place))).first()
        return Mail(row.kind, dict(row.params))


def password_visit(world: World, person: Person, password: str = PASSWORD):
    with reading(world.sessions) as session:
        facts = queries.sign_in_facts(session, person.email)
    proof = prove_password(password, facts.password_hash if facts else None)
    with doing(world, Actor.anonymous()) as uow:
        return signing_in.sign_in(uow, world.keyring, person.email, proof, HERE)


def alive(world: World, visit: NewVisit) -> bool:
    with reading(world.sessions) as session:
        return queries.open_visit(session, digest_of(visit.token), world.clock.now()) is not None


def administrator(world: World, email: str = "adil@ktc.example") -> Person:
    return world.person(email, "administrator")


def test_every_act_has_a_row() -> None:
    assert set(PERMISSIONS) == {*AccountAct, *SignInAct}


def test_roles_of_officials_are_public_and_carry_no_name(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer")
    with reading(world.sessions) as session:
        docs = session.scalars(select(Act.doc).where(Act.kind == AccountAct.GRANT_ROLE)).all()
    assert [doc["role"] for doc in docs] == ["officer"]
    assert docs[0]["account"] == omar.id
    assert "omar" not in str(docs[0])


def test_a_vendors_registration_is_sealed(world: World) -> None:
    before = kinds(world, Act)
    world.vendor()
    assert kinds(world, Act) == before
    assert SignInAct.REGISTER in kinds(world, SealedAct)


def test_an_administrator_invites_into_his_own_organisation_only(world: World) -> None:
    adil = administrator(world)
    with doing(world, Actor.system("test")) as uow:
        other = organising.create_organisation(
            uow,
            OrganisationKind.PROCURING_ENTITY,
            OrganisationForm(Text(en="Other Town"), short_name="OT", city="Thatta"),
        )
    with doing(world, actor_for(adil, fresh=True)) as uow:
        assert inviting.invite(uow, world.council.id, "a@ktc.example", ["officer"]).token
        assert (
            refused(inviting.invite, uow, other.id, "b@ot.example", ["officer"]) == "not-permitted"
        )


def test_an_officer_invites_nobody(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer")
    with doing(world, actor_for(omar, fresh=True)) as uow:
        assert (
            refused(inviting.invite, uow, world.council.id, "x@ktc.example", ["officer"])
            == "not-permitted"
        )


def test_a_second_invitation_and_a_member_are_refused(world: World) -> None:
    administrator(world)
    with doing(world, Actor.system("test")) as uow:
        inviting.invite(uow, world.council.id, "x@ktc.example", ["officer"])
        again = refused(inviting.invite, uow, world.council.id, "X@ktc.example", ["officer"])
        member = refused(inviting.invite, uow, world.council.id, "adil@ktc.example", ["officer"])
    assert (again, member) == ("already-invited", "already-member")


def accept(uow: UnitOfWork, world: World, token: str) -> Person:
    form = PersonForm(Text(en="Xenia"), "ignored@elsewhere.example")
    return inviting.accept_invitation(uow, digest_of(token), form, world.password())


def test_an_invitation_is_accepted_once_and_for_its_own_address(world: World) -> None:
    with doing(world, Actor.system("test")) as uow:
        issued = inviting.invite(uow, world.council.id, "x@ktc.example", ["officer"])
    with doing(world, Actor.anonymous()) as uow:
        assert accept(uow, world, issued.token).email == "x@ktc.example"
    with doing(world, Actor.anonymous()) as uow:
        assert refused(accept, uow, world, issued.token) == "invitation-accepted"


@pytest.mark.parametrize("end", ["revoked", "reissued", "expired"])
def test_a_dead_invitation_opens_nothing(world: World, end: str) -> None:
    with doing(world, Actor.system("test")) as uow:
        issued = inviting.invite(uow, world.council.id, "x@ktc.example", ["officer"])
    with doing(world, Actor.system("test")) as uow:
        if end == "revoked":
            inviting.revoke_invitation(uow, issued.invitation.id)
        elif end == "reissued":
            inviting.reissue_invitation(uow, issued.invitation.id)
    if end == "expired":
        world.clock.advance(days=7)
    with doing(world, Actor.anonymous()) as uow:
        expected = "not-found" if end == "reissued" else f"invitation-{end}"
        assert refused(accept, uow, world, issued.token) == expected


def test_a_change_of_roles_needs_freshness_and_ends_sessions(world: World) -> None:
    adil = administrator(world)
    eva = world.person("eva@ktc.example", "evaluator")
    visit = password_visit(world, eva)
    with doing(world, actor_for(adil)) as uow:
        assert refused(granting.set_roles, uow, eva.id, ["approver"]) == "fresh-sign-in"
    assert alive(world, visit)
    with doing(world, actor_for(adil, fresh=True)) as uow:
        changed = granting.set_roles(uow, eva.id, ["approver"])
    assert changed.roles == {"approver"}
    assert not alive(world, visit)
    assert AccountAct.REVOKE_ROLE in kinds(world, Act)


def test_other_organisations_people_cannot_be_changed(world: World) -> None:
    adil = administrator(world)
    vendor = world.vendor()
    with doing(world, actor_for(adil, fresh=True)) as uow:
        assert refused(granting.set_roles, uow, vendor.id, ["vendor"]) == "not-permitted"
        assert refused(granting.close_account, uow, vendor.id) == "not-permitted"


def test_the_last_administrator_stays(world: World) -> None:
    adil = administrator(world)
    with doing(world, actor_for(adil, fresh=True)) as uow:
        assert refused(granting.set_roles, uow, adil.id, ["officer"]) == "last-administrator"
        assert refused(granting.close_account, uow, adil.id) == "last-administrator"
    administrator(world, "bina@ktc.example")
    with doing(world, actor_for(adil, fresh=True)) as uow:
        assert granting.set_roles(uow, adil.id, ["officer"]).roles == {"officer"}


def test_a_closed_account_does_not_sign_in(world: World) -> None:
    adil = administrator(world)
    eva = world.person("eva@ktc.example", "evaluator")
    visit = password_visit(world, eva)
    with doing(world, actor_for(adil, fresh=True)) as uow:
        granting.close_account(uow, eva.id)
    assert not alive(world, visit)
    answer = password_visit(world, eva)
    assert isinstance(answer, Refusal)
    assert answer.code == "wrong-sign-in"


def test_sign_ins_and_failures_are_sealed_entries(world: World) -> None:
    eva = world.person("eva@ktc.example", "evaluator")
    password_visit(world, eva, "wrong password")
    password_visit(world, eva)
    found = kinds(world, SealedAct)
    assert found.count(SignInAct.FAIL) == 1
    assert found.count(SignInAct.SIGN_IN) == 1


def test_a_lockout_is_written_once_and_survives_the_refusal(world: World) -> None:
    limit = LIMITS[Tried.SIGN_IN].per_account
    for turn in range(limit + 5):
        with doing(world, Actor.anonymous()) as uow:
            answer = limiting.count_try(uow, Tried.SIGN_IN, "eva@ktc.example", "192.0.2.1")
        assert (answer is not None) is (turn >= limit)
    assert kinds(world, SealedAct).count(SignInAct.LOCK_OUT) == 1


def test_a_replayed_code_is_refused(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer")
    typed = world.code_for(omar)
    answers = []
    for _ in range(2):
        visit = password_visit(world, omar)
        assert visit.awaiting is Awaiting.SECOND_FACTOR
        with doing(world, Actor.anonymous()) as uow:
            answers.append(
                signing_in.pass_second_factor(uow, world.keyring, visit.id, omar.id, typed, HERE)
            )
    assert isinstance(answers[0], NewVisit)
    assert isinstance(answers[1], Refusal)
    assert answers[1].code == "code-used"


def test_a_recovery_code_works_once(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer", enrolled=False)
    spare = world.enrol(omar)[3]
    answers = []
    for _ in range(2):
        visit = password_visit(world, omar)
        with doing(world, Actor.anonymous()) as uow:
            answers.append(
                signing_in.pass_second_factor(
                    uow, world.keyring, visit.id, omar.id, spare.upper().replace("-", " "), HERE
                )
            )
    assert isinstance(answers[0], NewVisit)
    assert isinstance(answers[1], Refusal)


def confirm(world: World, visit: NewVisit, typed: str):
    with doing(world, Actor.anonymous()) as uow:
        return registering.confirm_email(
            uow, world.keyring, visit.id, visit.person.id if visit.person else None, typed, HERE
        )


def test_a_vendor_confirms_the_address_by_the_code(world: World) -> None:
    vendor = world.vendor()
    visit = password_visit(world, vendor)
    assert visit.awaiting is Awaiting.EMAIL_CODE
    code = newest_mail(world).params["code"]
    answer = confirm(world, visit, code)
    assert isinstance(answer, NewVisit)
    assert answer.awaiting is Awaiting.NOTHING
    assert not alive(world, visit)


def test_five_wrong_codes_kill_the_right_one(world: World) -> None:
    visit = password_visit(world, world.vendor())
    code = newest_mail(world).params["code"]
    wrong = str((int(code) + 1) % 10**8).zfill(8)
    assert [confirm(world, visit, wrong).code for _ in range(6)] == ["wrong-code"] * 5 + [
        "code-expired"
    ]
    assert confirm(world, visit, code).code == "code-expired"


def test_a_code_expires(world: World) -> None:
    visit = password_visit(world, world.vendor())
    code = newest_mail(world).params["code"]
    world.clock.advance(minutes=30)
    assert confirm(world, visit, code).code == "code-expired"


def test_a_known_address_registers_nobody_and_is_told_by_mail(world: World) -> None:
    vendor = world.vendor()
    confirm(world, password_visit(world, vendor), newest_mail(world).params["code"])
    with doing(world, Actor.anonymous()) as uow:
        again = registering.register_vendor(
            uow, world.keyring, FIRM, PersonForm(Text(en="Other"), vendor.email), world.password()
        )
    assert again is None
    assert newest_mail(world).kind == "account.already-registered"


def test_recovery_ends_sessions_and_keeps_the_second_factor(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer")
    visit = password_visit(world, omar)
    with doing(world, Actor.anonymous()) as uow:
        recovering.ask_recovery(uow, world.keyring, omar.email)
    code = newest_mail(world).params["code"]
    fresh = world.password("another long password")
    with doing(world, Actor.anonymous()) as uow:
        assert recovering.recover(uow, world.keyring, omar.email, code, fresh) is None
    assert not alive(world, visit)
    assert isinstance(password_visit(world, omar), Refusal)
    assert password_visit(world, omar, "another long password").awaiting is Awaiting.SECOND_FACTOR
    with doing(world, Actor.anonymous()) as uow:
        again = recovering.recover(uow, world.keyring, omar.email, code, fresh)
    assert again is not None


def test_recovery_answers_alike_for_an_unknown_address(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer")
    answers = []
    for email in (omar.email, "nobody@ktc.example"):
        with doing(world, Actor.anonymous()) as uow:
            recovering.ask_recovery(uow, world.keyring, email)
        with doing(world, Actor.anonymous()) as uow:
            answer = recovering.recover(uow, world.keyring, email, "00000000", world.password())
        answers.append(answer.code if answer else "")
    assert answers == ["wrong-code", "wrong-code"]


def test_presence_is_proved_by_password_or_code(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer")
    visit = password_visit(world, omar)
    with doing(world, Actor.anonymous()) as uow:
        visit = signing_in.pass_second_factor(
            uow, world.keyring, visit.id, omar.id, world.code_for(omar), HERE
        )
    world.clock.advance(minutes=20)
    for proof, expected in (
        (prove_password("wrong password", None), "wrong-password"),
        (TypedFactor("000000"), "wrong-code"),
        (TypedFactor(world.code_for(omar)), None),
    ):
        with doing(world, actor_for(omar)) as uow:
            answer = signing_in.confirm_presence(uow, world.keyring, visit.id, proof)
        assert (answer.code if answer else None) == expected


def test_a_changed_password_ends_the_other_sessions(world: World) -> None:
    eva = world.person("eva@ktc.example", "evaluator")
    here, there = password_visit(world, eva), password_visit(world, eva)
    with reading(world.sessions) as session:
        proof = prove_password(PASSWORD, queries.password_hash(session, eva.id))
    with doing(world, actor_for(eva)) as uow:
        assert (
            changing.change_password(uow, here.id, proof, world.password("another long password"))
            is None
        )
    assert alive(world, here)
    assert not alive(world, there)


def test_practice_accounts_live_in_practice_databases_only(world: World) -> None:
    officer = world.practice("officer@practice.example", "officer")
    with doing(world, Actor.anonymous()) as uow:
        visit = practising.practice_sign_in(uow, officer.id, HERE)
    assert visit.awaiting is Awaiting.NOTHING
    with doing(world, Actor.system("test")) as uow:
        uow.session.get_one(DatabaseMark, 1).kind = DatabaseKind.REAL
    with doing(world, Actor.anonymous()) as uow:
        assert refused(practising.practice_sign_in, uow, officer.id, HERE) == "practice-only"


def test_tokens_and_codes_are_not_in_the_tables(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer", enrolled=False)
    codes = world.enrol(omar)
    visit = password_visit(world, omar)
    with world.sessions() as session:
        dump = everything_in(session)
    assert visit.token not in dump
    assert PASSWORD not in dump
    assert not any(code in dump or code.replace("-", "") in dump for code in codes)


def test_a_session_ends_at_its_absolute_limit(world: World) -> None:
    eva = world.person("eva@ktc.example", "evaluator")
    visit = password_visit(world, eva)
    for _ in range(11):
        world.clock.advance(hours=1)
        with doing(world, Actor.system("sessions")) as uow:
            seeing.keep(uow, visit.id, None)
        assert alive(world, visit)
    world.clock.advance(hours=1)
    assert not alive(world, visit)
