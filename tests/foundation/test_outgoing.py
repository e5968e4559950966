"""Connections of our own: to the configured host alone, at the address that was judged."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from foundation import outgoing
from foundation.outgoing import HostRefused, addresses_of, connect, http_client

ANSWER = b"HTTP/1.1 %s\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@contextmanager
def server(status: bytes = b"200 OK") -> Iterator[tuple[int, list[bytes]]]:
    """Answer every request on a port of this machine; yield what was asked."""
    asked: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line:
                asked.append(line.recv(4096))
                line.sendall(ANSWER % status)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], asked
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


@pytest.fixture
def names(monkeypatch):
    """A resolver whose answers change from one question to the next."""
    answers: list[list[str]] = []
    questions: list[str] = []

    def resolve(host, port, *_args, **_options):
        if host.startswith("127."):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        questions.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, port)) for text in answers.pop(0)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.delenv("HTTP_PROXY", raising=False)
    monkeypatch.delenv("http_proxy", raising=False)
    return answers, questions


def test_the_name_is_asked_once_and_the_judged_address_is_used(names):
    answers, questions = names
    with (
        server() as (port, asked),
        http_client(f"http://beacon.test:{port}/x", timeout=5) as client,
    ):
        answers[:] = [["127.0.0.1"], ["169.254.169.254"]]
        assert client.get(f"http://beacon.test:{port}/x").text == "ok"
        assert questions == ["beacon.test"]
        assert f"Host: beacon.test:{port}".encode().lower() in asked[0].lower()
        with pytest.raises(httpx.ConnectError):
            client.get(f"http://beacon.test:{port}/x")
        assert len(asked) == 1


def test_a_client_speaks_to_no_other_host(names):
    with server() as (port, asked), http_client("http://beacon.test", timeout=5) as client:
        with pytest.raises(httpx.ConnectError):
            client.get(f"http://127.0.0.1:{port}/")
        assert asked == []


def test_a_redirect_is_not_followed():
    status = b"302 Found\r\nLocation: http://127.0.0.1:9/"
    with server(status) as (port, asked), http_client(f"http://127.0.0.1:{port}", timeout=5) as one:
        assert one.get(f"http://127.0.0.1:{port}/").status_code == 302
        assert len(asked) == 1


@pytest.mark.parametrize(
    "text",
    ["169.254.169.254", "224.0.0.1", "0.0.0.0", "fe80::1", "::", "ff02::1",  # noqa: S104
     "::ffff:169.254.169.254", "240.0.0.1"],
)  # fmt: skip
def test_addresses_that_are_never_asked(text, monkeypatch):
    found = [(0, 0, 0, "", ("192.0.2.7", 25)), (0, 0, 0, "", (text, 25))]
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *_a, **_k: found)
    with pytest.raises(HostRefused):
        addresses_of("mail.test", 25)


def test_a_connection_tries_the_addresses_in_turn(names):
    answers, _ = names
    with server() as (port, _asked):
        answers[:] = [["127.0.0.2", "127.0.0.1"]]
        with connect("mail.test", port, 5) as line:
            assert line.getpeername()[0] == "127.0.0.1"


@pytest.mark.parametrize("address", ["ftp://x", "http://", "file:///etc/passwd", "x"])
def test_what_is_no_http_address_is_refused(address):
    with pytest.raises(ValueError, match="http"):
        http_client(address, timeout=1)
