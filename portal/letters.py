"""Messages in words: the text of a kind in a language, for inboxes and envelopes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.support import Translations

from foundation.mail.outbox import MailMessage
from portal.languages import TRANSLATIONS
from portal.wiring import MAILS

_ADDRESS = re.compile(r"https?://\S+|(?<=\s)/(?:en|ur)/\S+")


@dataclass(frozen=True)
class Letter:
    """A message in words."""

    subject: str
    body: str


@dataclass(frozen=True)
class MailLine:
    """One message on a page: its paragraphs, and the address it names as a link."""

    id: str
    subject: str
    paragraphs: tuple[str, ...]
    created_at: datetime
    read: bool
    link: str
    link_text: str
    address: str


def letter(kind: str, params: Mapping[str, Any], language: str) -> Letter:
    """Return the text of a message in "en" or "ur".

    Raises:
        KeyError: no package has a text for ``kind``.
    """
    subject, body = MAILS[kind]
    translations = Translations.load(TRANSLATIONS, [language])
    shown = {name: _spoken(value, language) for name, value in params.items()}
    return Letter(translations.gettext(subject) % shown, translations.gettext(body) % shown)


def mail_line(message: MailMessage, language: str, address: str = "") -> MailLine:
    """Return a message as a page shows it."""
    words = letter(message.kind, message.params, language)
    found = _ADDRESS.search(words.body)
    return MailLine(
        id=message.id,
        subject=words.subject,
        paragraphs=tuple(part for part in words.body.split("\n\n") if part.strip()),
        created_at=message.created_at,
        read=message.read_at is not None,
        link=found.group() if found else "",
        link_text="",
        address=message.address or address,
    )


def _spoken(value: object, language: str) -> str:
    """Return a parameter in words; bilingual ones are ``{"en", "ur"}``."""
    if isinstance(value, Mapping):
        other = "ur" if language == "en" else "en"
        return str(value.get(language) or value.get(other) or "")
    return str(value)
