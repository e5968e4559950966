"""Which public act is the occasion of which notice."""

from collections.abc import Mapping

from bids.domain.permissions import OpeningAct
from evaluation.domain.permissions import AwardAct, EvaluationAct
from notices.domain.kinds import Kind
from tendering.domain.permissions import TenderAct

OCCASIONS: Mapping[str, Kind] = {
    str(TenderAct.PUBLISH): Kind.TENDER_NOTICE,
    str(TenderAct.AMEND): Kind.TENDER_NOTICE,
    str(TenderAct.POSTPONE): Kind.TENDER_NOTICE,
    str(TenderAct.CANCEL): Kind.CANCELLATION,
    str(OpeningAct.CONCLUDE): Kind.OPENING_MINUTES,
    str(OpeningAct.CONCLUDE_PRICES): Kind.PRICE_MINUTES,
    str(OpeningAct.LEAVE_UNOPENED): Kind.OPENING_MINUTES,
    str(EvaluationAct.REPORT_TECHNICAL): Kind.TECHNICAL_REPORT,
    str(EvaluationAct.REPORT): Kind.EVALUATION_REPORT,
    str(AwardAct.APPROVE): Kind.AWARD_NOTICE,
    str(AwardAct.END_WITHOUT_BIDS): Kind.AWARD_NOTICE,
}
