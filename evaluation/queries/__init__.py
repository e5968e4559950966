"""Reading evaluation: what is public, and what panel, officer and approver need."""

from evaluation.queries.published import (
    AwardDecision,
    EvaluationReport,
    LotDecision,
    ReportedBid,
    ReportedLot,
    StoredReport,
    award,
    report,
    stored_report,
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
]
