"""Sends the outbox: each message once to its address; without SMTP it stays in the inbox."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from accounts import queries
from foundation import locking
from foundation.database import database_instant
from foundation.jobs import JobContext
from foundation.mail import outbox
from foundation.mail.outbox import MailMessage
from foundation.outgoing import connect
from foundation.settings import LOCAL_NAMES, Settings
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from portal.letters import Letter, letter

SMTP_SECONDS = 20
REFUSED = 500


def deliver_mail(context: JobContext) -> None:
    """Send what is due, one short transaction a message; one that is not taken is put off.

    Of several workers one does so at a time: two would both send what both find unsent. A
    message that cannot be sent keeps no other waiting; a mail server that is away ends the round.

    Raises:
        OSError, Refusal: the first failure, after all others had their turn.
    """
    if not context.settings.smtp_url:
        return
    failed: Exception | None = None
    with context.sessions() as session, locking.only_one(session, "mail") as alone:
        for message_id in _due(context) if alone else ():
            try:
                _deliver(context, message_id)
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, Refusal) as error:
                failed = failed or error
                with unit_of_work(context.sessions, Actor.system("mail")) as uow:
                    outbox.put_off(uow, message_id, refused=_is_refused(error))
    if failed is not None:
        raise failed


def _due(context: JobContext) -> list[str]:
    with reading(context.sessions) as session:
        return outbox.due(session, database_instant(session))


def _is_refused(error: Exception) -> bool:
    """Tell whether the mail server said "never", not "not now"."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= REFUSED for code, _said in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= REFUSED


def _deliver(context: JobContext, message_id: str) -> None:
    with reading(context.sessions) as session:
        message = session.get_one(MailMessage, message_id)
        person = queries.person(session, message.account_id) if message.account_id else None
        address = message.address or (person.email if person else "")
        language = person.language if person else str(message.params.get("language", "en"))
        text = letter(message.kind, message.params, language)
        identifier = message.id
    if address:
        _send(context.settings, identifier, address, text)
    with unit_of_work(context.sessions, Actor.system("mail")) as uow:
        sent = uow.session.get_one(MailMessage, message_id)
        sent.sent_at = sent.sent_at or uow.now


def _send(settings: Settings, identifier: str, address: str, text: Letter) -> None:
    host = urlsplit(settings.public_url).hostname or "localhost"
    mail = EmailMessage()
    mail["From"] = settings.mail_sender or f"muhr@{host}"
    mail["To"] = address
    mail["Subject"] = text.subject
    mail["Message-ID"] = f"<{identifier}@{host}>"
    mail.set_content(text.body)
    with connected(settings) as smtp:
        smtp.send_message(mail)


class _MailServer(smtplib.SMTP):
    """A mail server reached at the address that was judged (`foundation.outgoing`)."""

    def __init__(self, host: str, port: int, *, secure: bool) -> None:
        self.secure = secure
        super().__init__(host, port, timeout=SMTP_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = connect(host, port, timeout)
        if not self.secure:
            return connection
        return ssl.create_default_context().wrap_socket(connection, server_hostname=host)


@contextmanager
def connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """Yield the mail server, encrypted where it can, signed in where the setting says so."""
    server = urlsplit(settings.smtp_url)
    secure = server.scheme == "smtps"
    port = server.port or (465 if secure else 587)
    name = server.hostname or "localhost"
    with _MailServer(name, port, secure=secure) as smtp:
        smtp.ehlo()
        if not secure and smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
        plain = not secure and not smtp.has_extn("starttls") and name not in LOCAL_NAMES
        if server.username and plain:
            raise smtplib.SMTPNotSupportedError("no password is sent in the clear")
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
        yield smtp
