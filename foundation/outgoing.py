"""Every connection that Muhr itself opens: to a configured host, at the address that was judged.

Nothing that a user sends ever names a host. A client speaks to one host alone, follows no
redirect, and connects to the address that it judged, so that a name cannot change in between.
"""

import ipaddress
import socket
import urllib.request
from urllib.parse import urlsplit

import httpx

from foundation.settings import LOCAL_NAMES


class HostRefused(OSError):
    """The host is not the configured one, or its name leads where nothing of ours lives."""


def addresses_of(host: str, port: int) -> list[str]:
    """Return the network addresses of a host, the preferred one first.

    Loopback and private addresses are lawful: mail, beacon and scanner may stand beside Muhr.

    Raises:
        HostRefused: one of them is link-local (where clouds keep their secrets), multicast,
            unspecified or reserved.
        OSError: nobody knows the name.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for text in addresses:
        address = ipaddress.ip_address(text.partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        barred = address.is_link_local or address.is_multicast or address.is_unspecified
        if barred or (address.is_reserved and not address.is_loopback):
            raise HostRefused(f"{host} leads to an address that is never asked")
    return addresses


def is_own(address: str) -> bool:
    """Tell whether an address is one of this machine's: only then can a socket be bound to it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def connect(host: str, port: int, timeout: float) -> socket.socket:
    """Return a connection to a configured host.

    Raises:
        OSError: refused, unknown, or nobody answers.
    """
    fault: OSError = HostRefused(f"{host} has no address")
    for address in addresses_of(host, port):
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            fault = error
    raise fault


def connect_unix(path: str, timeout: float) -> socket.socket:
    """Return a connection to a socket of this machine.

    Raises:
        OSError: nobody listens there.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def http_client(
    address: str,
    *,
    timeout: httpx.Timeout | float,
    transport: httpx.BaseTransport | None = None,
) -> httpx.Client:
    """Return a client for the host of ``address`` alone; it follows no redirect.

    Args:
        address: an http or https address that an operator configured.
        timeout: seconds.
        transport: for tests.

    Raises:
        ValueError: it is no such address.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("not an http address")
    if transport is None and _goes_through_proxy(parts.scheme, host):
        # The operator's own proxy is then the one host spoken to, and it resolves the name.
        return httpx.Client(timeout=timeout, follow_redirects=False, trust_env=True)
    return httpx.Client(
        transport=transport or PinnedTransport(host),
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,
    )


def _goes_through_proxy(scheme: str, host: str) -> bool:
    if host in LOCAL_NAMES or scheme not in urllib.request.getproxies():
        return False
    return not urllib.request.proxy_bypass(host)


class PinnedTransport(httpx.HTTPTransport):
    """Speaks to one host, at an address that was judged; certificates are still of the name."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self.host = host

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the judged address, trying the host's addresses in turn."""
        if request.url.host != self.host:
            raise httpx.ConnectError("not the configured host")
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        try:
            addresses = addresses_of(self.host, port)
        except OSError as error:
            raise httpx.ConnectError(type(error).__name__) from error
        fault: httpx.ConnectError | None = None
        for address in addresses:
            try:
                return super().handle_request(self._at(request, address))
            except httpx.ConnectError as error:
                fault = error
        raise fault or httpx.ConnectError("no address")

    def _at(self, request: httpx.Request, address: str) -> httpx.Request:
        return httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": self.host},
        )
