"""Whether the site may listen at an address, and who does when it may not."""

import errno
import http.client
import socket

from sevra_atlas.cli.errors import PortInUseError, PortNotAllowedError
from sevra_atlas.settings import local_base_url

_TIMEOUT_SECONDS = 2.0
_HEALTH = "/api/v1/health"


def require_free_port(host: str, port: int) -> None:
    """Refuse an address at which something listens already or that this user may not use.

    The address is bound for a moment. Raises `PortInUseError` or `PortNotAllowedError`.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # Without this, connections of a server that has just ended would look like a listener.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            site = local_base_url(host, port)
            raise PortInUseError(host, port, site if answers(site) else None) from error
        raise PortNotAllowedError(host, port, error.strerror or str(error)) from error


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
