"""Where passkeys work, what is made of strange answers, and what the acts keep."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import passkeys, queries
from accounts.acts import keying, rescuing, signing_in
from accounts.acts.visiting import NewVisit, actor_for
from accounts.domain.organisations import Person
from accounts.domain.permissions import SignInAct
from accounts.domain.visits import Awaiting
from accounts.passkeys import NewPasskey, PasskeyProof, Site, StoredPasskey
from accounts.queries.passkeys import passkeys_of, stored
from foundation.settings import from_environment
from foundation.unit_of_work import reading
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from tests.accounts.acting import HERE, doing, kinds, password_visit, refused
from tests.accounts.acts.test_readdressing import signed_in
from tests.accounts.conftest import World
from transparency.models import SealedAct

HERE_SITE = Site("localhost", "http://localhost:8000")
KNOWN = (StoredPasskey("p1", "AAAA", "BBBB", 0),)


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        ("https://tenders.ktc.example", Site("tenders.ktc.example", "https://tenders.ktc.example")),
        ("https://Tenders.KTC.example:8443/",
         Site("tenders.ktc.example", "https://tenders.ktc.example:8443")),
        ("https://a.example:443", Site("a.example", "https://a.example")),
        ("http://localhost:8000", HERE_SITE),
        ("http://tenders.ktc.example", None),
        ("https://192.0.2.7", None),
        ("http://127.0.0.1:8000", None),
        ("https://[2001:db8::1]", None),
    ],
)  # fmt: skip
def test_where_passkeys_work(public_url: str, expected: Site | None) -> None:
    assert passkeys.site_of(from_environment({"MUHR_PUBLIC_URL": public_url})) == expected


answers = st.text() | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "rawId", "type", "response", "x"]), inner, max_size=4
        )
    ),
    max_leaves=8,
).map(json.dumps)


@given(answers)
def test_a_strange_answer_is_a_refusal_and_never_a_fault(answer: str) -> None:
    challenge = passkeys.new_challenge()
    for check in (
        lambda: passkeys.check_creation(HERE_SITE, challenge, answer),
        lambda: passkeys.check_request(HERE_SITE, challenge, answer, KNOWN),
    ):
        with pytest.raises(Refusal, match="passkey-failed"):
            check()


@pytest.mark.parametrize("length", [3_000, 30_000])
def test_an_endless_answer_is_refused_before_it_is_read(length: int) -> None:
    challenge, answer = passkeys.new_challenge(), "[" * length
    with pytest.raises(Refusal, match="passkey-failed"):
        passkeys.check_creation(HERE_SITE, challenge, answer)
    with pytest.raises(Refusal, match="passkey-failed"):
        passkeys.check_request(HERE_SITE, challenge, answer, KNOWN)


def add(world: World, person: Person, visit: NewVisit, n: int = 1) -> tuple[str, ...]:
    with doing(world, actor_for(person, fresh=True)) as uow:
        made = NewPasskey(f"credential{n}", "key", 0)
        return keying.add_passkey(uow, world.keyring, visit.id, made, f" Key\u202e {n} ")


def proof(world: World, person: Person, *, new_count: int = 1) -> PasskeyProof:
    with reading(world.sessions) as session:
        each = stored(session, person.id)[0]
    return PasskeyProof(each.id, each.sign_count, new_count)


def test_a_passkey_beside_the_app_gives_no_new_recovery_codes(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer")
    visit = signed_in(world, omar)
    assert add(world, omar, visit) == ()
    assert add(world, omar, visit, 2) == ()
    with reading(world.sessions) as session:
        assert [each.name for each in passkeys_of(session, omar.id)] == ["Key 1", "Key 2"]
        assert queries.person(session, omar.id).passkeys == 2
    assert kinds(world, SealedAct).count(SignInAct.ADD_PASSKEY) == 2


def test_a_proof_lets_in_once(world: World) -> None:
    eva = world.person("eva@ktc.example", "evaluator")
    assert len(add(world, eva, password_visit(world, eva))) == 10
    shown = proof(world, eva)
    for expected in ("", "passkey-failed"):
        waiting = password_visit(world, eva)
        assert waiting.awaiting is Awaiting.SECOND_FACTOR
        with doing(world, Actor.anonymous()) as uow:
            answer = signing_in.pass_second_factor(
                uow, world.keyring, waiting.id, eva.id, shown, HERE
            )
        assert (answer.code if isinstance(answer, Refusal) else "") == expected


def test_somebody_elses_passkey_opens_nothing(world: World) -> None:
    eva, ali = world.person("eva@k.example", "evaluator"), world.person("ali@k.example", "auditor")
    add(world, eva, password_visit(world, eva))
    add(world, ali, password_visit(world, ali), 2)
    waiting, shown = password_visit(world, ali), proof(world, eva)
    with doing(world, Actor.anonymous()) as uow:
        answer = signing_in.pass_second_factor(uow, world.keyring, waiting.id, ali.id, shown, HERE)
    assert isinstance(answer, Refusal)


def test_adding_needs_the_second_factor_fresh_and_a_new_key(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer")
    visit = signed_in(world, omar)
    add(world, omar, visit)
    with doing(world, actor_for(omar, fresh=True)) as uow:
        made = NewPasskey("credential1", "key", 0)
        code = refused(keying.add_passkey, uow, world.keyring, visit.id, made, "")
    assert code == "passkey-known"
    world.clock.advance(minutes=15)
    with doing(world, actor_for(omar, fresh=True)) as uow:
        made = NewPasskey("credential2", "key", 0)
        code = refused(keying.add_passkey, uow, world.keyring, visit.id, made, "")
    assert code == "fresh-second-factor"


def test_only_ones_own_passkey_is_removed(world: World) -> None:
    eva, ali = world.person("eva@k.example", "evaluator"), world.person("ali@k.example", "auditor")
    add(world, eva, password_visit(world, eva))
    add(world, ali, password_visit(world, ali), 2)
    theirs = proof(world, eva).passkey_id
    with doing(world, actor_for(ali, fresh=True)) as uow:
        assert refused(keying.remove_passkey, uow, theirs) == "not-found"
    with doing(world, actor_for(eva)) as uow:
        assert refused(keying.remove_passkey, uow, theirs) == "fresh-sign-in"
    with doing(world, actor_for(eva, fresh=True)) as uow:
        keying.remove_passkey(uow, theirs)
    assert password_visit(world, eva).awaiting is Awaiting.NOTHING


def test_a_reset_takes_the_passkeys_off_too(world: World) -> None:
    adil = world.person("adil@ktc.example", "administrator")
    add(world, adil, signed_in(world, adil))
    with doing(world, Actor.system("console")) as uow:
        rescuing.rescue_administrator(uow, world.keyring, adil.email)
    with reading(world.sessions) as session:
        assert passkeys_of(session, adil.id) == ()
        assert not queries.person(session, adil.id).has_second_factor
