"""How every topic's page is shown and saved: what was typed is kept when it is refused."""

from collections.abc import Callable

from flask import redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import FieldList

from foundation.values.refusal import Refusal
from foundation.values.text import Text, clean_name, clean_text
from tendering.domain.tender import Stage, Tender
from tendering.forms import MOST_ROWS, RevisionForm
from tendering.views.own import book_of, own_tender, to_task_list
from tendering.views.telling import done, tell

BLANK_ROWS = 2
Page = Response | str | tuple[str, int]


def edit_topic(
    tender_id: str,
    form: RevisionForm,
    template: str,
    *,
    fill: Callable[[Tender], None],
    save: Callable[[Tender], Tender],
    fields: dict[str, str],
    before: Callable[[Tender], dict[str, object]] = lambda _tender: {},
    more: Callable[[], None] = lambda: None,
) -> Page:
    """Show one topic's form, or save it; what was typed is kept when it is refused."""
    tender = own_tender(tender_id)
    if request.method == "GET" and tender.stage is not Stage.DRAFT:
        return to_task_list(tender)
    status = 200
    if request.method == "GET":
        fill(tender)
        more()
        form.revision.data = str(tender.revision)
    else:
        try:
            saved = save(tender)
        except Refusal as refusal:
            tell(form, refusal, tender.schedule.zone, fields)
            status = 422
            if refusal.code == "stale-form":
                # The next press saves over what the author has now been told to compare.
                tender = own_tender(tender_id)
                form.revision.data, status = str(tender.revision), 409
            more()
        else:
            done(gettext("Saved."))
            # The page is opened anew, so that rows just saved come back with their ids.
            return redirect(request.path, 303) if "more" in request.form else to_task_list(saved)
    page = render_template(
        f"tendering/{template}.html",
        form=form,
        tender=tender,
        book=book_of(tender),
        **before(tender),
    )
    return page, status


def blank_rows(rows: FieldList, empty: dict[str, str]) -> None:
    """Offer empty rows below the typed ones, as many as the form may still take."""
    for _ in range(min(BLANK_ROWS, MOST_ROWS - len(rows))):
        rows.append_entry(empty)


def short_text(english: str | None, urdu: str | None, longest: int) -> Text:
    """Return a bilingual line, cleaned as names are."""
    return Text(clean_name(english or "", longest=longest), clean_name(urdu or "", longest=longest))


def long_text(english: str | None, urdu: str | None, longest: int) -> Text:
    """Return a bilingual text, its line breaks kept."""
    return Text(
        clean_text(english or "", longest=longest),
        clean_text(urdu or "", longest=longest),
    )
