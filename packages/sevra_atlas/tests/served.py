"""The application as it is deployed: a web server in a process of its own, on a free port of the loopback."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from web_fixtures import Directory

_PATIENCE_SECONDS = 60


@contextmanager
def served(directory: Directory, home: Path) -> Iterator[str]:
    """Start the web server and yield its address; it is stopped as a terminal stops it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base_url = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "SEVRA_DATABASE_URL": directory.url(),
        "SEVRA_DATA_DIR": str(home),
        "SEVRA_MEDIA_DIR": str(directory.media_dir),
        "SEVRA_PUBLIC_URL": base_url,
    }
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--host", "127.0.0.1"]
    log = home / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, "--port", str(port), "sevra_atlas.web:app_from_environment"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(base_url, server, log)
        yield base_url
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(_PATIENCE_SECONDS) == 0, log.read_text()


def _wait_until_ready(base_url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return once the server answers; fails when it ends or does not come up."""
    transport = httpx.HTTPTransport(retries=200)
    with httpx.Client(transport=transport, timeout=_PATIENCE_SECONDS) as client:
        assert server.poll() is None, log.read_text()
        assert client.get(f"{base_url}/healthz").text == "OK\n"
