"""Signing in, confirming an address and recovering, and the sessions they begin and end."""

from accounts import queries
from accounts.acts import (
    changing,
    limiting,
    practising,
    recovering,
    registering,
    seeing,
    signing_in,
)
from accounts.acts.signing_in import TypedFactor
from accounts.acts.visiting import NewVisit, actor_for
from accounts.credentials import prove_password
from accounts.domain.limits import LIMITS, Tried
from accounts.domain.organisations import PersonForm
from accounts.domain.permissions import SignInAct
from accounts.domain.visits import Awaiting
from foundation.database import DatabaseKind, DatabaseMark
from foundation.unit_of_work import reading
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tests.accounts.acting import (
    HERE,
    alive,
    confirm,
    doing,
    kinds,
    newest_mail,
    password_visit,
    refused,
)
from tests.accounts.conftest import FIRM, PASSWORD, World
from tests.databases import everything_in
from transparency.models import SealedAct


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
