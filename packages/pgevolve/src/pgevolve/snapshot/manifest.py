"""The manifest of a snapshot: what was dumped, from where, and the hash of every file.

A snapshot is named after its time and the hash of its manifest. Whoever knows the name can tell whether the
manifest is the one that was written, and through it, whether every file is.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from pgevolve.snapshot.errors import ManifestEditedError, ManifestFormatError

FORMAT = 1
MANIFEST = "manifest.json"
ROLES = "roles.json"
DUMP = "dump"
_HASH_DIGITS = 16  # of the manifest's hash that stand in the name: 64 bits


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file by its path below the snapshot; the plain facts are None where nothing is encrypted."""

    path: str
    size: int
    sha256: str
    plain_size: int | None = None
    plain_sha256: str | None = None

    @property
    def plain_path(self) -> str:
        """The path of what was encrypted, or of the file itself."""
        return self.path if self.plain_sha256 is None else self.path.removesuffix(".age")


@dataclass(frozen=True, slots=True)
class TableContents:
    """The rows of a table: their number, a sum over their hashes, and the file that holds them."""

    schema: str
    name: str
    rows: int
    checksum: str
    file: str

    @property
    def label(self) -> str:
        """The table's name for people."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class DatabaseGrant:
    """A privilege on the database; `grantee` is None for PUBLIC."""

    grantee: str | None
    privilege: str
    grantable: bool


@dataclass(frozen=True, slots=True)
class DatabaseSetting:
    """A default of the database, or of one role in it, such as `search_path=live`."""

    role: str | None
    setting: str


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """What CREATE DATABASE and what follows it must say to make the same database."""

    name: str
    owner: str
    encoding: str
    provider: str
    """`c`, `i` (ICU) or `b` (builtin)."""
    collate: str
    ctype: str
    locale: str | None
    icu_rules: str | None
    connection_limit: int
    comment: str | None
    grants: tuple[DatabaseGrant, ...] | None
    """None where nobody ever changed them."""
    settings: tuple[DatabaseSetting, ...]
    has_public: bool
    """Whether there is a schema `public`, which every new database has and no dump drops."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A migration as the ledger had it."""

    name: str
    state: str
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that is known of a snapshot; all of it is of one moment, that of the exported snapshot."""

    format: int
    made_at: datetime
    database: DatabaseFacts
    server_version: str
    lsn: str
    pgevolve_version: str
    dump_version: str
    """Of pg_dump, such as `18.4`."""
    schema_digest: str
    """Of all schemas, without reference rows: what `restore` compares."""
    migrations: tuple[LedgerEntry, ...]
    recipients: tuple[str, ...]
    """The public keys of age; none means that nothing is encrypted."""
    tables: tuple[TableContents, ...]
    files: tuple[StoredFile, ...]

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def dump_major(self) -> int:
        """The major version of pg_dump: nothing older reads the dump."""
        return int(self.dump_version.partition(".")[0])


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot by its name, with its manifest."""

    name: str
    manifest: Manifest


def encoded(manifest: Manifest) -> bytes:
    """Return the manifest as it is written."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def name_of(made_at: datetime, content: bytes) -> str:
    """Return the name of a snapshot with this manifest, such as `20261126T013000Z-0f3a5b7c9d1e2f40`."""
    digits = hashlib.sha256(content).hexdigest()[:_HASH_DIGITS]
    return f"{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digits}"


def decoded(name: str, content: bytes) -> Manifest:
    """Return the manifest of a snapshot. Raises ManifestEditedError, ManifestFormatError."""
    digits = hashlib.sha256(content).hexdigest()[:_HASH_DIGITS]
    if name.rpartition("-")[2] != digits:
        raise ManifestEditedError(name)
    try:
        version = msgspec.json.decode(content, type=_Version).format
        if version != FORMAT:
            raise ManifestFormatError(name, f"it is of format {version}, and this release knows {FORMAT}")
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise ManifestFormatError(name, str(error)) from error
    if name_of(manifest.made_at, content) != name:
        raise ManifestEditedError(name)
    return manifest


@dataclass(frozen=True, slots=True)
class _Version:
    format: int
