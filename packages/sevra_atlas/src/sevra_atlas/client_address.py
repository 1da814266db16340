"""Who asks: the address of a client behind proxies of ours, and whether it is in one of some networks."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network


def client_address(peer: str, forwarded_for: Iterable[str], proxies: Sequence[Network]) -> Address | None:
    """Return the address left of our own proxies; None where that hop is no address.

    `peer` is the other end of the socket, `forwarded_for` the values of `X-Forwarded-For`, in their order. A
    hop is believed only as far as it was written by a proxy of ours: what stands further left may be made up.
    """
    hops = [hop.strip() for value in forwarded_for for hop in value.split(",")]
    for hop in (peer, *reversed(hops)):
        address = _address(hop)
        if address is None or not is_within(address, proxies):
            return address
    return _address(hops[0] if hops else peer)


def is_within(address: Address, networks: Sequence[Network]) -> bool:
    """Tell whether one of the networks holds the address."""
    return any(address in network for network in networks)


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # A socket of both families shows visitors of the older one so.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
