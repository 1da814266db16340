"""What `doctor` looks at: each check returns findings and changes nothing."""

import os
import platform
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal, TypeAlias

from pgevolve.errors import PgevolveError
from pgevolve.local import find_binaries
from sevra_atlas.cli.errors import PortInUseError, PortNotAllowedError
from sevra_atlas.cli.instance import Instance
from sevra_atlas.cli.ports import answers, require_free_port
from sevra_atlas.settings import SetupError, data_directory, listen_host, listen_port, media_directory

State: TypeAlias = Literal["ok", "warn", "bad"]

_OLDEST_PYTHON = (3, 11)
_LITTLE_SPACE = 1_000_000_000
_PRIVATE_FILES = ("credentials.toml", "secret")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and the command that mends it when it is not well."""

    name: str
    state: State
    text: str
    mend: str | None = None


def of_error(name: str, error: Exception) -> Finding:
    """Return a refusal as a finding."""
    return Finding(name, "bad", str(error), getattr(error, "hint", None))


def python() -> Iterator[Finding]:
    """Look at the interpreter."""
    text = f"{platform.python_implementation()} {platform.python_version()} at {sys.executable}"
    fits = sys.version_info[:2] >= _OLDEST_PYTHON
    yield (
        Finding("python", "ok", text)
        if fits
        else Finding("python", "bad", text, "make clean && make up PYTHON=python3.11")
    )


def packages() -> Iterator[Finding]:
    """Look for the packages that ours ask for."""
    missing = []
    for ours in ("sevra-atlas", "pgevolve"):
        for line in requires(ours) or ():
            name = line.partition("[")[0].partition(">")[0].strip()
            try:
                version(name)
            except PackageNotFoundError:
                missing.append(name)
    versions = ", ".join(f"{ours} {version(ours)}" for ours in ("sevra-atlas", "pgevolve"))
    if missing:
        yield Finding("packages", "bad", f"missing: {', '.join(missing)}", "rm .venv/*.stamp && make up")
    else:
        yield Finding("packages", "ok", versions)


def programs() -> Iterator[Finding]:
    """Look for PostgreSQL's programs, which the embedded server needs."""
    try:
        binaries = find_binaries()
    except PgevolveError as error:
        yield of_error("programs", error)
    else:
        yield Finding("programs", "ok", f"PostgreSQL {binaries.version} in {binaries.directory}")


def data_dir(environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Look at the data directory: there, writable, with room, and its secrets private."""
    path = data_directory(environ)
    if not path.exists():
        yield Finding("data", "warn", f"{path} is not there yet", "sevra up")
        return
    if not os.access(path, os.W_OK | os.X_OK):
        yield Finding("data", "bad", f"{path} belongs to {path.owner()}", "run as that user")
        return
    yield Finding("data", "ok", f"{path}, pictures in {media_directory(environ)}")
    yield _space(path)
    yield from _private_files(path)


def site(environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Look at the address of the site: ours, free, or somebody else's."""
    holder = None
    if data_directory(environ).exists():
        try:
            holder = Instance(data_directory(environ)).holder()
        except SetupError as error:
            yield of_error("site", error)
            return
    if holder is not None:
        alive = answers(holder.url)
        text = f"runs at {holder.url} as process {holder.pid}"
        silent = Finding("site", "bad", f"{text} and does not answer", "sevra down && sevra up")
        yield Finding("site", "ok", text) if alive or not holder.serving else silent
        return
    try:
        host, port = listen_host(environ), listen_port(environ)
        require_free_port(host, port)
    except (PortInUseError, PortNotAllowedError) as error:
        yield Finding("site", "warn", str(error), error.hint)
    except SetupError as error:
        yield of_error("site", error)
    else:
        yield Finding("site", "ok", f"does not run; port {port} of {host} is free")


def _space(path: Path) -> Finding:
    free = shutil.disk_usage(path).free
    text = f"{free / 1e9:.1f} GB free"
    if free < _LITTLE_SPACE:
        return Finding("disk", "warn", text, f"make room on the disk of {path}")
    return Finding("disk", "ok", text)


def _private_files(path: Path) -> Iterator[Finding]:
    for file in (path / name for name in _PRIVATE_FILES):
        if file.exists():
            mode = stat.S_IMODE(file.stat().st_mode)
            if mode & 0o077:
                yield Finding("secrets", "bad", f"{file} is open to others ({mode:o})", f"chmod 600 '{file}'")
            else:
                yield Finding("secrets", "ok", f"{file.name} is private")
