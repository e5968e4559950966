"""The acts of tendering, which journal each enters, and who may do it.

A draft is nobody's business until it is published: its acts enter the sealed journal. The
publication and every later stage are public at once.
"""

from accounts.domain.authority import Permission, Subject
from accounts.domain.roles import Role
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from tendering.domain.tender import PUBLIC_STAGES, Stage, Tender
from transparency.domain.entry import PublicKind, SealedKind


class TenderAct(PublicKind):
    """What everybody may know of a tender, from its publication on."""

    PUBLISH = "tender.publish"
    PROGRESS = "tender.progress"


class DraftAct(SealedKind):
    """What happens to a draft within its organisation."""

    CREATE = "draft.create"
    EDIT = "draft.edit"
    SUBMIT = "draft.submit"
    RECALL = "draft.recall"
    SEND_BACK = "draft.send-back"


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


_OFFICER = frozenset({Role.OFFICER})
_APPROVER = frozenset({Role.APPROVER})
_DRAFT = frozenset({Stage.DRAFT.value})
_IN_APPROVAL = frozenset({Stage.IN_APPROVAL.value})
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
