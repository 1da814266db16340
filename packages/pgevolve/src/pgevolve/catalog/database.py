"""What belongs to the whole database: extensions, publications, event triggers, default privileges."""

from dataclasses import dataclass

from pgevolve.catalog.ident import Ident


@dataclass(frozen=True, slots=True)
class ExtensionObject:
    """An extension and the schema of its objects. Its version and its comment are the server's business."""

    name: str
    schema: str

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("extension", "", self.name)


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A table of a publication; no columns means all of them."""

    table: str
    columns: tuple[str, ...] = ()
    where: str | None = None


@dataclass(frozen=True, slots=True)
class PublicationObject:
    """A publication; `publish` names its operations, `via_root` whether a partition is sent as its parent."""

    name: str
    all_tables: bool
    tables: tuple[PublishedTable, ...]
    schemas: tuple[str, ...]
    publish: tuple[str, ...]
    via_root: bool = False
    owner: str | None = None
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("publication", "", self.name)


@dataclass(frozen=True, slots=True)
class EventTriggerObject:
    """An event trigger; `enabled` as of a trigger."""

    name: str
    event: str
    function: str
    tags: tuple[str, ...] = ()
    enabled: str = "O"
    owner: str | None = None
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("event trigger", "", self.name)


@dataclass(frozen=True, slots=True)
class DefaultPrivilegesObject:
    """What roles get on objects that `role` (None: the owner) will make; `on` is TABLES, SEQUENCES and so on.

    `granted` are grantee, privilege and whether it may be passed on; `revoked` the built-in ones taken away.
    """

    role: str | None
    schema: str
    on: str
    granted: tuple[tuple[str, str, bool], ...] = ()
    revoked: tuple[tuple[str, str, bool], ...] = ()

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("default privileges", self.schema, self.on, self.role or "")
