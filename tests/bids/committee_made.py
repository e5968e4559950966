"""A tender whose bids open by a committee: members with keys, rehearsed and published."""

from __future__ import annotations

import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import cache

from accounts.acts.practising import create_practice_account
from accounts.acts.visiting import actor_for
from accounts.credentials import NewPassword, keyring, new_password
from accounts.domain.organisations import PersonForm
from accounts.domain.roles import Role
from bids import queries
from bids.acts import releasing
from bids.acts.reconfirming import confirm_bid
from bids.acts.releasing import Denied
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.money import Money
from foundation.values.text import Text
from sealing import age, hybrid
from sealing.age_keys import AnyIdentity
from sealing.committee import open_share
from sealing.envelope import RoundKey, open_member_share
from tendering import facts as tenders
from tendering.acts import rehearsing, seating
from tendering.domain.committee import fingerprint_of, seated
from tendering.domain.exercises import Exercise, dummy_context
from tendering.domain.tender import BidSecurity, Item, Tender
from tests.bids import made as bids
from tests.tendering import made

NAMES = ("Asma", "Bilal", "Chanda")


@cache
def password() -> NewPassword:
    """Hash the members' password once: hashing is slow on purpose."""
    return new_password(secrets.token_urlsafe(16))


@dataclass(frozen=True)
class Member:
    """A member at the own device: the private key never leaves it."""

    actor: Actor
    identity: AnyIdentity

    @property
    def recipient(self) -> str:
        return str(self.identity.recipient())


@dataclass(frozen=True)
class Sitting:
    """A draft, or a published tender, with its committee."""

    who: made.Council
    tender: Tender
    members: tuple[Member, ...]


def person(context: JobContext, organisation_id: str, name: str) -> Actor:
    """Make an evaluator's account that may sit on the committee."""
    form = PersonForm(Text(name), f"{name.lower()}@example.org")
    with unit_of_work(context.sessions, Actor.system("setup")) as uow:
        account = create_practice_account(
            uow,
            keyring(context.settings),
            organisation_id,
            form,
            (Role.EVALUATOR,),
            password(),
        )
    return actor_for(account, fresh=True)


def drafted(
    context: JobContext,
    names: Sequence[str] = NAMES,
    items: Sequence[Item] = bids.ITEMS,
    method: str = "committee",
) -> Sitting:
    """Write a practice draft under a method with a committee, with people who may sit on it."""
    who = made.council(context.sessions, "KOM")
    draft = _draft(context, who, items, method)
    people = [person(context, who.organisation_id, name) for name in names]
    return Sitting(who, draft, tuple(Member(each, draw(n)) for n, each in enumerate(people)))


def _draft(context: JobContext, who: made.Council, items: Sequence[Item], method: str) -> Tender:
    security = BidSecurity(None, Money(Decimal(50_000), "PKR"))
    facts = replace(made.FACTS, method=method, security=security)
    return made.complete_draft(context.sessions, who, book="practice", items=items, facts=facts)


def another(context: JobContext, sitting: Sitting) -> Sitting:
    """Publish a second tender like the first, its committee of the same people."""
    draft = _draft(context, sitting.who, bids.ITEMS, sitting.tender.method)
    return make_ready(context, name_all(context, replace(sitting, tender=draft)))


def named(
    context: JobContext,
    names: Sequence[str] = NAMES,
    threshold: int = 2,
    method: str = "committee",
) -> Sitting:
    """Name all of them to the committee, without keys."""
    return name_all(context, drafted(context, names, method=method), threshold)


def name_all(context: JobContext, sitting: Sitting, threshold: int = 2) -> Sitting:
    """Let the officer name everybody who may sit."""
    who, draft = sitting.who, sitting.tender
    people = [member.actor for member in sitting.members]
    with unit_of_work(context.sessions, who.officer) as uow:
        tender = seating.name_committee(
            uow, draft.id, draft.revision, [each.account_id for each in people], threshold
        )
    return replace(sitting, tender=tender)


def draw(number: int) -> AnyIdentity:
    """Draw a key; every second one is post-quantum."""
    secret = secrets.token_bytes(32)
    return hybrid.HybridIdentity(secret) if number % 2 else age.Identity(secret)


def make_keys(context: JobContext, sitting: Sitting) -> None:
    for member in sitting.members:
        with unit_of_work(context.sessions, member.actor) as uow:
            seating.admit_key(uow, sitting.tender.id, member.recipient)
        with unit_of_work(context.sessions, member.actor) as uow:
            seating.compare_key(uow, sitting.tender.id, fingerprint_of(member.recipient))


def rehearse(context: JobContext, sitting: Sitting, members: Sequence[Member]) -> None:
    """Let members open their shares of the newest dummy."""
    for member in members:
        share = dummy_share(context, sitting, member)
        exercise = newest_exercise(context, sitting)
        with unit_of_work(context.sessions, member.actor) as uow:
            rehearsing.prove_key(uow, sitting.tender.id, exercise.id, share)


def newest_exercise(context: JobContext, sitting: Sitting) -> Exercise:
    with reading(context.sessions) as session:
        exercise = tenders.newest_exercise(session, sitting.tender.id)
    assert exercise is not None
    return exercise


def dummy_share(context: JobContext, sitting: Sitting, member: Member) -> str:
    """Open a member's share of the newest dummy, as the own device does."""
    with reading(context.sessions) as session:
        committee = tenders.tender(session, sitting.tender.id).committee
    seat = seated(committee, member.actor.account_id)
    dummy = newest_exercise(context, sitting).dummy
    bound = dummy_context(sitting.tender.id)
    return open_share(dummy.part, bound, dummy.eid, seat.number, [member.identity]).hex()


def published(context: JobContext, **naming: object) -> Sitting:
    """Publish a tender whose committee is ready."""
    return make_ready(context, named(context, **naming))  # type: ignore[arg-type]


def make_ready(context: JobContext, sitting: Sitting) -> Sitting:
    """Let the named members make and rehearse their keys, and publish the tender."""
    make_keys(context, sitting)
    rehearse(context, sitting, sitting.members)
    with reading(context.sessions) as session:
        draft = tenders.tender(session, sitting.tender.id)
    tender = made.published(context.sessions, sitting.who, draft, chain=bids.CHAIN)
    return replace(sitting, tender=tender)


def share_of(context: JobContext, sitting: Sitting, member: Member, sealed: bids.Sealed) -> str:
    """Return a member's share of a bid, taken from the sealed bytes as the own device does."""
    tender, context_of_bid = sitting.tender, sealed.receipt.context
    assert tender.chain is not None
    number = context_of_bid.round
    key = RoundKey(tender.chain.hash, tender.chain.public_key, number, bids.sign_round(number))
    seat = seated(tender.committee, member.actor.account_id)
    return open_member_share(
        io.BytesIO(sealed.data), key, context_of_bid, seat.number, [member.identity]
    ).hex()


def release(
    context: JobContext, sitting: Sitting, member: Member, sealed: bids.Sealed, share: str = ""
) -> Denied | None:
    """Post a member's share of a bid."""
    share = share or share_of(context, sitting, member, sealed)
    with unit_of_work(context.sessions, member.actor) as uow:
        return releasing.post_share(uow, sitting.tender.id, sealed.sha256, share)


def confirmed(context: JobContext, sitting: Sitting, who: Actor) -> tuple[Sitting, bids.Sealed]:
    """Let a bid be sealed, the dates move by half an hour, and the bid be confirmed."""
    sealed = bids.submit(context, sitting.tender, who)
    tender = made.dates_moved(context.sessions, sitting.who, sitting.tender, timedelta(minutes=30))
    with reading(context.sessions) as session:
        (own,) = queries.own_submissions(session, who.organisation_id)
    with unit_of_work(context.sessions, who) as uow:
        confirm_bid(uow, own.number, tender.notice or "", bids.key(context))
    return replace(sitting, tender=tender), sealed
