"""Messages leave once each through a real SMTP conversation, in the person's language."""

import dataclasses
import re
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.mail import outbox
from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from portal import mail_delivery
from portal.letters import letter
from portal.mail_delivery import deliver_mail
from portal.wiring import MAILS
from tests.portal.mail_server import MailServer


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


def sending(context: JobContext, server: MailServer) -> JobContext:
    settings = dataclasses.replace(context.settings, smtp_url=f"smtp://127.0.0.1:{server.port}")
    return dataclasses.replace(context, settings=settings)


def queue(context: JobContext, key: str, address: str = "vendor@firm.example") -> None:
    with unit_of_work(context.sessions, Actor.system("test")) as uow:
        outbox.enqueue(
            uow,
            kind="account.code-confirm",
            params={"code": "246810", "minutes": 15},
            key=key,
            address=address,
        )


def test_each_message_is_sent_once(job_context: JobContext, server: MailServer) -> None:
    context = sending(job_context, server)
    queue(context, "one")

    deliver_mail(context)
    deliver_mail(context)

    assert len(server.taken) == 1
    assert "To: vendor@firm.example" in server.taken[0]
    assert "246810" in server.taken[0]


def test_several_workers_send_each_message_once(
    job_context: JobContext, server: MailServer
) -> None:
    context = sending(job_context, server)
    for n in range(5):
        queue(context, f"event {n}")

    workers = [threading.Thread(target=deliver_mail, args=(context,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    deliver_mail(context)

    assert len(server.taken) == 5


def test_an_address_that_is_refused_keeps_no_other_message(
    job_context: JobContext, server: MailServer
) -> None:
    context = sending(job_context, server)
    queue(context, "refused", "nobody@firm.example")
    queue(context, "taken")

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        deliver_mail(context)

    assert len(server.taken) == 1


@pytest.mark.parametrize("refuses_text", [False, True])
def test_a_message_that_is_refused_is_tried_twice_a_day_and_then_given_up(
    job_context: JobContext, server: MailServer, clock: FrozenClock, refuses_text: bool
) -> None:
    server.refuses_text = refuses_text
    context = sending(job_context, server)
    queue(context, "refused", "nobody@firm.example")
    begun, tried = clock.at, []
    while clock.at < begun + timedelta(days=6):
        asked = server.asked
        with suppress(smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
            deliver_mail(context)
        if server.asked > asked:
            tried.append((clock.at - begun) / timedelta(hours=1))
        clock.at += timedelta(hours=1)

    assert tried == [12 * n for n in range(11)]
    with reading(context.sessions) as session:
        assert outbox.oldest_unsent_at(session) is None
        assert outbox.given_up_since(session, begun + timedelta(days=4)) == 1
        assert outbox.given_up_since(session, clock.at) == 0


def test_a_message_that_is_not_taken_now_is_tried_again_later_and_later(
    job_context: JobContext, server: MailServer, clock: FrozenClock
) -> None:
    server.answer = "451 not now"
    context = sending(job_context, server)
    queue(context, "put off", "nobody@firm.example")
    begun, tried = clock.at, []
    while clock.at < begun + timedelta(days=6):
        asked = server.asked
        with suppress(smtplib.SMTPRecipientsRefused):
            deliver_mail(context)
        if server.asked > asked:
            tried.append((clock.at - begun) / timedelta(minutes=1))
        clock.at += timedelta(minutes=1) if len(tried) < 6 else timedelta(hours=6)

    assert tried[:6] == [0, 1, 6, 21, 51, 81]
    assert max(tried) <= timedelta(days=5, hours=6) / timedelta(minutes=1)
    with reading(context.sessions) as session:
        assert outbox.oldest_unsent_at(session) is None


def test_a_message_put_off_is_sent_once_when_it_is_taken(
    job_context: JobContext, server: MailServer, clock: FrozenClock
) -> None:
    server.answer = "451 not now"
    context = sending(job_context, server)
    queue(context, "put off", "nobody@firm.example")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        deliver_mail(context)
    server.refused = b"somebody else"

    deliver_mail(context)
    assert server.taken == []
    clock.at += timedelta(minutes=1)
    deliver_mail(context)
    deliver_mail(context)

    assert len(server.taken) == 1


def test_without_smtp_messages_wait_in_the_outbox(job_context: JobContext) -> None:
    queue(job_context, "one")

    deliver_mail(job_context)

    with reading(job_context.sessions) as session:
        assert session.execute(select(MailMessage.sent_at)).scalars().all() == [None]


def test_a_server_that_is_away_loses_nothing(job_context: JobContext) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings = dataclasses.replace(job_context.settings, smtp_url=f"smtp://127.0.0.1:{port}")
    context = dataclasses.replace(job_context, settings=settings)
    queue(context, "one")

    with pytest.raises(OSError, match="refused"):
        deliver_mail(context)

    with reading(context.sessions) as session:
        assert session.execute(select(MailMessage.sent_at)).scalars().all() == [None]


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("kind", sorted(MAILS))
def test_every_message_has_words_in_both_languages(kind: str, language: str) -> None:
    params = dict.fromkeys(re.findall(r"%\((\w+)\)", "".join(MAILS[kind])), "42")

    words = letter(kind, params, language)

    assert words.subject
    assert words.body
    assert "%(" not in words.subject + words.body


def test_no_password_goes_out_in_the_clear(job_context, server, monkeypatch) -> None:
    url = "smtp://{}@mail.test:{}".format("user:word", server.port)
    settings = dataclasses.replace(job_context.settings, smtp_url=url)
    here = socket.create_connection
    monkeypatch.setattr(
        mail_delivery, "connect", lambda _host, port, timeout: here(("127.0.0.1", port), timeout)
    )
    with (
        pytest.raises(smtplib.SMTPNotSupportedError),
        mail_delivery.connected(settings),
    ):
        pytest.fail("signed in without encryption")
