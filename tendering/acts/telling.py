"""Messages to the people of a tender's organisation, its followers and askers, each sent once."""

from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.instants import instant_text
from tendering import queries
from tendering.domain.tender import PUBLIC_STAGES, Tender


def tell(
    uow: UnitOfWork, kind: str, tender: Tender, account_id: str, *, page: str = "", tail: str = ""
) -> None:
    """Queue a message of ``mails.MAILS`` about ``tender``; nobody is told of his own act.

    ``page`` and ``tail`` name another place than the tender's own page.
    """
    if account_id == uow.actor.account_id:
        return
    page = page or ("tenders" if tender.stage in PUBLIC_STAGES else "drafts")
    outbox.enqueue(
        uow,
        kind=kind,
        params={
            "title": tender.title.as_document(),
            "address": _addresses(page, tender, tail),
        },
        key=f"{kind}:{tender.id}:{account_id}:{instant_text(uow.now)}",
        account_id=account_id,
    )


def tell_member(uow: UnitOfWork, kind: str, tender: Tender, account_id: str) -> None:
    """Queue a message to a member of the committee, who may sit in another house."""
    tell(uow, kind, tender, account_id, page="committee")


def tell_followers(
    uow: UnitOfWork, kind: str, tender: Tender, event: str, *, tail: str = ""
) -> set[str]:
    """Queue the same message for every follower, bidder or not (decision 17); return who."""
    told = set(queries.followers(uow.session, tender.id))
    for account_id in sorted(told):
        outbox.enqueue(
            uow,
            kind=kind,
            params={
                "title": tender.title.as_document(),
                "address": _addresses("tenders", tender, tail),
            },
            key=f"{kind}:{event}:{account_id}",
            account_id=account_id,
        )
    return told


def tell_asker(uow: UnitOfWork, account_id: str, question_id: str) -> None:
    """Queue a message that names neither tender nor question: mail is read on the way."""
    outbox.enqueue(
        uow,
        kind="question.settled",
        params={"address": {lang: f"/{lang}/questions" for lang in ("en", "ur")}},
        key=f"question.settled:{question_id}",
        account_id=account_id,
    )


def _addresses(page: str, tender: Tender, tail: str) -> dict[str, str]:
    return {lang: f"/{lang}/{page}/{tender.id}{tail}" for lang in ("en", "ur")}
