"""Whether the site may listen at an address, and who does when it may not."""

import errno
import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from sevra_atlas.cli.errors import PortInUseError, PortNotAllowedError
from sevra_atlas.settings import local_base_url

_TIMEOUT_SECONDS = 2.0
_HEALTH = "/api/v1/health"


def require_free_port(host: str, port: int) -> None:
    """Refuse an address at which something listens already or that this user may not use.

    The address is bound for a moment. Raises `PortInUseError` or `PortNotAllowedError`.
    """
    try:
        # Without the option, connections of a server that has just ended would look like a listener.
        _bound(host, port, socket.SO_REUSEADDR).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            site = local_base_url(host, port)
            raise PortInUseError(host, port, site if answers(site) else None) from error
        raise PortNotAllowedError(host, port, error.strerror or str(error)) from error


@contextmanager
def reserved_port(host: str, port: int) -> Iterator[None]:
    """Keep a free address for the web process of this user until the block ends.

    Loading data takes a minute, and the web server shares its port with whoever else does so on purpose. The
    socket is bound and does not listen: others are refused, the web process is not. Raises as
    `require_free_port` does.
    """
    require_free_port(host, port)
    with ExitStack() as stack:
        # Remains of earlier connections may forbid it although the web server may listen: then there is none.
        with suppress(OSError):
            stack.enter_context(_bound(host, port, socket.SO_REUSEPORT))
        yield


def _bound(host: str, port: int, option: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, option, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def answers(base_url: str) -> bool:
    """Whether a Sevra Atlas answers at an address: its health check, not merely an open port."""
    place = base_url.removeprefix("http://")
    connection = http.client.HTTPConnection(place, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", _HEALTH)
        response = connection.getresponse()
        return response.status == http.client.OK and b'"timestamp"' in response.read(10_000)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
