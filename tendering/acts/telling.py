"""Messages to the people of a tender's organisation, each sent once."""

from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.instants import instant_text
from tendering import queries
from tendering.domain.tender import PUBLIC_STAGES, Tender


def tell(uow: UnitOfWork, kind: str, tender: Tender, account_id: str) -> None:
    """Queue a message of ``mails.MAILS`` about ``tender``; nobody is told of his own act."""
    if account_id != uow.actor.account_id:
        _enqueue(uow, kind, tender, account_id)


def _enqueue(uow: UnitOfWork, kind: str, tender: Tender, account_id: str) -> None:
    page = "tenders" if tender.stage in PUBLIC_STAGES else "drafts"
    outbox.enqueue(
        uow,
        kind=kind,
        params={
            "title": tender.title.as_document(),
            "address": {lang: f"/{lang}/{page}/{tender.id}" for lang in ("en", "ur")},
        },
        key=f"{kind}:{tender.id}:{account_id}:{instant_text(uow.now)}",
        account_id=account_id,
    )


def tell_followers(uow: UnitOfWork, kind: str, tender: Tender) -> set[str]:
    """Queue the same message to every follower of ``tender``; return whom it went to."""
    told = set(queries.followers(uow.session, tender.id))
    for account_id in sorted(told):
        _enqueue(uow, kind, tender, account_id)
    return told
