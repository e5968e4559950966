"""The acts of tendering, which journal each enters, and who may do it.

A draft is nobody's business until it is published: its acts enter the sealed journal. The
publication and every later stage are public at once.
"""

from dataclasses import replace

from accounts.domain.authority import Permission, Subject
from accounts.domain.roles import Role
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from tendering.domain import committee
from tendering.domain.tender import ENDED_STAGES, PUBLIC_STAGES, Stage, Tender
from transparency.domain.entry import PublicKind, SealedKind


class TenderAct(PublicKind):
    """What everybody may know of a tender, from its publication on."""

    PUBLISH = "tender.publish"
    PROGRESS = "tender.progress"
    HAND_OVER = "tender.hand-over"
    HAND_BACK = "tender.hand-back"
    AMEND = "tender.amend"
    CANCEL = "tender.cancel"
    POSTPONE = "tender.postpone"


class DraftAct(SealedKind):
    """What happens to a draft within its organisation."""

    CREATE = "draft.create"
    EDIT = "draft.edit"
    SUBMIT = "draft.submit"
    RECALL = "draft.recall"
    SEND_BACK = "draft.send-back"
    HAND_OVER = "draft.hand-over"
    HAND_BACK = "draft.hand-back"


class ChangeAct(SealedKind):
    """What happens to the draft of a change, besides what happens to every draft."""

    BEGIN = "change.begin"
    EXPLAIN = "change.explain"
    DISCARD = "change.discard"


class SeatingAct(SealedKind):
    """What happens to the opening committee of a draft."""

    NAME = "committee.name"
    KEY = "committee.key"
    COMPARE = "committee.compare"
    REHEARSE = "committee.rehearse"
    LOSE = "committee.lose"


class CommitteeAct(PublicKind):
    """What everybody may know of a published tender's committee before its opening."""

    EXERCISE = "committee.exercise"
    PROVE = "committee.prove"
    REPORT_LOST = "committee.key-lost"
    UNATTENDED = "committee.unattended"
    WARN = "committee.too-few-proofs"
    STATE_DESTROYED = "committee.key-destroyed"


class FollowAct(SealedKind):
    """Who follows a tender is nobody else's business."""

    FOLLOW = "tender.follow"
    UNFOLLOW = "tender.unfollow"


class QuestionAct(PublicKind):
    """What everybody may know of the questions about a tender: never who asked."""

    ANSWER = "question.answer"
    SET_ASIDE = "question.set-aside"


class AskingAct(SealedKind):
    """Who asked, and which questions one answer settles; auditors read it after the opening."""

    ASK = "asking.question"
    SETTLE = "asking.settled"


def second_person(actor: Actor, subject: Subject) -> None:
    """Refuse an approver who changed the draft himself.

    Raises:
        Refusal: ``second-person``.
    """
    if isinstance(subject, Tender):
        hands = {*subject.authors, subject.created_by, subject.submitted_by}
        if actor.account_id in hands:
            raise Refusal("second-person")


def seated(actor: Actor, subject: Subject) -> None:
    """Refuse anybody who has no seat on the tender's committee.

    Raises:
        Refusal: ``not-a-member``.
    """
    if isinstance(subject, Tender):
        committee.seated(subject.committee, actor.account_id)


# Nobody who may bid sits on a committee.
COMMITTEE_ROLES = frozenset(Role) - {Role.VENDOR}
_OFFICER = frozenset({Role.OFFICER})
_APPROVER = frozenset({Role.APPROVER})
_DRAFT = frozenset({Stage.DRAFT.value})
_IN_APPROVAL = frozenset({Stage.IN_APPROVAL.value})
_PUBLISHED = frozenset({Stage.PUBLISHED.value})
_CLOSED = frozenset({Stage.CLOSED.value})
_ENDED = frozenset(stage.value for stage in ENDED_STAGES)
_MEMBER_OF_DRAFT = Permission(
    roles=COMMITTEE_ROLES, stages=_DRAFT, fresh=True, predicates=(seated,)
)
_PUBLIC = frozenset(stage.value for stage in PUBLIC_STAGES)

PERMISSIONS: dict[str, Permission] = {
    DraftAct.CREATE: Permission(roles=_OFFICER),
    DraftAct.EDIT: Permission(roles=_OFFICER, stages=_DRAFT, own=True),
    DraftAct.SUBMIT: Permission(roles=_OFFICER, stages=_DRAFT, own=True),
    DraftAct.RECALL: Permission(roles=_OFFICER, stages=_IN_APPROVAL, own=True),
    DraftAct.SEND_BACK: Permission(roles=_APPROVER, stages=_IN_APPROVAL, own=True),
    TenderAct.PUBLISH: Permission(
        roles=_APPROVER, stages=_IN_APPROVAL, own=True, fresh=True, predicates=(second_person,)
    ),
    # Whoever is ill cannot hand over: any colleague of the office does it for him, on record.
    DraftAct.HAND_OVER: Permission(roles=_OFFICER | _APPROVER, own=True, fresh=True),
    DraftAct.HAND_BACK: Permission(roles=_OFFICER | _APPROVER, own=True, fresh=True),
    TenderAct.HAND_OVER: Permission(roles=_OFFICER | _APPROVER, own=True, fresh=True),
    TenderAct.HAND_BACK: Permission(roles=_OFFICER | _APPROVER, own=True, fresh=True),
    ChangeAct.BEGIN: Permission(roles=_OFFICER, stages=_PUBLISHED, own=True),
    ChangeAct.EXPLAIN: Permission(roles=_OFFICER, stages=_DRAFT, own=True),
    ChangeAct.DISCARD: Permission(roles=_OFFICER, stages=_DRAFT, own=True),
    # Judged on the draft of the change: whoever had a hand in it cannot carry it out.
    TenderAct.AMEND: Permission(
        roles=_APPROVER, stages=_IN_APPROVAL, own=True, fresh=True, predicates=(second_person,)
    ),
    TenderAct.CANCEL: Permission(
        roles=_APPROVER, stages=_IN_APPROVAL, own=True, fresh=True, predicates=(second_person,)
    ),
    # Who the second person is, the hold of the opening knows (bids.domain.outage).
    TenderAct.POSTPONE: Permission(roles=_APPROVER, stages=_CLOSED, own=True, fresh=True),
    SeatingAct.NAME: Permission(roles=_OFFICER, stages=_DRAFT, own=True),
    SeatingAct.KEY: _MEMBER_OF_DRAFT,
    SeatingAct.COMPARE: _MEMBER_OF_DRAFT,
    SeatingAct.REHEARSE: _MEMBER_OF_DRAFT,
    SeatingAct.LOSE: replace(_MEMBER_OF_DRAFT, stages=_DRAFT | _IN_APPROVAL),
    CommitteeAct.EXERCISE: Permission(stages=_PUBLISHED | _CLOSED, system=True),
    CommitteeAct.WARN: Permission(stages=_PUBLISHED | _CLOSED, system=True),
    CommitteeAct.PROVE: Permission(
        roles=COMMITTEE_ROLES, stages=_PUBLISHED | _CLOSED, predicates=(seated,)
    ),
    CommitteeAct.REPORT_LOST: Permission(
        roles=COMMITTEE_ROLES, stages=_PUBLIC, fresh=True, predicates=(seated,)
    ),
    CommitteeAct.UNATTENDED: Permission(
        roles=COMMITTEE_ROLES, stages=_PUBLIC, fresh=True, predicates=(seated,)
    ),
    CommitteeAct.STATE_DESTROYED: Permission(
        roles=COMMITTEE_ROLES, stages=_ENDED, fresh=True, predicates=(seated,)
    ),
    # Instants decide further: ``domain.questions`` refuses with the cut-off.
    AskingAct.ASK: Permission(roles=frozenset({Role.VENDOR}), stages=_PUBLIC),
    AskingAct.SETTLE: Permission(roles=_OFFICER, stages=_PUBLIC, own=True),
    QuestionAct.ANSWER: Permission(roles=_OFFICER, stages=_PUBLIC, own=True),
    QuestionAct.SET_ASIDE: Permission(roles=_OFFICER, stages=_PUBLIC, own=True),
    FollowAct.FOLLOW: Permission(roles=frozenset(Role)),
    FollowAct.UNFOLLOW: Permission(roles=frozenset(Role)),
    # The acts of bids and evaluation that move a stage have permission rows of their own.
    TenderAct.PROGRESS: Permission(
        roles=frozenset({Role.OFFICER, Role.APPROVER, Role.EVALUATOR}), own=True, system=True
    ),
}
