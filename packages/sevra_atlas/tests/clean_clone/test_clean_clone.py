"""What the README promises a new user, done as the README says: a copy of the repository, two commands."""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

_REPOSITORY = Path(__file__).parents[4]
# What this run of pytest was told must not reach the commands of a new user.
_OURS = ("SEVRA_", "PG", "DATABASE_URL", "PORT", "PYTHON", "VIRTUAL_ENV", "MAKE", "MFLAGS")
_FIRST_RUN_SECONDS = 600.0
_SECOND_RUN_SECONDS = 30.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def answer(url: str) -> tuple[int, str | None, str]:
    """Return status, Location and body of one GET, redirects not followed."""
    try:
        with _OPENER.open(url, timeout=30) as response:
            return response.status, None, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("Location"), error.read().decode()


@pytest.fixture(scope="module")
def clone() -> Iterator[Path]:
    """Return a copy of what git holds or would add, in a folder with a space; no data, no environment."""
    folder = Path(tempfile.mkdtemp(prefix="sevra-"))
    folder.chmod(0o755)
    place = folder / "sevra atlas"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=_REPOSITORY,
        check=True,
        capture_output=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (_REPOSITORY / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(_REPOSITORY / name, place / name)
    try:
        yield place
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def made_up(clone: Path, port: int, limit: float) -> Iterator[list[str]]:
    """Type `make up`; yield what it printed until it is open; then press Ctrl-C."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(_OURS)}
    begun = time.monotonic()
    process = subprocess.Popen(
        ["make", "up", f"PORT={port}"],
        cwd=clone,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    lines: list[str] = []
    try:
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if "Sevra Atlas is open" in line:
                break
            assert time.monotonic() - begun < limit, lines
        else:
            pytest.fail("make up ended before it was open:\n" + "\n".join(lines))
        yield lines
    finally:
        # As a terminal does on Ctrl-C: everybody in the foreground hears it.
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
        process.stdout.close()


def sevra(clone: Path, *arguments: str) -> str:
    done = subprocess.run(
        [".venv/bin/sevra", *arguments], cwd=clone, check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


def count_query(clone: Path, query: str) -> str:
    return sevra(clone, "db", "psql", "--", "-Atc", query)


def address_of(lines: list[str], name: str) -> str:
    return next(line.removeprefix(name).strip() for line in lines if line.startswith(f"{name} "))


@pytest.mark.slow
def test_make_up_opens_the_site_from_nothing_and_again_in_seconds(clone, port) -> None:
    base = f"http://127.0.0.1:{port}"

    with made_up(clone, port, _FIRST_RUN_SECONDS) as lines:
        city, salon = address_of(lines, "a city"), address_of(lines, "a salon")
        for address in (
            f"{base}/",
            f"{base}/atlas",
            city,
            salon,
            f"{base}/sitemap.xml",
            f"{base}/robots.txt",
        ):
            assert answer(address)[0] == 200, address
        old, new = count_query(
            clone,
            "SELECT a.path, c.display_path FROM url_paths a JOIN url_paths c USING (entity_type, entity_id)"
            " JOIN entities e USING (entity_type, entity_id) WHERE a.kind = 'alias' AND c.kind = 'current'"
            " AND e.state = 'public' AND entity_type = 'SALON' ORDER BY a.path LIMIT 1",
        ).split("|")
        assert answer(base + quote(old))[:2] == (301, quote(new))
        gone = count_query(
            clone,
            "SELECT p.path FROM url_paths p JOIN entities e USING (entity_type, entity_id)"
            " WHERE p.kind = 'current' AND e.state = 'deleted' AND e.entity_type = 'SALON'"
            " AND e.successor_id IS NULL AND e.first_public_at IS NOT NULL ORDER BY p.path LIMIT 1",
        )
        assert answer(base + quote(gone))[0] == 410
        assert answer(f"{base}/atlas/salon/nobody-ever-had-this")[0] == 404
        before = count_query(clone, "SELECT count(*), sum(review_count) FROM salons")

    with made_up(clone, port, _SECOND_RUN_SECONDS) as lines:
        assert count_query(clone, "SELECT count(*), sum(review_count) FROM salons") == before
        assert not any("\x1b" in line for line in lines)

    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert "nothing runs" in sevra(clone, "down")


def test_the_readme_names_the_commands_that_the_makefile_has() -> None:
    readme = (_REPOSITORY / "README.md").read_text(encoding="utf-8")
    targets = set(
        re.findall(r"^([a-z-]+):.*##", (_REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )

    named = set(re.findall(r"(?:`|^|=\S+ )make ([a-z-]+)(?:`|$)", readme, re.MULTILINE))

    assert {"up", "test"} <= named <= targets
