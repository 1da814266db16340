"""The one running instance: its lock, what it says of itself, and the port that it needs."""

import os
import socket
import subprocess
import sys

import pytest

from sevra_atlas.cli.errors import PortInUseError, PortNotAllowedError
from sevra_atlas.cli.instance import Instance
from sevra_atlas.cli.ports import require_free_port, reserved_port

URL = "http://127.0.0.1:8000"
_HOLD_AND_DIE = """
import os, sys
from pathlib import Path
from sevra_atlas.cli.instance import Instance
with Instance(Path(sys.argv[1])).claimed("http://127.0.0.1:1"):
    os._exit(9)
"""


def test_a_second_claim_learns_who_holds_the_first(tmp_path) -> None:
    with Instance(tmp_path).claimed(URL) as nobody, Instance(tmp_path).claimed("http://other") as other:
        assert nobody is None
        assert other is not None
        assert (other.pid, other.url, other.serving) == (os.getpid(), URL, False)


def test_the_holder_says_when_it_serves(tmp_path) -> None:
    instance = Instance(tmp_path)

    with instance.claimed(URL):
        instance.announce_serving(URL)

        holder = Instance(tmp_path).holder()

    assert holder is not None
    assert holder.serving


def test_what_a_killed_run_left_is_not_believed(tmp_path) -> None:
    subprocess.run([sys.executable, "-c", _HOLD_AND_DIE, str(tmp_path)], check=False)
    assert (tmp_path / "up.lock").read_text().startswith("{")

    assert Instance(tmp_path).holder() is None
    with Instance(tmp_path).claimed(URL) as other:
        assert other is None


def test_nobody_holds_a_directory_that_does_not_exist(tmp_path) -> None:
    assert Instance(tmp_path / "nowhere").holder() is None
    assert not (tmp_path / "nowhere").exists()


def test_a_port_that_somebody_listens_on_is_refused_with_another_one(free_port) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port))
        listener.listen()

        with pytest.raises(PortInUseError) as refusal:
            require_free_port("127.0.0.1", free_port)

    assert str(refusal.value) == f"port {free_port} of 127.0.0.1 is in use by another program"
    assert f"PORT={free_port + 1}" in refusal.value.hint


def test_a_port_whose_listener_has_ended_is_free(free_port) -> None:
    with socket.socket() as listener:
        # As servers do.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", free_port))
        listener.listen()
        with socket.create_connection(("127.0.0.1", free_port)) as client:
            accepted, _ = listener.accept()
            accepted.close()
            client.recv(1)

    require_free_port("127.0.0.1", free_port)


def test_a_reserved_port_is_refused_to_others_and_open_to_the_web_process(free_port) -> None:
    with reserved_port("127.0.0.1", free_port):
        with pytest.raises(PortInUseError):
            require_free_port("127.0.0.1", free_port)
        with socket.socket() as web:
            web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            web.bind(("127.0.0.1", free_port))
            web.listen()
            with socket.create_connection(("127.0.0.1", free_port)) as client:
                accepted, _ = web.accept()
                with accepted:
                    accepted.sendall(b"web")
                    assert client.recv(3) == b"web"

    require_free_port("127.0.0.1", free_port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(PortNotAllowedError, match=r"cannot listen on 192\.0\.2\.1 port 8000"):
        require_free_port("192.0.2.1", 8000)
