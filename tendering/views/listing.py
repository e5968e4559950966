"""The public list of tenders: search, filters, pages cut by key, kept until they change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from accounts import access
from foundation.compression import coding_for
from foundation.database import database_instant
from foundation.kept_pages import LONGEST, KeptPage, page_to_keep
from foundation.values.identifiers import ID_PATTERN
from foundation.values.text import clean_name
from tendering import public_list
from tendering.domain.listing import LONGEST_SEARCH, Order, Search, State
from tendering.domain.tender import Category, Stage
from tendering.public_list import TenderPage
from tendering.tender_lines import TenderLine
from tendering.views import texts
from tendering.views.blueprint import public
from transparency import queries

SOON_SECONDS = 3 * 86_400
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class ListedTender:
    """One tender of the list with the words for its state."""

    line: TenderLine
    status: str
    kind: str
    seconds_left: int


@dataclass(frozen=True)
class Choice:
    """One filter of the form."""

    value: str
    text: str
    chosen: bool


@public.get("/tenders/", strict_slashes=False)
@access.public
def tender_list() -> Response:
    """List the published tenders; what strangers see is kept until it changes."""
    if request.cookies:
        answer = make_response(_rendered(_search())[1])
        answer.add_etag()
    else:
        kept = _kept()
        coding = coding_for(request.accept_encodings.quality)
        answer = make_response(kept.compressed(coding) if coding else kept.body)
        if coding:
            answer.headers["Content-Encoding"] = coding
        answer.set_etag(kept.etag)
    answer.headers["Cache-Control"] = "no-cache"
    answer.make_conditional(request)
    return answer


def _kept() -> KeptPage:
    """Return the page as it stands; it is made anew only when the record or the time changed it."""
    session = access.session()
    newest_act, now = queries.newest_act(session), database_instant(session)
    address = request.full_path
    kept = access.kept_pages().find(address, newest_act, now)
    if kept is None:
        page, html = _rendered(_search(), now)
        kept = page_to_keep(html.encode(), newest_act, now=page.now, until=_until(session, page))
        access.kept_pages().keep(address, kept)
    return kept


def _until(session: Session, page: TenderPage) -> datetime:
    """Return when the page turns by time alone: a count of hours left, or the next deadline."""
    turns = [
        line.deadline_at - timedelta(seconds=_seconds_left(line, page.now))
        for line in page.lines
        if line.stage is Stage.PUBLISHED and line.deadline_at > page.now
    ]
    deadline_at = public_list.next_deadline(session, page.now)
    return min([*turns, *([deadline_at] if deadline_at else [])], default=page.now + LONGEST)


def _rendered(search: Search, now: datetime | None = None) -> tuple[TenderPage, str]:
    page = public_list.public_tenders(access.session(), search, now)
    buyers = public_list.buyers(access.session(), search.organisation_id)
    language = texts.language()
    return page, render_template(
        "tendering/list.html",
        page_data=page,
        listed=[_entry(language, _listed(line, page)) for line in page.lines],
        states=_choices(texts.STATES.items(), search.states),
        categories=_choices(texts.CATEGORIES.items(), search.categories),
        buyers=[
            Choice(buyer_id, name.in_language(language), buyer_id == search.organisation_id)
            for buyer_id, name in buyers
        ],
        newer=_turned(search, before=page.newer) if page.newer else "",
        older=_turned(search, after=page.older) if page.older else "",
        filtered=bool(search.words or search.states or search.categories or search.organisation_id),
    )


@lru_cache(maxsize=5_000)
def _entry(_language: str, entry: ListedTender) -> Markup:
    """Return one tender of the list as it looks in a language; most stay when another changes."""
    return Markup(render_template("tendering/_entry.html", entry=entry).strip())  # noqa: S704  # nosec B704


def _search() -> Search:
    """Return what the address asks for; words it does not know are left out."""
    given = request.args
    organisation_id = given.get("buyer", "")
    return Search(
        words=clean_name(given.get("q", ""), longest=LONGEST_SEARCH),
        states=_known(State, given.getlist("state")),
        categories=_known(Category, given.getlist("category")),
        organisation_id=organisation_id if ID_PATTERN.fullmatch(organisation_id) else "",
        order=Order.CLOSING if given.get("order") == Order.CLOSING else Order.NEWEST,
        after=given.get("after", "")[:200],
        before=given.get("before", "")[:200],
    )


def _known(kind: type[Word], values: Iterable[str]) -> tuple[Word, ...]:
    known = {member.value: member for member in kind}
    return tuple(dict.fromkeys(known[value] for value in values if value in known))


def _choices(words: Iterable[tuple[Word, str]], chosen: tuple[Word, ...]) -> list[Choice]:
    return [
        Choice(word.value, texts.translated(message), word in chosen) for word, message in words
    ]


def _turned(search: Search, *, after: str = "", before: str = "") -> str:
    """Return the address of the neighbouring page, every filter kept."""
    return url_for(
        "tendering.tender_list",
        q=search.words or None,
        state=[state.value for state in search.states],
        category=[category.value for category in search.categories],
        buyer=search.organisation_id or None,
        order=search.order.value if search.order is not Order.NEWEST else None,
        after=after or None,
        before=before or None,
    )


def _listed(line: TenderLine, page: TenderPage) -> ListedTender:
    left = int((line.deadline_at - page.now).total_seconds())
    status, kind = texts.STAGES[line.stage]
    words = texts.translated(status)
    if line.stage is Stage.PUBLISHED:
        if left <= 0:
            words, kind = gettext("Closed, sealed"), "sealed"
        elif left < SOON_SECONDS:
            words, kind = gettext("Closing soon"), "soon"
    return ListedTender(line, words, kind, _seconds_left(line, page.now))


def _seconds_left(line: TenderLine, now: datetime) -> int:
    """Return the time left in whole hours, in the last hour in minutes, then in seconds.

    The page and its ETag stand still in between.
    """
    left = max(0, int((line.deadline_at - now).total_seconds()))
    step = 3_600 if left >= 3_600 else 60 if left >= 60 else 1
    return left - left % step
