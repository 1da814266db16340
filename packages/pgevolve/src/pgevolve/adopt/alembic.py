"""Alembic's history: the table `alembic_version` with the current heads, and a file for each revision.

The files are programs. They are read as text: what a revision is and what it follows stands in assignments
of literals, and nothing of it is run. See `alembic.script.revision` for what the assignments mean.
"""

import ast
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from psycopg import sql
from psycopg.rows import scalar_row

from pgevolve.adopt.foreign import (
    ForeignHistory,
    ForeignHistoryError,
    ForeignMigration,
    ForeignTable,
    NoForeignFilesError,
    names,
    raise_problems,
    require_table,
)
from pgevolve.connect import Connection

TABLE = "alembic_version"


class RevisionUnreadableError(ForeignHistoryError):
    """A file says what it is in a way that only running it would tell."""

    hint = "write revision and down_revision as literals, or move the file out of the folder"

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(file, reason)
        self.file, self.reason = file, reason

    def __str__(self) -> str:
        return f"{self.file!r} of alembic cannot be read: {self.reason}"


class RevisionTwiceError(ForeignHistoryError):
    """Two files are the same revision."""

    hint = "give one of them another revision, or remove it"

    def __init__(self, revision: str, files: tuple[str, str]) -> None:
        super().__init__(revision, files)
        self.revision, self.files = revision, files

    def __str__(self) -> str:
        return f"revision {self.revision!r} of alembic is in two files: {names(self.files)}"


class RevisionMissingError(ForeignHistoryError):
    """A revision is applied or followed, and no file has it."""

    hint = "restore the file from version control"

    def __init__(self, revision: str, wanted_by: str) -> None:
        super().__init__(revision, wanted_by)
        self.revision, self.wanted_by = revision, wanted_by

    def __str__(self) -> str:
        return f"no file of alembic has revision {self.revision!r}, which {self.wanted_by}"


class RevisionCircleError(ForeignHistoryError):
    """Revisions follow one another in a circle."""

    hint = "correct down_revision in one of the files"

    def __init__(self, revisions: tuple[str, ...]) -> None:
        super().__init__(revisions)
        self.revisions = revisions

    def __str__(self) -> str:
        return f"revisions of alembic follow one another in a circle: {names(self.revisions)}"


class SeveralHeadsError(ForeignHistoryError):
    """The files end in more than one revision."""

    hint = "join them with `alembic merge heads`, and apply the merge with `alembic upgrade head`"

    def __init__(self, heads: tuple[str, ...]) -> None:
        super().__init__(heads)
        self.heads = heads

    def __str__(self) -> str:
        return f"the history of alembic has {len(self.heads)} heads: {names(self.heads)}"


class NotAtHeadError(ForeignHistoryError):
    """The database does not have all revisions; `current` is what its table says."""

    hint = "run `alembic upgrade head` once more"

    def __init__(self, current: tuple[str, ...], pending: tuple[str, ...]) -> None:
        super().__init__(current, pending)
        self.current, self.pending = current, pending

    def __str__(self) -> str:
        at = f"at {names(self.current)}" if self.current else "at no revision of alembic"
        return f"the database is {at}, and these are not applied: {names(self.pending)}"


@dataclass(frozen=True, slots=True)
class Revision:
    """One file: what it follows (more than one where it merges) and what it depends on."""

    revision: str
    follows: tuple[str, ...]
    depends_on: tuple[str, ...]
    file: str
    checksum: str
    title: str | None


def alembic_history(
    connection: Connection, folder: Path, schema: str = "public", table: str = TABLE
) -> ForeignHistory:
    """Return Alembic's history, base first, when the database is at the only head of the files.

    `folder` holds the files, or the folder `versions` with them. Only reads, and runs none of the files.
    Raises NoForeignFilesError, ForeignTableMissingError, ForeignHistoryError.
    """
    kept_in = ForeignTable(schema, table)
    root = folder / "versions" if (folder / "versions").is_dir() else folder
    # What Alembic takes for revisions, too: not the package's own file, not an editor's lock.
    files = [
        path
        for path in sorted(root.glob("*.py"))
        if not path.name.startswith("__init__") and not path.name.startswith(".#")
    ]
    if not files:
        raise NoForeignFilesError("alembic", folder, "the files of the revisions")
    require_table(connection, "alembic", kept_in)
    current = _current(connection, kept_in)
    unreadable: list[ForeignHistoryError] = []
    revisions: list[Revision] = []
    for path in files:
        try:
            revisions.append(read_revision(path.name, path.read_bytes()))
        except RevisionUnreadableError as error:
            unreadable.append(error)
    raise_problems(unreadable)
    raise_problems(problems(revisions, current))
    ordered = _in_order({entry.revision: entry for entry in revisions})
    return ForeignHistory("alembic", kept_in, tuple(_migration(entry) for entry in ordered))


def read_revision(file: str, text: bytes) -> Revision:
    """Read the assignments of a file, without running it. Raises RevisionUnreadableError."""
    try:
        module = ast.parse(text, file)
    except (SyntaxError, ValueError) as error:
        raise RevisionUnreadableError(file, f"it is no Python: {error}") from error
    said = dict(_assignments(module, file))
    revision = said.get("revision")
    if not isinstance(revision, str):
        raise RevisionUnreadableError(file, "it names no revision")
    if "down_revision" not in said:
        raise RevisionUnreadableError(file, "it does not say what it follows")
    title = (ast.get_docstring(module) or "").strip().splitlines()
    return Revision(
        revision,
        _several(file, said["down_revision"]),
        _several(file, said.get("depends_on")),
        file,
        hashlib.sha256(text).hexdigest(),
        title[0] if title else None,
    )


def problems(revisions: Sequence[Revision], current: Sequence[str]) -> Iterator[ForeignHistoryError]:
    """Yield what is wrong with the files, and with the table against them."""
    known: dict[str, Revision] = {}
    for entry in revisions:
        if entry.revision in known:
            yield RevisionTwiceError(entry.revision, (known[entry.revision].file, entry.file))
        known[entry.revision] = entry
    lost = [
        RevisionMissingError(name, f"{entry.file!r} follows")
        for entry in revisions
        for name in (*entry.follows, *entry.depends_on)
        if name not in known
    ]
    lost += [RevisionMissingError(name, "is applied here") for name in current if name not in known]
    yield from lost
    try:
        order = [entry.revision for entry in _in_order(known)]
    except CycleError as error:
        yield RevisionCircleError(tuple(error.args[1]))
        return
    followed = {name for entry in revisions for name in entry.follows}
    heads = tuple(name for name in order if name not in followed)
    if len(heads) > 1:
        yield SeveralHeadsError(heads)
    applied = _ancestors(known, current)
    pending = tuple(name for name in order if name not in applied)
    if pending and not lost:
        yield NotAtHeadError(tuple(current), pending)


def _assignments(module: ast.Module, file: str) -> Iterator[tuple[str, object]]:
    wanted = {"revision", "down_revision", "depends_on"}
    for statement in module.body:
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, value = [statement.target], statement.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and target.id in wanted:
                try:
                    yield target.id, ast.literal_eval(value)
                except ValueError as error:
                    raise RevisionUnreadableError(file, f"{target.id} is no literal") from error


def _several(file: str, value: object) -> tuple[str, ...]:
    """Return what None, a text, or a sequence of texts names."""
    entries = () if value is None else (value,) if isinstance(value, str) else value
    if not isinstance(entries, tuple | list | set) or not all(isinstance(entry, str) for entry in entries):
        raise RevisionUnreadableError(file, f"{value!r} is no revision")
    return tuple(str(entry) for entry in entries)


def _in_order(known: Mapping[str, Revision]) -> list[Revision]:
    """Return the revisions, each behind those that it stands on. Raises CycleError."""
    graph = {
        name: [other for other in (*known[name].follows, *known[name].depends_on) if other in known]
        for name in sorted(known)
    }
    return [known[name] for name in TopologicalSorter(graph).static_order()]


def _ancestors(known: Mapping[str, Revision], current: Sequence[str]) -> set[str]:
    """Return the revisions that are in place when the table names these."""
    found: set[str] = set()
    left = [name for name in current if name in known]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += [other for other in (*known[name].follows, *known[name].depends_on) if other in known]
    return found


def _current(connection: Connection, table: ForeignTable) -> tuple[str, ...]:
    query = sql.SQL("SELECT version_num FROM {} ORDER BY version_num").format(
        sql.Identifier(table.schema, table.name)
    )
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute(query)
        return tuple(cursor)


def _migration(entry: Revision) -> ForeignMigration:
    facts = {"file": entry.file, "follows": list(entry.follows), "title": entry.title}
    return ForeignMigration(entry.revision, entry.checksum, facts=facts)
