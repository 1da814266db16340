"""Paths made into files in the order of their history."""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from pgevolve.check.source import Source
from pgevolve.errors import UsageError
from pgevolve.history import History, Migration, MissingMigrationError, read_history
from pgevolve.reviewed import REVIEW, is_stale


class NoSuchPathError(UsageError):
    """A path that is not there."""

    hint = "name migration directories, the folder of a history, or .sql files"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"there is no {str(self.path)!r}"


class NothingToCheckError(UsageError):
    """A directory that holds neither a migration nor SQL files."""

    hint = "name migration directories, the folder of a history, or .sql files"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{str(self.path)!r} holds no migration and no .sql file"


class UnreadableFileError(UsageError):
    """A file that cannot be read as text."""

    hint = "save the file as UTF-8 and make it readable"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{str(self.path)!r} cannot be read: {self.reason}"


class NoSuchRevisionError(UsageError):
    """Git does not know the revision, or there is no repository."""

    hint = "run it inside the repository and name a commit, branch or tag that it has"

    def __init__(self, revision: str, reason: str) -> None:
        super().__init__(revision, reason)
        self.revision, self.reason = revision, reason

    def __str__(self) -> str:
        return f"git cannot compare with {self.revision!r}: {self.reason}"


def read_sources(paths: Sequence[Path]) -> list[Source]:
    """Return the files below paths, in the order given.

    A folder with `history.toml` is a whole history; a migration directory brings the migrations before it as
    state; any other folder its .sql files by name. Raises NoSuchPathError, NothingToCheckError,
    UnreadableFileError, and what `read_history` raises.
    """
    given = [path for path in paths if _migration_root(path) is None]
    sources: list[Source] = []
    for root in dict.fromkeys(root for path in paths if (root := _migration_root(path)) is not None):
        chosen = {_directory(path).name for path in paths if _migration_root(path) == root}
        sources += _chosen(root, chosen)
    for path in given:
        sources += _sources(path)
    return sources


def read_migrations(root: Path) -> list[Source]:
    """Return the files of a history. Raises what `read_history` raises."""
    return [_of_migration(migration) for migration in read_history(root)]


def report_only_changes(sources: Sequence[Source], revision: str) -> None:
    """Let only files report that differ from a git revision or are new. Raises NoSuchRevisionError."""
    for directory in {_folder(source) for source in sources}:
        changed = _changed(directory, revision)
        for source in sources:
            if _folder(source) == directory and source.path is not None:
                source.reported &= source.path.resolve() in changed


def _folder(source: Source) -> Path:
    return Path.cwd() if source.path is None else source.path.resolve().parent


def _changed(directory: Path, revision: str) -> set[Path]:
    top = Path(_git(directory, revision, "rev-parse", "--show-toplevel").strip())
    differing = _git(directory, revision, "diff", "--name-only", "-z", revision, "--", ".")
    untracked = _git(top, revision, "ls-files", "--others", "--exclude-standard", "-z")
    return {top / name for name in (differing + untracked).split("\0") if name}


def _git(directory: Path, revision: str, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, arguments as a list
            ["git", *arguments],  # noqa: S607 - git is found by the user's path
            cwd=directory,
            capture_output=True,
            check=True,
            text=True,
        )
    except FileNotFoundError as error:
        raise NoSuchRevisionError(revision, "git is not installed") from error
    except subprocess.CalledProcessError as error:
        raise NoSuchRevisionError(revision, error.stderr.strip().splitlines()[0]) from error
    return str(done.stdout)


def _directory(path: Path) -> Path:
    return path.parent if path.name == "up.sql" and path.is_file() else path


def _migration_root(path: Path) -> Path | None:
    """Return the folder of the history that a migration directory, or its up.sql, stands in."""
    directory = _directory(path)
    if not directory.is_dir() or not (directory / "migration.toml").is_file():
        return None
    root = directory.absolute().parent
    return root if (root / "history.toml").is_file() else None


def _chosen(root: Path, names: set[str]) -> list[Source]:
    """Return a history up to the last of the chosen migrations; the others are state only."""
    history: History = read_history(root)
    listed = list(history.names)
    for name in names:
        if name not in listed:
            raise MissingMigrationError(name)
    last = max(listed.index(name) for name in names)
    sources = [_of_migration(migration) for migration in history.migrations[: last + 1]]
    for source in sources:
        source.reported = source.migration in names
    return sources


def _sources(path: Path) -> Iterator[Source]:
    if not path.exists():
        raise NoSuchPathError(path)
    if path.is_file():
        yield _plain(path)
    elif (path / "history.toml").is_file():
        yield from read_migrations(path)
    elif (path / "up.sql").is_file():
        source = _plain(path / "up.sql")
        source.migration, source.deployed = path.name, True
        _look_at_review(source)
        yield source
    else:
        files = sorted(path.glob("*.sql"))
        if not files:
            raise NothingToCheckError(path)
        yield from map(_plain, files)


def _plain(path: Path) -> Source:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(path, str(error)) from error
    return Source(str(path), text, path.stem, path=path)


def _of_migration(migration: Migration) -> Source:
    path = migration.directory / "up.sql"
    source = Source(
        _shown(path), migration.up_sql, migration.name, deployed=True, phase=migration.phase, path=path
    )
    _look_at_review(source)
    return source


def _look_at_review(source: Source) -> None:
    """Report a REVIEW.md that was written of another up.sql."""
    assert source.path is not None
    try:
        page = (source.path.parent / REVIEW).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    if is_stale(page, source.text):
        source.report(
            0,
            "PE009",
            f"{REVIEW} was written of another up.sql than that which lies beside it",
            f"write it again with `trace {source.migration}`, or remove it",
        )


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
