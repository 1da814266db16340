"""Read a snapshot: every byte is compared with the manifest before anything is made of it."""

import errno
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyrage

from pgevolve.snapshot.encryption import decrypt_file
from pgevolve.snapshot.errors import (
    FileChangedError,
    FileMissingError,
    IdentityNeededError,
    NoSpaceError,
    PlainTextChangedError,
)
from pgevolve.snapshot.listing import require_files
from pgevolve.snapshot.manifest import DUMP, ROLES, Manifest, Snapshot, StoredFile
from pgevolve.snapshot.parallel import done_with_each
from pgevolve.snapshot.progress import Report, SnapshotProgress, unreported
from pgevolve.snapshot.storage import Storage
from pgevolve.snapshot.surroundings import RoleFacts, decoded_roles


@dataclass(frozen=True, slots=True)
class OpenSnapshot:
    """A snapshot whose files are on this machine, in plain text, and as they were when it was made."""

    name: str
    manifest: Manifest
    folder: Path

    @property
    def dump(self) -> Path:
        """The directory that pg_restore reads."""
        return self.folder / DUMP

    def roles(self) -> tuple[RoleFacts, ...]:
        """Return the roles that were dumped with it."""
        return decoded_roles((self.folder / ROLES).read_bytes())


@contextmanager
def opened(
    storage: Storage,
    snapshot: Snapshot,
    identities: Sequence[pyrage.x25519.Identity] = (),
    report: Report = unreported,
) -> Iterator[OpenSnapshot]:
    """Check every file of a snapshot and yield it, decrypted.

    A snapshot of this machine that is not encrypted is used where it lies; otherwise there is a copy in a
    private temporary directory meanwhile. Raises the errors of `require_files`, FileChangedError,
    IdentityNeededError, WrongKeyError, PlainTextChangedError, StorageError.
    """
    encrypted = bool(snapshot.manifest.recipients)
    if encrypted and not identities:
        raise IdentityNeededError(snapshot.name)
    require_files(snapshot, storage.files(snapshot.name))
    with ExitStack() as stack:
        in_place = None if encrypted else storage.directory(snapshot.name)
        folder = in_place or stack.enter_context(_temporary())
        _read_all(storage, snapshot, None if in_place else folder, identities, report)
        yield OpenSnapshot(snapshot.name, snapshot.manifest, folder)


def require_unchanged(storage: Storage, snapshot: Snapshot, report: Report = unreported) -> None:
    """Compare every byte of a snapshot with its manifest, without decrypting it.

    Raises the errors of `require_files`, FileChangedError, StorageError.
    """
    require_files(snapshot, storage.files(snapshot.name))
    _read_all(storage, snapshot, None, (), report)


@contextmanager
def _temporary() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pgevolve-"))
    try:
        yield folder
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise NoSpaceError(str(folder.parent)) from error
    finally:
        shutil.rmtree(folder)


def _read_all(
    storage: Storage,
    snapshot: Snapshot,
    folder: Path | None,
    identities: Sequence[pyrage.x25519.Identity],
    report: Report,
) -> None:
    def read(file: StoredFile) -> None:
        _read(storage, snapshot, file, folder, identities)

    files = sorted(snapshot.manifest.files, key=lambda file: file.size, reverse=True)
    done = 0
    for file in done_with_each(read, files):
        done += file.size
        report(SnapshotProgress("read", done, snapshot.manifest.size))


def _read(
    storage: Storage,
    snapshot: Snapshot,
    file: StoredFile,
    folder: Path | None,
    identities: Sequence[pyrage.x25519.Identity],
) -> None:
    """Compare a file with the manifest; write its plain text into `folder` where there is one."""
    with ExitStack() as stack:
        copy: IO[bytes] | None = None
        if folder is not None:
            target = folder / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = stack.enter_context(target.open("wb"))
        hashed = hashlib.sha256()
        try:
            for piece in storage.read(snapshot.name, file.path):
                hashed.update(piece)
                if copy is not None:
                    copy.write(piece)
        except FileNotFoundError as error:
            raise FileMissingError(snapshot.name, file.path) from error
    if hashed.hexdigest() != file.sha256:
        raise FileChangedError(snapshot.name, file.path)
    if folder is not None and file.plain_sha256 is not None:
        _decrypt(snapshot, file, folder, identities)


def _decrypt(
    snapshot: Snapshot, file: StoredFile, folder: Path, identities: Sequence[pyrage.x25519.Identity]
) -> None:
    """Replace the copy of an encrypted file by its plain text."""
    copy = folder / file.path
    with copy.open("rb") as source, (folder / file.plain_path).open("wb") as sink:
        plain = decrypt_file(snapshot.name, file.path, source, sink, identities)
    if (plain.size, plain.sha256) != (file.plain_size, file.plain_sha256):
        raise PlainTextChangedError(snapshot.name, file.path)
    copy.unlink()
