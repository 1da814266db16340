"""What the tests of the command line run in: servers that ask for passwords, databases, folders, users."""

import os
import pwd
import secrets
import signal
import socket
import subprocess
import sys
import sysconfig
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

import pgevolve
import sevra_atlas
from pgevolve.local import BinariesNotFoundError, LocalPostgres, find_binaries


def _majors() -> list[int]:
    named = os.environ.get("PGEVOLVE_TEST_SERVERS")
    if named:
        return [int(major) for major in named.split(",")]
    try:
        find_binaries(15)
    except BinariesNotFoundError:
        return [18]
    return [15, 18]


MAJORS = _majors()
# What decides about a command and must not leak in from whoever runs the tests.
_OURS = ("SEVRA_", "PG", "DATABASE_URL", "PORT", "PYTHON", "COVERAGE", "MAKE")
_MODULE = ["-m", "sevra_atlas.cli"]
# Of an interpreter outside the virtual environment; the paths of editable packages are in no .pth file there.
_IMPORT_PATH = os.pathsep.join(
    [
        sysconfig.get_path("purelib"),
        str(Path(pgevolve.__file__).parent.parent),
        str(Path(sevra_atlas.__file__).parent.parent),
    ]
)
_INTERPRETERS = (sys.executable, f"/usr/bin/python3.{sys.version_info[1]}", "/usr/bin/python3")


@dataclass(frozen=True)
class Cluster:
    """A server on 127.0.0.1 that asks for passwords, with the superuser's way in."""

    server: LocalPostgres

    def admin(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.server.tcp_url(database), autocommit=True)

    def url(self, database: str = "postgres", user: str = "postgres", password: str | None = None) -> str:
        port = self.server.port
        if password is None:
            return self.server.tcp_url(database)
        return f"postgresql://{user}:{password}@127.0.0.1:{port}/{database}"

    def roles(self) -> set[str]:
        with self.admin() as admin:
            return {row[0] for row in admin.execute("SELECT rolname FROM pg_roles").fetchall()}

    def tables(self, database: str) -> set[str]:
        with self.admin(database) as admin:
            rows = admin.execute(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            ).fetchall()
        return {row[0] for row in rows}

    def psql(self, script: str) -> None:
        """Run a script as an administrator would, in psql."""
        subprocess.run(
            [self.server.binaries.tool("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", self.server.tcp_url()],
            input=script,
            text=True,
            check=True,
            capture_output=True,
        )


@dataclass
class OwnDatabase:
    """A database and users of one test; dropped after it with every role that the test made."""

    cluster: Cluster
    name: str
    roles_before: set[str] = field(default_factory=set)

    @property
    def admin_url(self) -> str:
        return self.cluster.url(self.name)

    def user(self, name: str, attributes: str = "", *, owner: bool = False) -> str:
        """Make a user with a password and return its URL of this database."""
        password = secrets.token_hex(8)
        with self.cluster.admin() as admin:
            admin.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} " + attributes).format(
                    sql.Identifier(name), password
                )
            )
            if owner:
                admin.execute(
                    sql.SQL("ALTER DATABASE {} OWNER TO {}").format(
                        sql.Identifier(self.name), sql.Identifier(name)
                    )
                )
        return self.cluster.url(self.name, name, password)

    def connect(self, url: str | None = None) -> psycopg.Connection:
        return psycopg.connect(url or self.admin_url, autocommit=True)

    def drop(self) -> None:
        with self.cluster.admin() as admin:
            admin.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name))
            )
            made = self.cluster.roles() - self.roles_before
            for role in sorted(made):
                admin.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(role)))
            for role in sorted(made):
                admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@dataclass(frozen=True)
class Sevra:
    """The command `sevra`, run in a folder as an operating system user."""

    place: Path
    account: pwd.struct_passwd
    python: str = sys.executable

    def environment(self, variables: Mapping[str, str | None]) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        given = {"HOME": str(self.place), "PYTHONDONTWRITEBYTECODE": "1", **variables}
        if self.python != sys.executable:
            given["PYTHONPATH"] = _IMPORT_PATH
        return {**clean, **{name: value for name, value in given.items() if value is not None}}

    def run(
        self, *arguments: str, timeout: float = 120, **variables: str | None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; the variables are added to a clean environment."""
        return subprocess.run(
            [self.python, *_MODULE, *arguments],
            cwd=self.place,
            env=self.environment(variables),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            **self._identity(),
        )

    def start(self, *arguments: str, **variables: str | None) -> "Started":
        """Start a command in a session of its own; the caller ends it."""
        process = subprocess.Popen(
            [self.python, *_MODULE, *arguments],
            cwd=self.place,
            env=self.environment(variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            **self._identity(),
        )
        return Started(process)

    def _identity(self) -> dict[str, object]:
        if self.account.pw_uid == os.geteuid():
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}


@cache
def ordinary_python() -> str | None:
    """Return an interpreter of this version that an ordinary user can run with our packages, or None.

    Where root runs the tests, its own interpreter, or the whole clone, may lie below its private home.
    """
    if os.geteuid() != 0:
        return sys.executable
    nobody = pwd.getpwnam("nobody")
    for candidate in filter(os.path.exists, _INTERPRETERS):
        try:
            found = subprocess.run(
                [candidate, "-c", "import sys, sevra_atlas.cli; print(sys.version_info[1])"],
                cwd="/",
                env={"PYTHONPATH": _IMPORT_PATH, "PYTHONDONTWRITEBYTECODE": "1"},
                user=nobody.pw_uid,
                group=nobody.pw_gid,
                extra_groups=[],
                capture_output=True,
                text=True,
                check=False,
            )
        except PermissionError:
            continue
        if found.stdout.strip() == str(sys.version_info[1]):
            return candidate
    return None


def sevra_of_tester(place: Path) -> Sevra:
    """Return the command as whoever runs the tests."""
    return Sevra(place, pwd.getpwuid(os.geteuid()))


def sevra_of_ordinary_user(place: Path) -> Sevra:
    """Return the command as an ordinary user, to whom the folder is given."""
    if os.geteuid() != 0:
        return sevra_of_tester(place)
    python = ordinary_python()
    assert python is not None, "no interpreter that an ordinary user may run"
    account = pwd.getpwnam("nobody")
    os.chown(place, account.pw_uid, account.pw_gid)
    return Sevra(place, account, python)


def with_parameters(url: str, **parameters: str) -> str:
    """Return a connection string with some parameters replaced."""
    return make_conninfo(url, **parameters)


@dataclass
class Started:
    """A command that runs on; `lines` are what it has said so far."""

    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    def wait_for(self, text: str) -> str:
        """Read on until a line holds the text and return that line; fail when the command ends before."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if text in line:
                return self.lines[-1]
        raise AssertionError("\n".join(["the command ended:", *self.lines]))

    def wait_until_open(self) -> dict[str, str]:
        """Read on until the site is open; return the addresses by name."""
        self.wait_for("Sevra Atlas is open")
        pairs = (line.split(" http", 1) for line in self.lines if " http" in line)
        return {name.strip(): f"http{rest}" for name, rest in pairs}

    def lines_until_open_or_end(self) -> list[str]:
        """Read on until the site is open or the command has ended; return what it said."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith("Sevra Atlas is open"):
                break
        return self.lines

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, read to the end, and return the exit status."""
        self.process.send_signal(number)
        assert self.process.stdout is not None
        with self.process.stdout as output:
            self.lines += [line.rstrip("\n") for line in output]
        return self.process.wait(60)


def status_of(url: str) -> int:
    """Return the status of a GET."""
    with urllib.request.urlopen(url, timeout=10) as response:
        return int(response.status)


def text_of(url: str) -> str:
    """Return what a GET answers."""
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.read().decode()


def listens(port: int) -> bool:
    """Say whether anything accepts connections at a port."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
