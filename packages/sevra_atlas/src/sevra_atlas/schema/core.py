"""What every addressable row stands on: kinds, entities, deletion batches, edges, the outbox."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Integer, Numeric, SmallInteger
from sqlalchemy.orm import Mapped

from sevra_atlas.schema.base import Base, IndexSpec, Name
from sevra_atlas.schema.columns import (
    column,
    foreign_index,
    generated,
    identity,
    index,
    reference,
    words,
)
from sevra_atlas.schema.enums import (
    BatchState,
    EdgeAction,
    EntityState,
    EntityType,
    OutboxTopic,
    SitemapChangeFreq,
)

_OPEN = "restored_at IS NULL AND archived_at IS NULL"


class EntityKind(Base):
    """Registry of addressable tables; rows come from migrations only."""

    __tablename__ = "entity_types"
    __table_args__ = ({"comment": "registry of addressable tables"},)

    entity_type: Mapped[EntityType] = column("kind of row", primary_key=True)
    table_name: Mapped[str] = column("table that holds the rows", Name(), unique=True)
    url_prefix: Mapped[str | None] = column("path before the slug; NULL = no public page", unique=True)
    content_type_id: Mapped[int] = column("number the API shows for the kind", SmallInteger(), unique=True)
    default_changefreq: Mapped[SitemapChangeFreq | None] = column("sitemap: how often a page changes")
    default_priority: Mapped[float | None] = column("sitemap: weight of a page", Numeric(2, 1))


class Entity(Base):
    """One row per addressable row, for ever."""

    __tablename__ = "entities"
    __table_args__ = (
        ForeignKeyConstraint(
            ["successor_type", "successor_id"],
            ["entities.entity_type", "entities.entity_id"],
            match="FULL",
        ),
        {"comment": "one row per addressable row, for ever; kept by trigger"},
    )
    __checks__: ClassVar[tuple[str, ...]] = (
        "(successor_type, successor_id) IS DISTINCT FROM (entity_type, entity_id)",
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index("entity_type", "entity_id", where="state = 'deleted'", name="entities_deleted_idx"),
        index("successor_type", "successor_id", where="successor_id IS NOT NULL"),
    )

    entity_type: Mapped[EntityType] = column(
        "kind of the row", ForeignKey("entity_types.entity_type"), primary_key=True
    )
    entity_id: Mapped[int] = column("id of the row in its table", primary_key=True, autoincrement=False)
    state: Mapped[EntityState] = column("what a visitor may see")
    first_public_at: Mapped[datetime | None] = column("first time the row was public or unlisted")
    successor_type: Mapped[EntityType | None] = column("kind of the entity that took its place")
    successor_id: Mapped[int | None] = column("where the paths of a deleted entity lead")
    created_at: Mapped[datetime] = column("when the entity was registered", default="now()")


class DeletionBatch(Base):
    """One deletion and everything it took along."""

    __tablename__ = "deletion_batches"
    __table_args__ = (
        ForeignKeyConstraint(["root_type", "root_id"], ["entities.entity_type", "entities.entity_id"]),
        {"comment": "one deletion and everything it took along"},
    )
    __checks__: ClassVar[tuple[str, ...]] = (
        "purged_at IS NULL OR (archived_at IS NOT NULL AND restored_at IS NULL)",
        "(blocked_at IS NULL) = (blocked_by IS NULL)",
        "(hold_until IS NULL) = (hold_reason IS NULL)",
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index("created_at", "id", where=_OPEN),
        index("root_type", "root_id", "id DESC"),
        foreign_index("actor_id"),
        foreign_index("remainder_of_id"),
        IndexSpec(("root_type", "root_id"), _OPEN, unique=True, name="deletion_batches_open_key"),
    )

    id: Mapped[int] = identity()
    root_type: Mapped[EntityType] = column("kind of the row that was deleted")
    root_id: Mapped[int] = column("id of the row that was deleted")
    actor_id: Mapped[int | None] = reference("users.id", "who deleted it", ondelete="SET NULL")
    reason: Mapped[str | None] = words(500, "why, as the actor put it")
    request_id: Mapped[str | None] = words(100, "request in which it happened")
    row_count: Mapped[int] = column("rows the batch holds", Integer(), default="0")
    created_at: Mapped[datetime] = column("when it happened; starts the days in the trash", default="now()")
    restored_at: Mapped[datetime | None] = column("when the rows came back")
    archived_at: Mapped[datetime | None] = column("when the rows were archived; names the archive's month")
    purged_at: Mapped[datetime | None] = column("when the archived rows were destroyed")
    blocked_at: Mapped[datetime | None] = column("when archiving met a reference that stops it")
    blocked_by: Mapped[str | None] = words(255, "the reference that stops archiving")
    hold_until: Mapped[datetime | None] = column("kept until then; infinity = until released")
    hold_reason: Mapped[str | None] = words(500, "why it is kept")
    state: Mapped[BatchState] = generated(
        "where the batch stands, from the times above",
        "CASE WHEN purged_at IS NOT NULL THEN 'PURGED'::public.batch_state"
        " WHEN restored_at IS NOT NULL THEN 'RESTORED'::public.batch_state"
        " WHEN archived_at IS NOT NULL THEN 'ARCHIVED'::public.batch_state"
        " WHEN blocked_at IS NOT NULL THEN 'BLOCKED'::public.batch_state"
        " ELSE 'TRASHED'::public.batch_state END",
    )
    remainder_of_id: Mapped[int | None] = reference(
        "deletion_batches.id", "the archived deletion of which these rows could not come back yet"
    )


class SoftDeleteEdge(Base):
    """What follows a parent into the trash, and what keeps it out."""

    __tablename__ = "soft_delete_edges"
    __table_args__ = ({"comment": "what follows a parent into the trash, and what keeps it out"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("child_table"),)

    parent_table: Mapped[str] = column(
        "table of the deleted row", Name(), ForeignKey("entity_types.table_name"), primary_key=True
    )
    child_table: Mapped[str] = column(
        "table that refers to it", Name(), ForeignKey("entity_types.table_name"), primary_key=True
    )
    child_column: Mapped[str] = column("column that refers to it", Name(), primary_key=True)
    action: Mapped[EdgeAction] = column("follow the parent, or refuse its deletion")


class OutboxEntry(Base):
    """A change that a worker has yet to see; written in the transaction of the change."""

    __tablename__ = "outbox"
    __table_args__ = (
        ForeignKeyConstraint(["entity_type", "entity_id"], ["entities.entity_type", "entities.entity_id"]),
        {"comment": "changes for the workers, written in the transaction of the change"},
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("topic", "id"), index("entity_type", "entity_id"))

    id: Mapped[int] = identity()
    topic: Mapped[OutboxTopic] = column("which worker it is for")
    entity_type: Mapped[EntityType] = column("kind of the changed entity")
    entity_id: Mapped[int] = column("id of the changed entity")
    created_at: Mapped[datetime] = column(
        # A time that no worker can read would keep everything behind it from being taken.
        "when it changed",
        default="now()",
        checks=("extract(year FROM {c} AT TIME ZONE 'UTC') BETWEEN 1970 AND 9998",),
    )
