"""Real servers for every test: the embedded PostgreSQL and, where it is installed, Debian's 15.

`PGEVOLVE_TEST_SERVERS` names the major versions (`15,18`); one that is named and missing fails its tests.
"""

import gc
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from pgevolve.local import BinariesNotFoundError, LocalPostgres, find_binaries
from pgevolve.scratch import SCRATCH_SETTINGS, scratch_database

_EMBEDDED = 18
_OLDEST = 15


_MEMORY = Path("/dev/shm")
_ROOM = 8 << 30  # bytes that must be free there


def _in_memory() -> Path | None:
    """Return where files need no disk, if there is room: the tests make and drop a thousand databases."""
    try:
        return _MEMORY if shutil.disk_usage(_MEMORY).free >= _ROOM and os.access(_MEMORY, os.W_OK) else None
    except FileNotFoundError:
        return None


def _majors() -> list[int]:
    named = os.environ.get("PGEVOLVE_TEST_SERVERS")
    if named:
        return [int(major) for major in named.split(",")]
    try:
        find_binaries(_OLDEST)
    except BinariesNotFoundError:
        return [_EMBEDDED]
    return [_OLDEST, _EMBEDDED]


class Servers(Mapping[int, LocalPostgres]):
    """The servers of one test process by major version, each started when it is first asked for."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._started: dict[int, LocalPostgres] = {}

    def __getitem__(self, major: int) -> LocalPostgres:
        if major not in self._started:
            # Not under pytest's own folder: the path of a socket must be short, and root's servers run as
            # an account that may not enter there.
            home = Path(tempfile.mkdtemp(prefix="pge-", dir=_in_memory()))
            server = LocalPostgres(home, binaries=find_binaries(major), settings=SCRATCH_SETTINGS)
            self._stack.callback(server.delete)
            server.start()
            self._started[major] = server
        return self._started[major]

    def __iter__(self) -> Iterator[int]:
        return iter(_majors())

    def __len__(self) -> int:
        return len(_majors())


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect tests without collecting garbage, and leave what was made out of later searches for it.

    Thousands of tests and their modules are a million objects that stay to the end.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to `make test-slow` what `others_slow` marks, on all servers but the embedded one.

    What `fault` names travels with the test's report, from whichever process runs it.
    """
    for item in items:
        item.user_properties.extend(("fault", marker.args[0]) for marker in item.iter_markers("fault"))
        major = _major_of(item)
        if major is not None and major != _EMBEDDED and item.get_closest_marker("others_slow") is not None:
            item.add_marker(pytest.mark.slow)


# Their tests start servers, commands and browsers of their own, and take seconds to minutes each.
_LONGEST = ("clean_clone", "cli", "documents")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin with the longest tests: at the end of the queue one process would work and the other wait.

    What is run once for each server keeps its place, where pytest has put it to start a server once.
    """
    session.items.sort(key=lambda item: item.path.parent.name not in _LONGEST or _major_of(item) is not None)


def _major_of(item: pytest.Item) -> int | None:
    """Return the server's version that a test is run with, if it is run once for each."""
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get("server")


@pytest.fixture(scope="session", autouse=True)
def kept_apart() -> Iterator[None]:
    """Let `new` keep its scratch server for this test process only, and not where the user keeps it."""
    folder = Path(tempfile.mkdtemp(prefix="pge-", dir=_in_memory()))
    # Root's servers run as another account: where that one may not enter, the data would lie on the disk.
    folder.chmod(0o711)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGEVOLVE_CACHE_DIR", str(folder))
        yield
    for home in folder.glob("scratch-*"):
        if home.is_dir():
            LocalPostgres(home).delete()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Return the servers by major version; they live as long as this test process."""
    with ExitStack() as stack:
        yield Servers(stack)


@pytest.fixture(scope="session", params=_majors(), ids=lambda major: f"pg{major}")
def server(request: pytest.FixtureRequest, servers: Servers) -> LocalPostgres:
    """Return a running server; the test runs once for every major version."""
    return servers[request.param]


@pytest.fixture(scope="session")
def embedded(servers: Servers) -> LocalPostgres:
    """Return the running embedded server, for tests in which the version does not matter."""
    return servers[_EMBEDDED]


@pytest.fixture
def empty_database(server: LocalPostgres) -> Iterator[str]:
    """Return the URL of a fresh database, as superuser; it is dropped after the test."""
    with scratch_database(server.url()) as url:
        yield url


@pytest.fixture
def clone_of() -> Iterator[Callable[[LocalPostgres, str], str]]:
    """Return a function that copies a database of a server and returns the copy's URL.

    Nobody may be connected to the original meanwhile. The copies are dropped after the test.
    """
    with ExitStack() as stack:
        yield lambda server, template: stack.enter_context(scratch_database(server.url(), template))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which a test was skipped or expected to fail: a promise that is not checked is none."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and _unchecked(reporter) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    unchecked = _unchecked(terminalreporter)
    terminalreporter.write_line(f"skipped: {unchecked or 'none'}, servers: {', '.join(map(str, _majors()))}")
    for line in _fault_lines(terminalreporter):
        terminalreporter.write_line(line)


def _fault_lines(reporter: pytest.TerminalReporter) -> Iterator[str]:
    """Return one line a fault: at how many points it was caused, and in how many tests it was not survived.

    A test that sweeps over points records their number as `points`; any other is one point.
    """
    points: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for kind in ("passed", "failed"):
        for report in reporter.stats.get(kind, ()):
            properties = dict(report.user_properties)
            if report.when == "call" and "fault" in properties:
                points[properties["fault"]] += int(properties.get("points", 1))
                wrong[properties["fault"]] += kind == "failed"
    for fault in sorted(points):
        survived = f"{wrong[fault]} tests failed" if wrong[fault] else "survived"
        yield f"fault: {fault:<72} {points[fault]:>6,} points  {survived}"


def _unchecked(reporter: pytest.TerminalReporter) -> int:
    return sum(len(reporter.stats.get(kind, ())) for kind in ("skipped", "xfailed", "xpassed"))
