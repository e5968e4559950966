"""The public list of tenders: search, filters, pages cut by key, an ETag and no cookie."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext

from accounts import access
from foundation.values.identifiers import ID_PATTERN
from foundation.values.text import clean_name
from tendering import queries
from tendering.domain.tender import Category, Stage
from tendering.queries import LONGEST_SEARCH, Order, Search, State, TenderLine, TenderPage
from tendering.views import texts
from tendering.views.blueprint import public

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
    """List the published tenders."""
    search = _search()
    page = queries.public_tenders(access.session(), search)
    buyers = queries.buyers(access.session())
    language = texts.language()
    html = render_template(
        "tendering/list.html",
        page_data=page,
        listed=[_listed(line, page) for line in page.lines],
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
    answer = make_response(html)
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


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
    # Whole hours, so that the page and its ETag stand still in between.
    rounded = left if left < 3_600 else left - left % 3_600
    return ListedTender(line, words, kind, max(0, rounded))
