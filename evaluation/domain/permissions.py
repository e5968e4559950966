"""The acts of evaluation and award, which journal each enters, and who may do it.

Public: who sits on the panel, who handed in, the report and the award. Sealed: findings, points
and reads, because nobody may learn of another's points before all are in; the entry of a score
carries a salted digest only, so that it cannot be changed later unseen.
"""

from accounts.domain.authority import Permission
from accounts.domain.roles import Role
from tendering.domain.tender import READ_STAGES, Stage
from transparency.domain.entry import PublicKind, SealedKind


class EvaluationAct(PublicKind):
    """Acts of the panel and its officer that everybody may see."""

    CONVENE = "evaluation.convene"
    DECLARE = "evaluation.declare"
    REPLACE = "evaluation.replace"
    HAND_IN = "evaluation.hand-in"
    REPORT_TECHNICAL = "evaluation.report-technical"
    REPORT = "evaluation.report"


class PanelAct(SealedKind):
    """What the panel does behind its door."""

    FIND = "evaluation.find"
    SCORE = "evaluation.score"
    EXPLAIN_SPREAD = "evaluation.explain-spread"
    DISQUALIFY = "evaluation.disqualify"
    REINSTATE = "evaluation.reinstate"
    READ_FILE = "evaluation.read-file"


class AwardAct(PublicKind):
    """From the report to the end of the tender."""

    PROPOSE = "award.propose"
    RETURN = "award.return"
    APPROVE = "award.approve"
    END_WITHOUT_BIDS = "award.no-bids"
    OPEN_ALL_THE_SAME = "award.open-all-the-same"
    OPEN_PRICES = "award.open-prices"


BEFORE_REPORT = frozenset({Stage.PUBLISHED, Stage.CLOSED, Stage.OPENING, Stage.OPENED})
_OFFICER = frozenset({Role.OFFICER})
_APPROVER = frozenset({Role.APPROVER})
_EVALUATOR = frozenset({Role.EVALUATOR})
_OPENED = frozenset({Stage.OPENED})
_PRICED = frozenset({Stage.PRICES_OPENED})
# An award follows a report; an end without one is decided from the opening on.
_TO_DECIDE = frozenset(
    {
        Stage.OPENING,
        Stage.OPENED,
        Stage.TECHNICAL_REPORTED,
        Stage.PRICES_OPENED,
        Stage.REPORTED,
    }
)
REJECTABLE = _TO_DECIDE - {Stage.OPENING, Stage.REPORTED}  # all bids, before a ranking
_READ = frozenset(READ_STAGES) - {Stage.OPENING}

PERMISSIONS: dict[str, Permission] = {
    EvaluationAct.CONVENE: Permission(roles=_OFFICER, stages=BEFORE_REPORT, own=True),
    EvaluationAct.DECLARE: Permission(roles=_EVALUATOR, stages=_OPENED, own=True),
    EvaluationAct.REPLACE: Permission(roles=_OFFICER, stages=BEFORE_REPORT, own=True),
    EvaluationAct.HAND_IN: Permission(roles=_EVALUATOR, stages=_OPENED, own=True),
    EvaluationAct.REPORT_TECHNICAL: Permission(roles=_OFFICER, stages=_OPENED, own=True),
    EvaluationAct.REPORT: Permission(
        roles=_OFFICER, stages=frozenset({Stage.OPENED, Stage.PRICES_OPENED}), own=True
    ),
    PanelAct.FIND: Permission(roles=_EVALUATOR, stages=_OPENED, own=True),
    PanelAct.SCORE: Permission(roles=_EVALUATOR, stages=_OPENED, own=True),
    PanelAct.EXPLAIN_SPREAD: Permission(roles=_EVALUATOR, stages=_OPENED, own=True),
    PanelAct.DISQUALIFY: Permission(roles=_EVALUATOR, stages=_PRICED, own=True),
    PanelAct.REINSTATE: Permission(roles=_EVALUATOR, stages=_PRICED, own=True),
    PanelAct.READ_FILE: Permission(roles=_EVALUATOR, stages=_READ, own=True),
    AwardAct.PROPOSE: Permission(roles=_OFFICER, stages=_TO_DECIDE, own=True),
    AwardAct.RETURN: Permission(roles=_APPROVER, stages=_TO_DECIDE, own=True),
    AwardAct.APPROVE: Permission(roles=_APPROVER, stages=_TO_DECIDE, own=True, fresh=True),
    AwardAct.OPEN_ALL_THE_SAME: Permission(
        roles=_APPROVER, stages=frozenset({Stage.OPENING}), own=True, fresh=True
    ),
    AwardAct.OPEN_PRICES: Permission(
        roles=_APPROVER, stages=frozenset({Stage.TECHNICAL_REPORTED}), own=True, fresh=True
    ),
    AwardAct.END_WITHOUT_BIDS: Permission(roles=_OFFICER, stages=_OPENED, own=True, fresh=True),
}
