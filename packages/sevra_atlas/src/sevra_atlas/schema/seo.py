"""The path ledger, its rules and its journal."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Boolean, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped

from sevra_atlas.schema.base import Base, IndexSpec
from sevra_atlas.schema.columns import (
    Timestamped,
    column,
    foreign_index,
    generated,
    identity,
    index,
    reference,
    words,
)
from sevra_atlas.schema.enums import EntityType, PathKind, QueryMode, RedirectType

_PAIR = "num_nonnulls(entity_type, entity_id) IN (0, 2)"
_PREFIX = "{c} ~ './$' AND public.is_canonical_path(left({c}, -1))"


def _entity(kind: str = "entity_type", key: str = "entity_id") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        [kind, key], ["entities.entity_type", "entities.entity_id"], ondelete="RESTRICT"
    )


class UrlPath(Base):
    """One row per canonical path, for ever; an alias names its owner and no target."""

    __tablename__ = "url_paths"
    __table_args__ = (
        _entity(),
        UniqueConstraint("path", "kind"),
        UniqueConstraint("path", "entity_type", "entity_id"),
        {"comment": "one row per canonical path, for ever"},
    )
    __checks__: ClassVar[tuple[str, ...]] = (
        _PAIR,
        (
            "CASE kind WHEN 'current' THEN entity_id IS NOT NULL WHEN 'alias' THEN entity_id IS NOT NULL"
            " WHEN 'gone' THEN true ELSE entity_id IS NULL END"
        ),
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        IndexSpec(
            ("entity_type", "entity_id"), "kind = 'current'", unique=True, name="url_paths_current_key"
        ),
        index("entity_type", "entity_id", where="entity_id IS NOT NULL"),
    )

    path: Mapped[str] = column(
        "canonical key, shared by all locales",
        Text(),
        checks=("public.is_canonical_path({c})", "octet_length({c}) <= 660"),
        primary_key=True,
    )
    kind: Mapped[PathKind] = column("what the path stands for")
    entity_type: Mapped[EntityType | None] = column("kind of the owner")
    entity_id: Mapped[int | None] = column("id of the owner")
    display_path: Mapped[str | None] = column(
        "path with the slug as typed", Text(), checks=("octet_length({c}) <= 660",)
    )
    since: Mapped[datetime] = column("when it became what it is", default="now()")


class RedirectRule(Timestamped, Base):
    """A redirect that no rename explains: exact or by prefix."""

    __tablename__ = "redirect_rules"
    __table_args__ = (
        ForeignKeyConstraint(["from_path", "from_kind"], ["url_paths.path", "url_paths.kind"]),
        ForeignKeyConstraint(["to_static_path", "to_static_kind"], ["url_paths.path", "url_paths.kind"]),
        _entity("to_entity_type", "to_entity_id"),
        {"comment": "redirects that no rename explains, exact or by prefix"},
    )
    __checks__: ClassVar[tuple[str, ...]] = (
        "num_nonnulls(from_path, from_prefix) = 1",
        "num_nonnulls(to_entity_type, to_entity_id) IN (0, 2)",
        (
            "num_nonnulls(to_entity_id, to_static_path, to_external_url, to_prefix)"
            " = CASE WHEN type IN ('GONE_410', 'LEGAL_451') THEN 0 ELSE 1 END"
        ),
        "to_prefix IS NULL OR from_prefix IS NOT NULL",
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index("to_entity_type", "to_entity_id", where="to_entity_id IS NOT NULL"),
        index("to_static_path", "to_static_kind", where="to_static_path IS NOT NULL"),
        foreign_index("created_by_id"),
    )

    id: Mapped[int] = identity()
    from_path: Mapped[str | None] = column("exact path that is redirected", Text(), unique=True)
    from_kind: Mapped[PathKind] = generated("constant: the ledger row is a rule", "'rule'::public.path_kind")
    from_prefix: Mapped[str | None] = words(
        512, "beginning of the paths that are redirected", checks=(_PREFIX,), unique=True
    )
    type: Mapped[RedirectType] = column("the answer", default="'PERMANENT_301'")
    to_entity_type: Mapped[EntityType | None] = column("kind of the target entity")
    to_entity_id: Mapped[int | None] = column("target entity; its renames are followed", BigInteger())
    to_static_path: Mapped[str | None] = column("target route of the application", Text())
    to_static_kind: Mapped[PathKind] = generated(
        "constant: the target is static", "'static'::public.path_kind"
    )
    to_external_url: Mapped[str | None] = words(
        2048,
        "target off the site",
        # It goes into a header as it is.
        checks=(r"{c} ~ '^https?://[^/\\[:space:][:cntrl:]][^[:space:][:cntrl:]]*$'",),
    )
    to_prefix: Mapped[str | None] = words(
        512, "prefix to which the rest of the path is appended", checks=(_PREFIX,)
    )
    query_mode: Mapped[QueryMode] = column("what becomes of the query string", default="'pass'")
    is_active: Mapped[bool] = column("in force", Boolean(), default="true")
    last_hit_on: Mapped[date | None] = column("last day it was used, from the roll-up")
    hits: Mapped[int] = column(
        "times it was used, from the roll-up", BigInteger(), default="0", checks=("{c} >= 0",)
    )
    note: Mapped[str | None] = words(500, "why it exists")
    created_by_id: Mapped[int | None] = reference("users.id", "who made it", ondelete="SET NULL")


class SlugHistory(Base):
    """Append-only journal of slugs; replaying it rebuilds the content rows of the ledger."""

    __tablename__ = "slug_history"
    __table_args__ = (_entity(), {"comment": "append-only journal of slugs and paths"})
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index("entity_type", "entity_id", "changed_at", "id"),
        index("entity_type", "old_slug"),
        index("actor_id"),
    )

    id: Mapped[int] = identity()
    entity_type: Mapped[EntityType] = column("kind of the entity")
    entity_id: Mapped[int] = column("id of the entity")
    old_slug: Mapped[str | None] = column("slug before; NULL when the path was given, not renamed", Text())
    new_slug: Mapped[str] = column("slug after", Text(), checks=("btrim({c}) <> ''",))
    path: Mapped[str] = column("path the event is about", Text())
    event: Mapped[str] = column(
        "what happened",
        Text(),
        checks=("{c} IN ('assigned', 'renamed', 'transferred', 'reclaimed')",),
    )
    actor_id: Mapped[int | None] = reference("users.id", "who did it", ondelete="SET NULL")
    reason: Mapped[str | None] = words(500, "why, as the actor put it")
    request_id: Mapped[str | None] = words(100, "request in which it happened")
    changed_at: Mapped[datetime] = column("when", default="now()")
