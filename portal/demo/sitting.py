"""The opening committees of the demo: their keys made, compared and proved, their shares given."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bids.acts import releasing
from bids.queries import shares
from foundation.unit_of_work import reading
from portal.demo import practice_keys
from portal.demo.consulting_story import MEMBERS, THRESHOLD
from portal.demo.walking import World
from sealing.committee import open_share
from sealing.hybrid import HybridIdentity
from tendering import facts
from tendering.acts import rehearsing, seating
from tendering.domain.committee import fingerprint_of, seated
from tendering.domain.exercises import dummy_context
from tendering.jobs import watch_committees

SEED_SIZE = 32


def _draw() -> dict[str, HybridIdentity]:
    return {member: HybridIdentity(secrets.token_bytes(SEED_SIZE)) for member in MEMBERS}


@dataclass(frozen=True)
class Sitting:
    """One tender's committee; its keys live in memory alone unless they are kept for practice."""

    world: World
    tender_id: str
    keys: Mapping[str, HybridIdentity] = field(default_factory=_draw, repr=False)

    def name(self) -> None:
        """Let the officer name the members."""
        people = [self.world.people[member].id for member in MEMBERS]
        revision = self.world.tender(self.tender_id).revision
        self.world.act(
            "officer", seating.name_committee, self.tender_id, revision, people, THRESHOLD
        )

    def hand_in(self, members: Iterable[str] = MEMBERS) -> None:
        """Let members hand in their public keys and compare the fingerprints."""
        for member in members:
            recipient = str(self.keys[member].recipient())
            self.world.act(member, seating.admit_key, self.tender_id, recipient)
            self.world.act(member, seating.compare_key, self.tender_id, fingerprint_of(recipient))

    def prove(self, members: Iterable[str] = MEMBERS) -> None:
        """Let members open their shares of the newest dummy; one that is due is made first."""
        watch_committees(self.world.context)
        with reading(self.world.context.sessions) as session:
            exercise = facts.newest_exercise(session, self.tender_id)
        if exercise is None:
            return
        dummy, bound = exercise.dummy, dummy_context(self.tender_id)
        for member in members:
            key = [self.keys[member]]
            share = open_share(dummy.part, bound, dummy.eid, self._number(member), key)
            self.world.act(member, rehearsing.prove_key, self.tender_id, exercise.id, share.hex())

    def give(self, members: Iterable[str]) -> None:
        """Let members give their shares of every bid that awaits them."""
        with reading(self.world.context.sessions) as session:
            parts = shares.read_parts(session, self.tender_id)
        for member in members:
            number, key = self._number(member), [self.keys[member]]
            for part in parts:
                if number not in part.posted:
                    share = open_share(part.part, part.context, part.eid, number, key)
                    self.world.act(
                        member, releasing.post_share, self.tender_id, part.sha256, share.hex()
                    )

    def keep_for_practice(self, members: Iterable[str] = MEMBERS) -> None:
        """Put members' keys where whoever practises finds them."""
        kept = {self.world.people[member].id: str(self.keys[member]) for member in members}
        practice_keys.keep(self.world.context.settings, self.tender_id, kept)

    def _number(self, member: str) -> int:
        committee = self.world.tender(self.tender_id).committee
        return seated(committee, self.world.people[member].id).number
