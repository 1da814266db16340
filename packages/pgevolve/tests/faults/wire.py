"""A wire between a client and a server that counts the client's messages and acts at one of them."""

import os
import select
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Moment = Literal["before", "during", "after"]
_ENDS_A_BATCH = {b"Q", b"S"}  # a simple query, and Sync: the server answers these


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the client: its place among all that count, its kind, the SQL it belongs to."""

    number: int
    kind: bytes
    sql: str
    session: int

    @property
    def ends_a_batch(self) -> bool:
        return self.kind in _ENDS_A_BATCH


@dataclass
class Trap:
    """Springs once, at the message `at` of those that count: before it is passed on, on its way, or answered.

    How many messages a deploy sends is not the same each time: it looks what a slow step waits for.

    Without `act` the client is killed with SIGKILL; otherwise `act` is called with the process id of the
    session on the server.
    """

    at: int | None = None
    moment: Moment = "before"
    act: Callable[[int], None] | None = None
    counts: Callable[[Message], bool] = lambda _: True
    seen: list[Message] = field(default_factory=list)
    sprung: Message | None = None
    client: int = 0
    ready: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: bytes, sql: str, session: int) -> Message:
        with self.lock:
            message = Message(len(self.seen) + 1, kind, sql, session)
            if self.counts(message):
                self.seen.append(message)
                if self.at == message.number:
                    self.sprung = message
            return message

    def spring(self, session: int) -> None:
        if self.act is not None:
            self.act(session)
            return
        self.ready.wait()
        os.kill(self.client, signal.SIGKILL)


class Wire:
    """Listens in a folder of its own until it is closed; each client gets a thread."""

    def __init__(self, folder: Path, server: Path, trap: Trap) -> None:
        self._server, self._trap = server, trap
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen(16)
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        """Take no more clients, and wait until those that are here have gone."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=_Line(client, self._server, self._trap).run)
            self._threads.append(thread)
            thread.start()


class _Frames:
    """Finds the messages of the server in what comes of it, piece by piece."""

    def __init__(self) -> None:
        self._rest = b""
        self.process = 0

    def feed(self, data: bytes) -> bool:
        """Take a piece; returns whether a ReadyForQuery ended in it. Learns the process id of the session."""
        self._rest += data
        is_ready = False
        while len(self._rest) >= 5:
            length = 1 + int.from_bytes(self._rest[1:5], "big")
            if len(self._rest) < length:
                break
            kind, body = self._rest[:1], self._rest[5:length]
            if kind == b"K":
                self.process = int.from_bytes(body[:4], "big")
            is_ready |= kind == b"Z"
            self._rest = self._rest[length:]
        return is_ready


class _Line:
    """One client and its session."""

    def __init__(self, client: socket.socket, server: Path, trap: Trap) -> None:
        self.client, self.trap = client, trap
        self.session = socket.socket(socket.AF_UNIX)
        self.session.connect(str(server))
        self.answers = _Frames()
        self.sql = ""
        self.prepared: dict[bytes, str] = {}
        self.pending = b""
        self.is_started = False

    def run(self) -> None:
        with self.client, self.session:
            try:
                self._pass_on()
            except OSError:
                return

    def _pass_on(self) -> None:
        while True:
            for ready in select.select([self.client, self.session], [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    return
                if ready is self.session:
                    self.answers.feed(data)
                    self.client.sendall(data)
                elif not self._from_client(data):
                    return

    def _from_client(self, data: bytes) -> bool:
        """Pass on whole messages; returns False when the trap has ended the client."""
        self.pending += data
        while True:
            head = 1 if self.is_started else 0
            if len(self.pending) < head + 4:
                return True
            length = head + int.from_bytes(self.pending[head : head + 4], "big")
            if len(self.pending) < length:
                return True
            raw, self.pending = self.pending[:length], self.pending[length:]
            kind = raw[:1] if self.is_started else b"start"
            self.is_started = True
            if not self._message(kind, raw):
                return False

    def _message(self, kind: bytes, raw: bytes) -> bool:
        if kind == b"P":
            name, text = raw[5:].split(b"\0")[:2]
            self.sql = self.prepared[name] = text.decode()
        elif kind == b"B":
            self.sql = self.prepared.get(raw[5:].split(b"\0")[1], "")
        elif kind == b"Q":
            self.sql = raw[5:-1].decode()
        message = self.trap.note(kind, self.sql, self.answers.process)
        if message is not self.trap.sprung:
            self.session.sendall(raw)
            return True
        return self._trapped(raw)

    def _trapped(self, raw: bytes) -> bool:
        if self.trap.act is not None:
            self.trap.spring(self.answers.process)
            self.session.sendall(raw)
            return True
        if self.trap.moment != "before":
            self.session.sendall(raw)
        if self.trap.moment == "after" and self.trap.sprung is not None and self.trap.sprung.ends_a_batch:
            self._await_answer()
        self.trap.spring(self.answers.process)
        return False

    def _await_answer(self) -> None:
        """Read until ReadyForQuery; the client gets nothing of it."""
        while data := self.session.recv(65536):
            if self.answers.feed(data):
                return
