"""Who may read `/metrics`: the networks of the settings, behind the proxies of the settings, nobody else."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest
from web_client import WebClient, settings_for, web_client
from web_fixtures import Directory

from sevra_atlas.client_address import client_address

LOOPBACK = ("127.0.0.0/8",)
OFFICE = ("10.1.0.0/16", "2001:db8::/32")


@pytest.mark.parametrize(
    ("networks", "proxies", "headers", "status"),
    [
        ((), (), {}, 404),
        (OFFICE, (), {}, 404),
        (LOOPBACK, (), {}, 200),
        (("::ffff:127.0.0.1/128",), (), {}, 404),
        # A proxy that the settings do not name passes on what anybody asks.
        (LOOPBACK, (), {"x_forwarded_for": "127.0.0.1"}, 404),
        (LOOPBACK, (), {"x_forwarded_for": ""}, 404),
        # One that they name says who asks; what a client writes further left is not believed.
        (OFFICE, LOOPBACK, {"x_forwarded_for": "10.1.2.3"}, 200),
        (OFFICE, LOOPBACK, {"x_forwarded_for": "10.1.2.3, 203.0.113.9"}, 404),
        (OFFICE, LOOPBACK, {"x_forwarded_for": "203.0.113.9, 2001:db8::7"}, 200),
        (OFFICE, LOOPBACK, {"x_forwarded_for": "10.1.2.3, nonsense"}, 404),
        (LOOPBACK, LOOPBACK, {"x_forwarded_for": "203.0.113.9, 127.0.0.1"}, 404),
        (LOOPBACK, LOOPBACK, {}, 200),
        # A page of another site, open in a browser of the office.
        (LOOPBACK, (), {"origin": "https://elsewhere.example"}, 404),
    ],
)
def test_only_a_network_of_the_settings_sees_the_numbers(
    own_directory: Directory, networks, proxies, headers, status
) -> None:
    settings = replace(
        settings_for(own_directory.url(), own_directory.media_dir),
        metrics_networks=tuple(map(ip_network, networks)),
        trusted_proxies=tuple(map(ip_network, proxies)),
    )
    with web_client(settings) as web:
        answer = web.get("/metrics", **headers)

    assert answer.status_code == status
    assert ("sevra_http_requests" in answer.text) == (status == 200)


def test_a_head_has_the_headers_and_no_body(own_web: WebClient) -> None:
    answer = own_web.request("HEAD", "/metrics")

    assert (answer.status_code, answer.text) == (200, "")
    assert own_web.request("POST", "/metrics").status_code == 405


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("::ffff:203.0.113.9", [], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["198.51.100.1, 203.0.113.9", "10.0.0.2"], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", ["10.0.0.3,10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["203.0.113.9, unknown"], None),
        ("10.0.0.1", [""], None),
        ("a socket", [], None),
    ],
)
def test_the_client_is_the_hop_left_of_our_proxies(peer, forwarded_for, address) -> None:
    found = client_address(peer, forwarded_for, [ip_network("10.0.0.0/8")])

    assert found == (None if address is None else ip_address(address))
