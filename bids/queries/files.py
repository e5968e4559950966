"""Reading which files of opened bids are still to be checked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bids.domain.file_check import FileState
from bids.models import OpenedFileRow, SubmissionRow


@dataclass(frozen=True)
class UncheckedFile:
    """A file of an opened bid that is still to be checked."""

    id: str
    sha256: str

    @property
    def blob_key(self) -> str:
        """Return where its bytes lie."""
        return f"opened/{self.sha256[:2]}/{self.sha256}"


def unchecked_files(
    session: Session, tender_ids: list[str], *, scanner: bool, limit: int
) -> tuple[UncheckedFile, ...]:
    """Return files of these tenders that are due (`file_check.is_due`)."""
    never = OpenedFileRow.check_state.is_(None)
    without_scanner = OpenedFileRow.check_state == FileState.UNSCANNED
    due = or_(never, without_scanner) if scanner else never
    rows = session.execute(
        select(OpenedFileRow.id, OpenedFileRow.sha256)
        .join(SubmissionRow, SubmissionRow.id == OpenedFileRow.submission_id)
        .where(SubmissionRow.tender_id.in_(tender_ids), due)
        .limit(limit)
    )
    return tuple(UncheckedFile(*row) for row in rows)
