"""The acts about bids and who may do them: one row an act."""

from __future__ import annotations

from accounts.domain.authority import Permission
from accounts.domain.roles import Role
from tendering.domain.permissions import COMMITTEE_ROLES, seated
from tendering.domain.tender import ENDED_STAGES, Stage
from transparency.domain.entry import PublicKind, SealedKind


class BidAct(SealedKind):
    """Acts about a bid and its attempts; hidden until the opening."""

    COMMIT = "bid.commit"
    RECORD = "bid.record"
    REFUSE = "bid.refuse"
    WITHDRAW = "bid.withdraw"
    VOID = "bid.void"
    CONFIRM = "bid.confirm"
    DESTROY = "bid.destroy"
    CHECK_FILE = "bid.check-file"
    REVEAL = "bid.reveal"


class OpeningAct(PublicKind):
    """Acts of the box and the opening; public at once."""

    TICK = "box.tick"
    CLOSE_BOX = "box.closed"
    BEGIN = "opening.begin"
    ADMIT_SIGNATURE = "opening.unlock"
    RECORD_OPENED = "opening.envelope"
    PAUSE = "opening.pause"
    CONCLUDE = "opening.conclude"
    OPEN_PRICES = "opening.prices"
    CONCLUDE_PRICES = "opening.prices-read"
    DESTROY_SHARES = "opening.shares-destroyed"
    READ_OUTER = "opening.outer"
    POST_SHARE = "opening.share"
    BAD_SHARE = "opening.bad-share"
    DEALER_CHEATED = "opening.dealer-cheated"
    REFUSED_ATTEMPT = "opening.refused-attempt"
    HOLD_FOR_BIDS = "opening.too-few"
    GO_ON = "opening.go-on"
    LEAVE_UNOPENED = "opening.leave-unopened"
    DIGEST = "day.digest"
    CONFIRM_CLOCK = "clock.confirm"
    HOLD = "opening.hold"
    PROPOSE_RELEASE = "opening.propose-release"
    PROPOSE_LATER = "opening.propose-later"
    RELEASE = "opening.release"
    RESTORE = "platform.restored"
    PROPOSE_INCIDENT = "incident.propose"
    DECLARE_INCIDENT = "incident.declare"
    END_INCIDENT = "incident.end"
    CLOSE_WINDOW = "incident.window-closed"
    NOT_REVEALED = "incident.not-revealed"


_VENDOR = frozenset({Role.VENDOR})
_SYSTEM = Permission(system=True)
_CLOSED = frozenset({Stage.CLOSED.value})
_OPENING = frozenset({Stage.OPENING.value, Stage.OPENING_PRICES.value})
# Too early is the rule's word, not a stage's: the attempt is put on record.
_MEMBER = Permission(roles=COMMITTEE_ROLES, fresh=True, predicates=(seated,))
_SECOND_PERSON = Permission(
    roles=frozenset({Role.APPROVER}), stages=frozenset({Stage.OPENING}), own=True, fresh=True
)

PERMISSIONS: dict[str, Permission] = {
    # Whether the tender still takes bids is the reception's word: a late attempt leaves a trace.
    BidAct.COMMIT: Permission(roles=_VENDOR, fresh=True),
    BidAct.RECORD: Permission(roles=_VENDOR, own=True),
    BidAct.REFUSE: Permission(roles=_VENDOR, own=True),
    BidAct.WITHDRAW: Permission(roles=_VENDOR, own=True, fresh=True),
    BidAct.CONFIRM: Permission(roles=_VENDOR, own=True, fresh=True),
    # A part of the act that changes the tender, which has a permission row of its own.
    BidAct.VOID: Permission(roles=frozenset({Role.APPROVER}), own=True),
    BidAct.DESTROY: _SYSTEM,
    BidAct.CHECK_FILE: _SYSTEM,
    # Whether a window is open, and for which envelopes, is the incident's own word.
    BidAct.REVEAL: Permission(roles=_VENDOR, own=True, fresh=True),
    OpeningAct.TICK: _SYSTEM,
    OpeningAct.CLOSE_BOX: _SYSTEM,
    OpeningAct.BEGIN: _SYSTEM,
    OpeningAct.ADMIT_SIGNATURE: _SYSTEM,
    OpeningAct.RECORD_OPENED: _SYSTEM,
    OpeningAct.PAUSE: _SYSTEM,
    OpeningAct.CONCLUDE: _SYSTEM,
    OpeningAct.CONCLUDE_PRICES: _SYSTEM,
    OpeningAct.DESTROY_SHARES: Permission(stages=ENDED_STAGES, system=True),
    # A part of the act by which a second person starts it, which has a row of its own.
    OpeningAct.OPEN_PRICES: Permission(
        roles=frozenset({Role.APPROVER}),
        stages=frozenset({Stage.TECHNICAL_REPORTED}),
        own=True,
        fresh=True,
    ),
    OpeningAct.READ_OUTER: _SYSTEM,
    OpeningAct.POST_SHARE: _MEMBER,
    OpeningAct.BAD_SHARE: _MEMBER,
    OpeningAct.DEALER_CHEATED: _MEMBER,
    OpeningAct.REFUSED_ATTEMPT: _MEMBER,
    OpeningAct.DIGEST: _SYSTEM,
    OpeningAct.CONFIRM_CLOCK: _SYSTEM,
    OpeningAct.HOLD: _SYSTEM,
    # Who the second person is, the hold itself knows (bids.domain.outage.release).
    OpeningAct.PROPOSE_RELEASE: Permission(
        roles=frozenset({Role.OFFICER, Role.APPROVER}), stages=_CLOSED, own=True, fresh=True
    ),
    OpeningAct.PROPOSE_LATER: Permission(
        roles=frozenset({Role.OFFICER, Role.APPROVER}), stages=_CLOSED, own=True, fresh=True
    ),
    OpeningAct.RELEASE: Permission(
        roles=frozenset({Role.APPROVER}), stages=_CLOSED, own=True, fresh=True
    ),
    OpeningAct.RESTORE: _SYSTEM,
    # Who the second person is, the incident itself knows (bids.domain.incident.declare).
    OpeningAct.PROPOSE_INCIDENT: Permission(
        roles=frozenset({Role.OFFICER}), stages=_OPENING, own=True, fresh=True
    ),
    OpeningAct.DECLARE_INCIDENT: Permission(
        roles=frozenset({Role.APPROVER}), stages=_OPENING, own=True, fresh=True
    ),
    OpeningAct.END_INCIDENT: _SYSTEM,
    OpeningAct.CLOSE_WINDOW: _SYSTEM,
    OpeningAct.NOT_REVEALED: _SYSTEM,
    OpeningAct.HOLD_FOR_BIDS: _SYSTEM,
    OpeningAct.GO_ON: _SECOND_PERSON,
    OpeningAct.LEAVE_UNOPENED: _SECOND_PERSON,
}
