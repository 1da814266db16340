"""The history: migration directories, their order and their checksums.

`history.toml` lists every migration with a checksum over what it does. Two branches that both add a migration
conflict in that file, on purpose. Applied files never change, so an edited one is refused by name.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

from pgevolve.errors import UsageError
from pgevolve.sqltext import Statement, parse_statements, render_steps
from pgevolve.step import Step

Phase: TypeAlias = Literal["expand", "contract"]

_PHASES = ("expand", "contract")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_DIRECTORY = re.compile(r"\d{8}_\d{4}_[a-z0-9_]+")
_CHECKED_FILES = ("up.sql", "down.sql", "backfill.sql")
_HEADER = "The order of the migrations and the checksum of each one. Written by the engine."


class HistoryError(UsageError):
    """The folder of the history does not hold together."""


class HistoryFileError(HistoryError):
    """A file of the history cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason, self.name = path, reason, path.parent.name
        self.hint = f"restore {str(path)!r} from version control"

    def __str__(self) -> str:
        return f"{str(self.path)!r} cannot be read: {self.reason}"


class EditedMigrationError(HistoryError):
    """A migration's files are not those that its checksum was made of."""

    def __init__(self, name: str, recorded: str, found: str) -> None:
        super().__init__(name, recorded, found)
        self.name, self.recorded, self.found = name, recorded, found
        self.hint = (
            f"restore the files of {name} from version control, and write a new migration for the change"
        )

    def __str__(self) -> str:
        return (
            f"migration {self.name!r} was edited: its checksum was {self.recorded}"
            f" and its files give {self.found}"
        )


class MissingMigrationError(HistoryError):
    """A migration is listed or applied, and its directory or a file of it is gone."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
        self.hint = f"restore the directory {name} from version control"

    def __str__(self) -> str:
        return f"the files of migration {self.name!r} are missing"


class UnlistedMigrationError(HistoryError):
    """A migration directory is not in `history.toml`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
        self.hint = (
            f"make the migration again with `new`, or `new NAME --sql FILE` for statements of your own,"
            f" and delete the directory {name}"
        )

    def __str__(self) -> str:
        return f"the directory {self.name!r} is not listed in history.toml"


class TwoHeadsError(HistoryError):
    """A migration was made to follow another one than that which stands before it."""

    def __init__(self, name: str, follows: str | None, stands_after: str | None) -> None:
        super().__init__(name, follows, stands_after)
        self.name, self.follows, self.stands_after = name, follows, stands_after
        self.hint = f"delete {name} with its entry in history.toml and make it again with `new`"

    def __str__(self) -> str:
        return (
            f"migration {self.name!r} was made to follow {self.follows or 'nothing'!r}"
            f" and stands after {self.stands_after or 'nothing'!r}: the history has two heads"
        )


class MigrationNameError(UsageError):
    """A name for a migration that would make no good directory."""

    hint = "use small Latin letters, digits and underscores, beginning with a letter"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"{self.name!r} is no name for a migration"


class MigrationExistsError(UsageError):
    """A migration of the same minute and name is there already."""

    hint = "choose another name"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"there is a migration {self.name!r} already"


@dataclass(frozen=True)
class Migration:
    """One migration as its directory has it.

    `digest` names the schema it must lead to, `follows` the migration before it when it was made.
    """

    name: str
    directory: Path
    phase: Phase
    digest: str
    follows: str | None
    irreversible: str | None
    intent: Mapping[str, Any]
    checksum: str
    up_sql: str = field(repr=False)
    down_sql: str | None = field(default=None, repr=False)
    backfill_sql: str | None = field(default=None, repr=False)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The statements of up.sql with their lines. Raises a SqlTextError."""
        return parse_statements(self.up_sql, f"{self.name}/up.sql")

    @property
    def up(self) -> tuple[Step, ...]:
        """The steps of up.sql. Raises a SqlTextError."""
        return tuple(statement.step for statement in self.statements)

    @property
    def down(self) -> tuple[Step, ...] | None:
        """The steps of down.sql, or None when the migration cannot be undone. Raises a SqlTextError."""
        if self.down_sql is None:
            return None
        parsed = parse_statements(self.down_sql, f"{self.name}/down.sql")
        return tuple(statement.step for statement in parsed)


@dataclass(frozen=True)
class History:
    """The readable migrations in order, and what is wrong with the folder, if anything is.

    `names` is the order of `history.toml`, with those whose files cannot be read.
    """

    migrations: tuple[Migration, ...] = ()
    problems: tuple[HistoryError, ...] = ()
    names: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Migration]:
        return iter(self.migrations)

    def __len__(self) -> int:
        return len(self.migrations)

    @property
    def head(self) -> Migration | None:
        """The last migration."""
        return self.migrations[-1] if self.migrations else None


def read_history(root: Path) -> History:
    """Return the history of a folder; an absent or empty folder is an empty history.

    Raises the first HistoryError of what `inspect_history` finds.
    """
    history = inspect_history(root)
    if history.problems:
        raise history.problems[0]
    return history


def inspect_history(root: Path) -> History:
    """Return the readable migrations of a folder and every problem, for a report of all of them.

    Raises HistoryFileError only when `history.toml` itself cannot be read.
    """
    listed = _listed(root)
    migrations: list[Migration] = []
    problems: list[HistoryError] = []
    before: str | None = None
    for name, checksum in listed.items():
        try:
            migration = _read_migration(root / name)
        except HistoryError as error:
            problems.append(error)
            before = name
            continue
        migrations.append(migration)
        if migration.checksum != checksum:
            problems.append(EditedMigrationError(name, checksum, migration.checksum))
        if migration.follows != before:
            problems.append(TwoHeadsError(name, migration.follows, before))
        before = name
    problems += [UnlistedMigrationError(name) for name in _directories(root) if name not in listed]
    return History(tuple(migrations), tuple(problems), tuple(listed))


def write_migration(  # noqa: PLR0913, PLR0917 (a migration has these facts)
    root: Path,
    name: str,
    now: datetime,
    phase: Phase,
    up_steps: Sequence[Step],
    down_steps: Sequence[Step] | None,
    irreversible: str | None,
    digest: str,
    intent: Mapping[str, Any] | None = None,
    *,
    backfill_sql: str | None = None,
) -> Migration:
    """Add a migration at the end of the history and return it.

    The directory appears whole or not at all; `history.toml` is replaced after it. An interruption between
    the two leaves an unlisted directory, which every later reading names.
    Raises MigrationNameError, MigrationExistsError, UnwritableStepError, or what `read_history` raises.
    """
    if not _NAME.fullmatch(name):
        raise MigrationNameError(name)
    history = read_history(root)
    full_name = f"{now:%Y%m%d_%H%M}_{name}"
    if (root / full_name).exists():
        raise MigrationExistsError(full_name)
    follows = history.head.name if history.head else None
    files = {"migration.toml": _migration_toml(phase, follows, digest, irreversible, intent or {})}
    files["up.sql"] = render_steps(up_steps)
    if down_steps is not None:
        files["down.sql"] = render_steps(down_steps)
    if backfill_sql is not None:
        files["backfill.sql"] = backfill_sql
    root.mkdir(parents=True, exist_ok=True)
    _write_directory(root / full_name, files)
    migration = _read_migration(root / full_name)
    entries = {known.name: known.checksum for known in history} | {full_name: migration.checksum}
    _replace(root / "history.toml", _history_toml(entries))
    return migration


def replace_last(root: Path) -> Migration:
    """Let the history take the last migration as its files are now, and return it.

    Only for one that no database has. Raises what `inspect_history` and reading the directory raise.
    """
    entries = _listed(root)
    last = list(entries)[-1]
    migration = _read_migration(root / last)
    _replace(root / "history.toml", _history_toml(entries | {last: migration.checksum}))
    return migration


def _listed(root: Path) -> dict[str, str]:
    """Return the checksums of `history.toml` by name, in its order."""
    path = root / "history.toml"
    if not path.exists():
        return {}
    content = _toml(path)
    entries: dict[str, str] = {}
    for entry in content.get("migration", ()):
        if not isinstance(entry, dict) or not {"name", "sha256"} <= entry.keys():
            raise HistoryFileError(path, "an entry has no name or no sha256")
        if entry["name"] in entries:
            raise HistoryFileError(path, f"{entry['name']!r} is listed twice")
        entries[str(entry["name"])] = str(entry["sha256"])
    return entries


def _directories(root: Path) -> list[str]:
    if not root.is_dir():
        return []
    return sorted(
        entry.name for entry in root.iterdir() if entry.is_dir() and _DIRECTORY.fullmatch(entry.name)
    )


def _read_migration(directory: Path) -> Migration:
    """Read one directory. Raises MissingMigrationError, HistoryFileError."""
    description, up = directory / "migration.toml", directory / "up.sql"
    if not description.is_file() or not up.is_file():
        raise MissingMigrationError(directory.name)
    facts = _toml(description)
    phase, digest = facts.get("phase"), facts.get("digest")
    if phase not in _PHASES or not isinstance(digest, str):
        raise HistoryFileError(description, "phase or digest is missing or unknown")
    texts = {name: _text(directory / name) for name in _CHECKED_FILES}
    intent = facts.get("intent", {})
    return Migration(
        name=directory.name,
        directory=directory,
        phase=cast("Phase", phase),
        digest=digest,
        follows=facts.get("follows"),
        irreversible=facts.get("irreversible"),
        intent=intent,
        checksum=checksum(texts, phase, intent),
        up_sql=texts["up.sql"] or "",
        down_sql=texts["down.sql"],
        backfill_sql=texts["backfill.sql"],
    )


def checksum(texts: Mapping[str, str | None], phase: str, intent: Mapping[str, Any]) -> str:
    """Return the SHA-256 over the SQL files by name (None for an absent one), the phase and the intent."""
    facts = {"files": dict(texts), "phase": phase, "intent": intent}
    text = json.dumps(facts, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise HistoryFileError(path, f"it is not UTF-8 at byte {error.start}") from error


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path) or "")
    except tomllib.TOMLDecodeError as error:
        raise HistoryFileError(path, str(error)) from error


def _migration_toml(
    phase: Phase, follows: str | None, digest: str, irreversible: str | None, intent: Mapping[str, Any]
) -> str:
    import tomlkit

    document = tomlkit.document()
    document["phase"] = phase
    if follows is not None:
        document["follows"] = follows
    document["digest"] = digest
    if irreversible is not None:
        document["irreversible"] = irreversible
    if intent:
        document["intent"] = dict(intent)
    return tomlkit.dumps(document)


def _history_toml(entries: Mapping[str, str]) -> str:
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment(_HEADER))
    listed = tomlkit.aot()
    for name, sha256 in entries.items():
        entry = tomlkit.table()
        entry["name"], entry["sha256"] = name, sha256
        listed.append(entry)
    document["migration"] = listed
    return tomlkit.dumps(document)


def _write_directory(target: Path, files: Mapping[str, str]) -> None:
    pending = target.with_name(f".new-{secrets.token_hex(6)}")
    pending.mkdir()
    try:
        for name, text in files.items():
            _write_synced(pending / name, text)
        pending.rename(target)
    except BaseException:
        shutil.rmtree(pending, ignore_errors=True)
        raise


def _replace(path: Path, text: str) -> None:
    pending = path.with_name(f".{path.name}-{secrets.token_hex(6)}")
    _write_synced(pending, text)
    pending.replace(path)


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
