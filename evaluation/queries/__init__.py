"""Reading evaluation: what is public, and what panel, officer and approver need."""

from evaluation.queries.published import AwardDecision, LotDecision, award
from evaluation.queries.reports import (
    EvaluationReport,
    ReportedBid,
    ReportedLot,
    StoredReport,
    report,
    stored_report,
    stored_technical_report,
    technical_report,
)

__all__ = [
    "AwardDecision",
    "EvaluationReport",
    "LotDecision",
    "ReportedBid",
    "ReportedLot",
    "StoredReport",
    "award",
    "report",
    "stored_report",
    "stored_technical_report",
    "technical_report",
]
