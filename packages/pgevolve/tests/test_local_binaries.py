"""Server programs are asked for their version, each once as long as its file is the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pgevolve.local import BinariesNotFoundError, find_binaries
from pgevolve.local import binaries as looked_at

_PROGRAMS = ("postgres", "initdb", "pg_ctl")

Install = Callable[[str, str], Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return a function that writes the programs of a version beside Debian's, each noting that it ran."""
    monkeypatch.setattr(looked_at, "_DEBIAN", tmp_path)

    def write(major: str, says: str) -> Path:
        directory = tmp_path / major / "bin"
        directory.mkdir(parents=True, exist_ok=True)
        for name in _PROGRAMS:
            (directory / name).write_text(f"#!/bin/sh\necho ran >> {tmp_path}/ran\necho '{says}'\n")
            (directory / name).chmod(0o755)
        return tmp_path / "ran"

    return write


def test_a_program_is_asked_once(install: Install) -> None:
    ran = install("7", "postgres (PostgreSQL) 7.3")

    assert find_binaries(7).version == "7.3"
    assert find_binaries(7) == find_binaries(7)

    assert ran.read_text().count("\n") == 1


def test_what_comes_after_the_one_that_is_found_is_not_asked(install: Install) -> None:
    ran = install("7", "postgres (PostgreSQL) 7.3")

    assert find_binaries().major == 18

    assert not ran.exists()


def test_a_program_that_was_replaced_is_asked_again(install: Install) -> None:
    install("7", "postgres (PostgreSQL) 7.3")
    assert find_binaries(7).version == "7.3"

    install("7", "postgres (PostgreSQL) 7.25")

    assert find_binaries(7).version == "7.25"


def test_a_program_that_failed_is_asked_again(install: Install) -> None:
    ran = install("7", "Segmentation fault")

    for _ in range(2):
        with pytest.raises(BinariesNotFoundError):
            find_binaries(7)

    assert ran.read_text().count("\n") == 2
