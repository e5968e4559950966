"""Letters to those whose turn it is, in the transaction that makes it their turn."""

from collections.abc import Mapping

from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.canonical import Document
from foundation.values.instants import instant_text
from tendering.domain.tender import Tender


def tell_of_report(
    uow: UnitOfWork,
    kind: str,
    account_id: str,
    tender: Tender,
    about: str,
    params: Mapping[str, Document],
) -> None:
    """Queue a letter to a bidder about its own bid, ``about``, in the technical report."""
    outbox.enqueue(
        uow,
        kind=kind,
        params={
            **params,
            "title": tender.title.as_document(),
            "address": {
                language: f"/{language}/tenders/{tender.id}/technical-report"
                for language in ("en", "ur")
            },
        },
        account_id=account_id,
        key=f"{kind}:{about}:{account_id}",
    )


def tell(uow: UnitOfWork, kind: str, account_id: str, tender: Tender, page: str = "") -> None:
    """Queue one letter of ``kind`` that leads to a page of the evaluation."""
    tail = f"/{page}" if page else ""
    outbox.enqueue(
        uow,
        kind=kind,
        params={
            "title": tender.title.as_document(),
            "address": {
                language: f"/{language}/evaluation/{tender.id}{tail}" for language in ("en", "ur")
            },
        },
        account_id=account_id,
        key=f"{kind}:{tender.id}:{account_id}:{instant_text(uow.now)}",
    )
