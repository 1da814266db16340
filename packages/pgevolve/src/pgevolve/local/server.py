"""One PostgreSQL server in one directory, shared by every process that asks for it."""

import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from pgevolve.local import cluster
from pgevolve.local.account import Account, account_for, reachable_binaries, reachable_home
from pgevolve.local.binaries import Binaries, find_binaries
from pgevolve.local.config import PORT, directory_list, free_tcp_port, make_private, socket_directory
from pgevolve.local.errors import (
    HomeBelongsToAnotherUserError,
    HomeNotUsableError,
    NotListeningError,
    ServerStopError,
)
from pgevolve.local.locks import locked, open_lock, release, share_lock, try_lock

_START_SECONDS = 60.0
_STOP_SECONDS = 60.0
_POLL_SECONDS = 0.02


class LocalPostgres:
    """A server that lives in `home` and is stopped by the last process that uses it.

    `start()` makes the cluster when there is none, joins a server that already runs, and recovers from one
    that was killed. `settings` are written at each real start; a process that joins takes the server as it
    runs. The socket is private to the operating system user, who needs no password there. With `tcp` the
    server also listens on a free port of 127.0.0.1, where passwords are asked.

    As root the server runs as the owner of `home`, or as the system account `pgevolve`, to which a home of
    root's is given. Permissions of other directories are never changed: where that account may not go, the
    data lies under /var/lib/pgevolve.

    No process ids are remembered: every server process inherits a lock on `server.lock`, which is therefore
    free exactly when none is left, and every user shares one on `users.lock`.
    """

    def __init__(
        self,
        home: Path,
        *,
        binaries: Binaries | None = None,
        tcp: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._asked_home = Path(os.path.realpath(home))
        self._asked_binaries = binaries
        self._tcp = tcp
        self._settings = dict(settings or {})
        self._account: Account | None = None
        self._place: cluster.Place | None = None
        self._user: int | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"LocalPostgres({str(self._asked_home)!r})"

    @property
    def home(self) -> Path:
        """The directory that really holds the cluster; the asked one, save for root's moved homes."""
        return self._found().home

    @property
    def version(self) -> str:
        """The version of the server programs, such as `18.4`."""
        return self._binaries().version

    @property
    def major(self) -> int:
        """The major version of the server programs."""
        return self._binaries().major

    @property
    def binaries(self) -> Binaries:
        """The programs in use; client programs such as `psql` may lie beside them."""
        return self._binaries()

    @property
    def socket_dir(self) -> Path:
        """The directory of the Unix socket."""
        return cluster.running_socket_directory(self._found()) or self._found().socket_dir

    @property
    def port(self) -> int:
        """The port number, which is also part of the socket's name."""
        return cluster.running_port(self._found()) or PORT

    @property
    def is_running(self) -> bool:
        """Whether any server process of this home lives, ours or another user's."""
        if not self._asked_home.is_dir():
            return False
        lock = self._found().home / "server.lock"
        if not lock.exists():
            return False
        descriptor = open_lock(lock, self._account)
        try:
            return not try_lock(descriptor)
        finally:
            os.close(descriptor)

    def url(self, dbname: str = "postgres", user: str = "postgres", options: str | None = None) -> str:
        """Return a libpq URI over the socket; `options` are command-line options such as `-c role=app`.

        For SQLAlchemy replace the scheme by `postgresql+psycopg`.
        """
        host = quote(os.fsencode(self.socket_dir), safe="")
        address = (
            f"postgresql://{quote(user, safe='')}@/{quote(dbname, safe='')}?host={host}&port={self.port}"
        )
        return address if options is None else f"{address}&options={quote(options, safe='')}"

    def tcp_url(self, dbname: str = "postgres") -> str:
        """Return a URI of the superuser over 127.0.0.1, with the password. Raises NotListeningError."""
        place = self._found()
        if not self.is_running or not cluster.listens(place):
            raise NotListeningError(self._asked_home)
        password = quote((place.home / "password").read_text(encoding="utf-8"), safe="")
        return f"postgresql://postgres:{password}@127.0.0.1:{self.port}/{quote(dbname, safe='')}"

    def start(self) -> None:
        """Start the server, or join it, and hold it until `stop()`; a second call does nothing.

        Waits for a starter in another process. Raises a LocalPostgresError; nothing half-made is left.
        """
        if self._user is not None:
            return
        place = self._prepared()
        with locked(place.home / "start.lock", self._account):
            user = open_lock(place.home / "users.lock", self._account)
            share_lock(user)
            try:
                self._bring_up(place)
            except BaseException:
                release(user)
                raise
            self._user = user

    def stop(self, *, force: bool = False) -> bool:
        """Give up the server and stop it when nobody else holds it, or with `force` in any case.

        Sessions are ended (`fast` shutdown). Returns whether the server is down. Raises ServerStopError.
        """
        if not self._asked_home.is_dir():
            return True
        place = self._found()
        if not (place.home / "start.lock").exists():
            return True
        with locked(place.home / "start.lock", self._account):
            if self._user is not None:
                release(self._user)
                self._user = None
            users = open_lock(place.home / "users.lock", self._account)
            try:
                if not force and not try_lock(users):
                    return False
                self._bring_down(place)
            finally:
                release(users)
        return True

    def delete(self) -> None:
        """Stop the server and remove everything that it left, the data too. Holders are not asked."""
        if not self._asked_home.is_dir():
            return
        place = self._found()
        self.stop(force=True)
        shutil.rmtree(place.socket_dir, ignore_errors=True)
        shutil.rmtree(place.home)
        if place.home != self._asked_home:
            shutil.rmtree(self._asked_home)

    def _binaries(self) -> Binaries:
        if self._place is not None:
            return self._place.binaries
        return self._asked_binaries or find_binaries()

    def _found(self) -> cluster.Place:
        """Return the places of the cluster; of a home that exists not yet, those it would have."""
        if self._place is not None:
            return self._place
        if not self._asked_home.is_dir():
            return self._place_in(self._asked_home, self._binaries())
        return self._prepared()

    def _prepared(self) -> cluster.Place:
        """Make the home, find out who runs the server, and move what that account cannot reach."""
        if self._place is not None and self._place.home.is_dir():
            return self._place
        asked = self._asked_home
        try:
            asked.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._account = account = account_for(asked)
            home, binaries = asked, self._asked_binaries or find_binaries()
            if account is not None:
                account.owns(asked)
                binaries = reachable_binaries(binaries, account)
                home = reachable_home(asked, account)
            self._require_owner(home)
        except (PermissionError, NotADirectoryError, FileExistsError, OSError) as error:
            raise HomeNotUsableError(asked, error.strerror or str(error)) from error
        self._place = self._place_in(home, binaries)
        return self._place

    def _place_in(self, home: Path, binaries: Binaries) -> cluster.Place:
        return cluster.Place(home, binaries, socket_directory(home, self._account), self._account)

    def _require_owner(self, home: Path) -> None:
        wanted = os.geteuid() if self._account is None else self._account.uid
        for path in (home, home / "data"):
            if path.exists() and path.stat().st_uid != wanted:
                raise HomeBelongsToAnotherUserError(self._asked_home, path.owner())

    def _bring_up(self, place: cluster.Place) -> None:
        """Start the server under `start.lock`, or wait until one that lives already answers."""
        deadline = time.monotonic() + _START_SECONDS
        launching = False
        server_lock = open_lock(place.home / "server.lock", self._account)
        try:
            try:
                while not try_lock(server_lock):
                    if cluster.answers(place):
                        return
                    if time.monotonic() > deadline:
                        raise cluster.start_error(place, 0, f"it did not answer within {_START_SECONDS:g} s")
                    time.sleep(_POLL_SECONDS)
                launching = True
                log_offset = self._launch_alone(place, server_lock)
            finally:
                # From here on only the server's processes have the lock: it is free when they have ended.
                os.close(server_lock)
            cluster.wait_until_ready(place, log_offset, _START_SECONDS)
        except BaseException:
            # Ctrl-C too, which may come when the program is on its way and nobody waits for it yet: a server
            # that nobody holds shall not stay.
            if launching:
                self._bring_down(place)
            raise

    def _launch_alone(self, place: cluster.Place, server_lock: int) -> int:
        """Start a server that inherits the lock. No process of this home lives: leftovers are only files."""
        (place.data / "postmaster.pid").unlink(missing_ok=True)
        cluster.make_if_missing(place, server_lock, sync=self._settings.get("fsync") != "off")
        shutil.rmtree(place.home / "run", ignore_errors=True)
        make_private(place.socket_dir, self._account)
        for leftover in place.socket_dir.iterdir():
            leftover.unlink()
        cluster.write_settings(place, self._server_settings(place))
        return cluster.launch(place, server_lock)

    def _server_settings(self, place: cluster.Place) -> dict[str, str]:
        fixed = {
            "listen_addresses": "127.0.0.1" if self._tcp else "",
            "port": str(free_tcp_port() if self._tcp else PORT),
            "unix_socket_directories": directory_list(place.socket_dir),
        }
        return {"timezone": "UTC", "log_timezone": "UTC"} | self._settings | fixed

    def _bring_down(self, place: cluster.Place) -> None:
        """Stop the server under `start.lock` and wait until its last process has ended."""
        server_lock = open_lock(place.home / "server.lock", self._account)
        try:
            deadline = time.monotonic() + _STOP_SECONDS
            asked = False
            while not try_lock(server_lock):
                if not asked and cluster.answers(place, also_when_closing=True):
                    # Only a server that answers has written the process id that pg_ctl is going to read.
                    cluster.ask_to_stop(place)
                    asked = True
                if time.monotonic() > deadline:
                    raise ServerStopError(self._asked_home, _STOP_SECONDS)
                time.sleep(_POLL_SECONDS)
        finally:
            os.close(server_lock)
