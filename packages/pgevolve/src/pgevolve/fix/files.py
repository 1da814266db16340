"""Files that are fixed: first everything is worked out, then everything is written."""

import difflib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pgevolve.check.read import read_sources
from pgevolve.check.registry import all_rules
from pgevolve.check.source import Source
from pgevolve.fix.errors import (
    DeployedMigrationError,
    EarlierMigrationError,
    NothingNamedError,
    TwoMigrationsError,
)
from pgevolve.fix.fixing import Fixed, fix
from pgevolve.fix.model import Done
from pgevolve.history import read_history, replace_last
from pgevolve.project import CheckOptions

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class FilePatch:
    """A file as it is, None where there is none yet, and as it becomes."""

    path: Path
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class FileFix:
    """One file that was named: what becomes of it and of those beside it, and what was found."""

    source: Source
    fixed: Fixed
    patches: tuple[FilePatch, ...]

    @property
    def done(self) -> tuple[Done, ...]:
        """What was rewritten."""
        return self.fixed.done


def work_out(
    paths: Sequence[Path], options: CheckOptions, *, not_deployed: bool = False
) -> tuple[FileFix, ...]:
    """Return what the fix of these files and migration directories would write; nothing is written.

    Of a history only the last migration may change, and only if the caller says that no database has it.
    Raises NothingNamedError, EarlierMigrationError, DeployedMigrationError,
    TwoMigrationsError, and what `read_sources` raises.
    """
    if not paths:
        raise NothingNamedError
    sources = read_sources(paths)
    before: list[Source] = []
    found = []
    for source in sources:
        if source.reported:
            worked = _worked_out(before, source, options)
            if source.deployed and worked.fixed.filled:
                raise TwoMigrationsError(source.migration, worked.fixed.filled)
            if worked.patches:
                _refuse_deployed(source, not_deployed=not_deployed)
            found.append(worked)
            source = replace(source, text=worked.fixed.text, findings=[], statements=[])  # noqa: PLW2901
        before.append(source)
    return tuple(found)


def write(fixes: Sequence[FileFix]) -> Iterator[Path]:
    """Write the files and yield those that changed.

    Each file is replaced whole. Of a migration of the history the checksum follows; an interruption between
    the two leaves an edited migration, which every later reading names.
    """
    for entry in fixes:
        listed = entry.source.deployed and _listed(entry.source)
        for patch in entry.patches:
            _replace(patch.path, patch.after)
            yield patch.path
        if entry.patches and listed:
            replace_last(_root(entry.source))


def patch_text(fixes: Sequence[FileFix]) -> str:
    """Return all changes as one patch."""
    return "".join(_diff(patch) for entry in fixes for patch in entry.patches)


def _worked_out(before: Sequence[Source], source: Source, options: CheckOptions) -> FileFix:
    assert source.path is not None
    raw = source.path.read_bytes().decode()
    marked, windows = raw.startswith(_MARK), "\r\n" in raw
    plain = replace(source, text=source.text.replace("\r\n", "\n"), findings=[], statements=[])
    fixed = fix(before, plain, all_rules(), options)
    after = fixed.text.replace("\n", "\r\n") if windows else fixed.text
    patches = [FilePatch(source.path, raw, (_MARK if marked else "") + after)]
    if fixed.backfill:
        patches.append(_with_more(_beside(source, "backfill"), fixed.backfill))
    if fixed.filled and not source.deployed:
        patches.append(_with_more(_beside(source, "filled"), fixed.filled))
    changed = tuple(patch for patch in patches if patch.before != patch.after)
    return FileFix(source, fixed, changed)


def _beside(source: Source, kind: str) -> Path:
    """Return where the batches of a file go: a migration has its own backfill.sql."""
    assert source.path is not None
    if source.deployed:
        return source.path.with_name(f"{kind}.sql")
    return source.path.with_name(f"{source.path.stem}.{kind}.sql")


def _with_more(path: Path, text: str) -> FilePatch:
    before = path.read_bytes().decode() if path.exists() else None
    return FilePatch(path, before, text if before is None else f"{before.rstrip()}\n\n{text}")


def _refuse_deployed(source: Source, *, not_deployed: bool) -> None:
    if not source.deployed or not _listed(source):
        return
    if read_history(_root(source)).names[-1] != source.migration:
        raise EarlierMigrationError(source.migration)
    if not not_deployed:
        raise DeployedMigrationError(source.migration)


def _root(source: Source) -> Path:
    assert source.path is not None
    return source.path.absolute().parent.parent


def _listed(source: Source) -> bool:
    root = _root(source)
    return (root / "history.toml").is_file() and source.migration in read_history(root).names


def _replace(path: Path, text: str) -> None:
    pending = path.with_name(f".{path.name}.new")
    with pending.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        pending.chmod(path.stat().st_mode)
    pending.replace(path)


def _diff(patch: FilePatch) -> str:
    before, after = (patch.before or "").splitlines(), patch.after.splitlines()
    old = str(patch.path) if patch.before is not None else "/dev/null"
    lines = difflib.unified_diff(before, after, old, str(patch.path), lineterm="")
    return "".join(f"{line}\n" for line in lines)
