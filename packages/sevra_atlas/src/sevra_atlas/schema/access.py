"""Who may do what: the four roles and every grant."""

from collections.abc import Iterator

from sqlalchemy import MetaData, Table

from pgevolve.objects import Grant, Role, Schema
from sevra_atlas.schema.blog import Post, Revision
from sevra_atlas.schema.columns import KEPT
from sevra_atlas.schema.core import DeletionBatch, Entity, EntityKind, SoftDeleteEdge
from sevra_atlas.schema.geography import CityStats
from sevra_atlas.schema.keeping import Erasure, FileRemoval, JobFailure, LegalHold, RetentionPolicy
from sevra_atlas.schema.logs import ARCHIVE, AuditEntry, OtpAttempt
from sevra_atlas.schema.search import SearchDocument, SearchLexeme, SearchWeight
from sevra_atlas.schema.seo import SlugHistory, UrlPath
from sevra_atlas.schema.sitemap import SitemapFailure, SitemapFile, SitemapShard, SitemapUrl
from sevra_atlas.schema.soft_delete import soft_deletable_tables
from sevra_atlas.schema.views import ENGLISH, INDEXABLE, TRASH

OWNER, APP, MAINTENANCE, READONLY = "sevra_owner", "sevra_app", "sevra_maintenance", "sevra_readonly"

ROLES = tuple(Role(role) for role in (OWNER, APP, MAINTENANCE, READONLY))
LIVE = Schema("live")
ARCHIVE_SCHEMA = Schema(ARCHIVE)

_READ = ("SELECT",)
_WRITE = ("SELECT", "INSERT", "UPDATE", "DELETE")

# Ledgers, registries and projections: the application reads them. Table → privileges of maintenance.
_LEDGERS = {
    EntityKind.__tablename__: _READ,
    SoftDeleteEdge.__tablename__: _READ,
    Entity.__tablename__: _READ,
    DeletionBatch.__tablename__: _READ,
    UrlPath.__tablename__: _READ,
    SlugHistory.__tablename__: _READ,
    Revision.__tablename__: ("SELECT", "INSERT", "DELETE"),
    RetentionPolicy.__tablename__: _READ,
    SearchWeight.__tablename__: _READ,
    LegalHold.__tablename__: ("SELECT", "INSERT"),
    Erasure.__tablename__: ("SELECT", "INSERT", "UPDATE"),
    AuditEntry.__tablename__: _READ,
    FileRemoval.__tablename__: _WRITE,
    JobFailure.__tablename__: _WRITE,
    # Projections: the workers make them from the rest.
    CityStats.__tablename__: _WRITE,
    SearchDocument.__tablename__: _WRITE,
    SearchLexeme.__tablename__: _WRITE,
    SitemapUrl.__tablename__: _WRITE,
    SitemapShard.__tablename__: _WRITE,
    SitemapFile.__tablename__: _WRITE,
    SitemapFailure.__tablename__: _WRITE,
}

# What maintenance writes in a ledger besides: (table, privilege) → columns. The rest stays as it was written.
_IN_COLUMNS = {
    (Entity.__tablename__, "UPDATE"): ("state", "successor_type", "successor_id"),
    (DeletionBatch.__tablename__, "INSERT"): (
        *("root_type", "root_id", "actor_id", "reason", "request_id", "row_count"),
    ),
    (DeletionBatch.__tablename__, "UPDATE"): (
        *("row_count", "restored_at", "archived_at", "purged_at"),
        *("blocked_at", "blocked_by", "hold_until", "hold_reason"),
    ),
    (UrlPath.__tablename__, "UPDATE"): ("kind",),
    (LegalHold.__tablename__, "UPDATE"): ("released_by_id", "released_at"),
}

# Counters that a worker raises; triggers keep the others.
_ROLLED_UP = {Post.__tablename__: ("views_count",)}

_PROCEDURES = (
    "public.soft_delete_rows(name, bigint[], bigint)",
    "public.restore_batch(bigint)",
    "public.transfer_path(text, public.entity_type, bigint, text)",
    "public.swap_slugs(public.entity_type, bigint, bigint, text)",
    "public.reclaim_path(text, text)",
    "public.rebuild_url_paths()",
    "public.move_to_archive(name, bigint)",
    "public.open_remainder(bigint, integer)",
    "public.return_reference(name, name, bigint, bigint[])",
    "public.erase_person(bigint)",
    "public.erased_row(name, jsonb, bigint)",
    "public.erase_files(bigint[])",
    "public.roll_partitions(text)",
    "public.drop_archive_partition(date)",
)


def grants(metadata: MetaData) -> Iterator[Grant]:
    """Yield the grants of the three roles that log in for work; the owner has its own objects."""
    yield Grant(("USAGE",), "live", (APP, READONLY), kind="SCHEMA")
    yield Grant(("USAGE",), "public", (APP, MAINTENANCE, READONLY), kind="SCHEMA")
    soft = {table.name for table in soft_deletable_tables(metadata)}
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        if table.schema == ARCHIVE:
            continue
        if table.name in soft:
            yield from _soft_table(table)
        elif table.name in _LEDGERS:
            yield Grant(_READ, f"public.{table.name}", (APP, READONLY))
            yield Grant(_LEDGERS[table.name], f"public.{table.name}", (MAINTENANCE,))
        elif table.name == OtpAttempt.__tablename__:
            yield Grant(("SELECT", "INSERT"), f"public.{table.name}", (APP,))
            yield Grant(_READ, f"public.{table.name}", (MAINTENANCE, READONLY))
        else:
            yield Grant(_WRITE, f"public.{table.name}", (APP, MAINTENANCE))
            yield Grant(_READ, f"public.{table.name}", (READONLY,))
    for (ledger, privilege), written in _IN_COLUMNS.items():
        yield Grant((privilege,), f"public.{ledger}", (MAINTENANCE,), columns=written)
    yield from _archive()
    yield Grant(_READ, INDEXABLE, (APP, MAINTENANCE, READONLY))
    yield Grant(_READ, ENGLISH, (APP, MAINTENANCE, READONLY))
    yield Grant(_READ, TRASH, (MAINTENANCE,))
    for procedure in _PROCEDURES:
        yield Grant(("EXECUTE",), procedure, (MAINTENANCE,), kind="FUNCTION")


def writable_columns(table: Table) -> tuple[str, ...]:
    """Return the columns of an S table that the application's role may write."""
    return tuple(
        column.name
        for column in table.columns
        if not (column.computed is not None or column.identity is not None or column.info.get(KEPT))
    )


def _archive() -> Iterator[Grant]:
    """Yield what maintenance may do in the archive: nobody changes an archived row."""
    yield Grant(("USAGE",), ARCHIVE, (MAINTENANCE,), kind="SCHEMA")
    for table in ("rows", "segments"):
        yield Grant(("SELECT", "INSERT", "DELETE"), f"{ARCHIVE}.{table}", (MAINTENANCE,))
    checked = ("sha256", "row_count", "byte_size", "verified_at", "rewritten_at")
    yield Grant(("UPDATE",), f"{ARCHIVE}.segments", (MAINTENANCE,), columns=checked)


def _soft_table(table: Table) -> Iterator[Grant]:
    view, columns = f"live.{table.name}", writable_columns(table)
    yield Grant(("SELECT", "DELETE"), view, (APP,))
    yield Grant(("INSERT",), view, (APP,), columns=columns)
    keys = set(table.primary_key.columns.keys())
    changeable = tuple(column for column in columns if column not in keys)
    yield Grant(("UPDATE",), view, (APP,), columns=changeable)
    yield Grant(_READ, view, (READONLY,))
    # A restore from the archive writes whole rows. Rows go, into the trash and out of it, by procedures only.
    yield Grant(("SELECT", "INSERT"), f"public.{table.name}", (MAINTENANCE,))
    rolled_up = _ROLLED_UP.get(table.name, ())
    yield Grant(("UPDATE",), f"public.{table.name}", (MAINTENANCE,), columns=(*changeable, *rolled_up))
