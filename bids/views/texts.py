"""Texts in the page's language, typed."""

from __future__ import annotations

from flask_babel import get_locale, gettext

from bids.domain.incident import Trouble


def _(msgid: str, **values: object) -> str:
    """Return a text in the language of the page, its named values put in."""
    return str(gettext(msgid, **values))


def kind_words(kind: str) -> str:
    """Return what an envelope is called; nothing where a bid has but one."""
    names = {"technical": _("Technical envelope"), "financial": _("Financial envelope")}
    return names.get(kind, "")


def language() -> str:
    """Return "en" or "ur", the language of this answer."""
    return str(get_locale() or "en")


def trouble_words(trouble: Trouble) -> str:
    """Return what keeps an opening from going on by itself."""
    return {
        Trouble.BEACON_GONE: _("The beacon's key for this opening does not come"),
        Trouble.QUORUM_LOST: _("Too few members of the committee give their shares"),
    }[trouble]
