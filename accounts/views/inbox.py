"""The inbox: what this system has written to an account."""

from typing import Any

from flask import redirect, render_template, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from accounts import access, identity, queries
from accounts.acts import reading
from accounts.views.blueprint import blueprint, outside
from foundation.mail import outbox
from foundation.values.refusal import Refusal


def own_mails() -> tuple[Any, ...]:
    """Return the signed-in person's messages in the page's language, newest first."""
    person, language = identity.person(), str(get_locale())
    messages = outbox.messages_for(access.session(), person.id)
    return tuple(access.mail_line(each, language, person.email) for each in messages)


def all_mails() -> tuple[Any, ...]:
    """Return the newest messages to practice accounts and to addresses without account."""
    language = str(get_locale())
    lines = []
    for message in queries.newest_mails(access.session()):
        address = message.address or ""
        if message.account_id:
            try:
                address = queries.person(access.session(), message.account_id).email
            except Refusal:
                continue
        lines.append(access.mail_line(message, language, address))
    return tuple(lines)


@blueprint.get("/inbox")
@access.signed_in
def inbox() -> str:
    """Show the account's messages and mark them as read."""
    page = render_template("portal/inbox.html", mails=own_mails())
    with access.unit_of_work() as uow:
        reading.mark_read(uow)
    return page


@outside.get("/<lang>/inbox")
@access.public
def inbox_page() -> Response:
    """Lead to the inbox."""
    return redirect(url_for("accounts.inbox"))
