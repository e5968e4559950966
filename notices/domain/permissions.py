"""The acts of notices, which journal each enters, and who may do it: the system alone."""

from accounts.domain.authority import Permission
from transparency.domain.entry import PublicKind


class NoticeAct(PublicKind):
    """What everybody may know of a notice."""

    ISSUE = "notice.issue"
    RECORD_PDF = "notice.pdf"


PERMISSIONS: dict[str, Permission] = {
    NoticeAct.ISSUE: Permission(system=True),
    NoticeAct.RECORD_PDF: Permission(system=True),
}
