"""The greeting of a server that cannot be installed here: the first messages of PostgreSQL's own protocol."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SSL_REQUEST, _GSS_REQUEST = 80877103, 80877104


@contextmanager
def greeting_as(version: str) -> Iterator[int]:
    """Listen on a free port, let anybody in as a server of this version, and answer nothing after that."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, version), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, version: str) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            _greet(client, version)


def _greet(client: socket.socket, version: str) -> None:
    while True:
        header = client.recv(8, socket.MSG_WAITALL)
        if len(header) < 8:
            return
        length, code = struct.unpack("!ii", header)
        if code not in {_SSL_REQUEST, _GSS_REQUEST}:
            break
        client.sendall(b"N")
    client.recv(length - 8, socket.MSG_WAITALL)
    facts = {"server_version": version, "server_encoding": "UTF8", "client_encoding": "UTF8"}
    told = [_message(b"S", f"{name}\0{value}\0".encode()) for name, value in facts.items()]
    let_in, key, ready = _message(b"R", struct.pack("!i", 0)), _message(b"K", bytes(8)), _message(b"Z", b"I")
    client.sendall(b"".join([let_in, *told, key, ready]))
    # Whatever the client asks now stays unanswered until it goes away.
    while client.recv(1024):
        pass


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body
