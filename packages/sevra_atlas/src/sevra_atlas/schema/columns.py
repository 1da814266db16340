"""Columns and column groups that many tables share: text, references, generated values; T, S, R."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Computed,
    Double,
    FetchedValue,
    ForeignKey,
    Identity,
    Integer,
    Numeric,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, MappedColumn, declared_attr, mapped_column

from sevra_atlas.schema.base import CHECKS, IndexSpec

# Slugs a route of the application may need below a prefix.
RESERVED_SLUGS = ("me", "new", "slug", "specialties", "categories", "feed", "search", "admin", "api")

# Counters that a worker adds up: what it adds is no change that somebody made.
ROLLED_UP = frozenset({"views_count", "hits", "last_hit_on"})

# Key of a column's `info`: the database keeps it, the application's role may not write it.
KEPT = "sevra.kept"

# Rules of an address on the web: its scheme, then a host and nothing that ends a header or a line.
WEB_ADDRESS = (
    "{c} ~ '^https?://'",
    r"{c} ~ '^https?://[^/\\?#[:space:][:cntrl:]][^[:space:][:cntrl:]]*$'",
)

_RESERVED_SQL = ", ".join(f"'{slug}'" for slug in RESERVED_SLUGS)
_ID_BITS = "(17179869183 - id)"
_FIRST, _AFTER_OWN, _TIMES, _LAST = -100, 100, 200, 300


def column(
    comment: str,
    *arguments: Any,
    checks: Sequence[str] = (),
    default: str | None = None,
    by_trigger: bool = False,
    by_database: bool = False,
    **options: Any,
) -> MappedColumn[Any]:
    """Return a column with its comment, its CHECKs (`{c}` is the column) and a default written in SQL.

    The application's role may write neither a column `by_trigger` (the ORM reads it back after an UPDATE)
    nor one `by_database`, whose default stays.
    """
    info: dict[str, Any] = {CHECKS: tuple(checks), KEPT: by_trigger or by_database}
    if default is not None:
        options["server_default"] = text(default)
    elif by_trigger:
        options["server_default"] = FetchedValue()
    if by_trigger:
        options["server_onupdate"] = FetchedValue(for_update=True)
    return mapped_column(*arguments, comment=comment, info=info, **options)


def words(limit: int, comment: str, *, checks: Sequence[str] = (), **options: Any) -> MappedColumn[Any]:
    """Return a text column of at most `limit` code points."""
    return column(comment, Text(), checks=(f"char_length({{c}}) <= {limit}", *checks), **options)


def required_words(
    limit: int, comment: str, *, checks: Sequence[str] = (), **options: Any
) -> MappedColumn[Any]:
    """Return a text column of at most `limit` code points that is not blank."""
    return words(limit, comment, checks=("btrim({c}) <> ''", *checks), **options)


def reference(
    target: str, comment: str, *, ondelete: str = "RESTRICT", closes_cycle: bool = False, **options: Any
) -> MappedColumn[Any]:
    """Return a column that refers to `target` (`table.column`).

    A reference that closes a cycle of tables is left out when tables are put in order.
    """
    return column(comment, ForeignKey(target, ondelete=ondelete, use_alter=closes_cycle), **options)


def generated(comment: str, expression: str, *arguments: Any, **options: Any) -> MappedColumn[Any]:
    """Return a stored generated column."""
    return column(comment, *arguments, Computed(expression, persisted=True), **options)


def identity(*checks: str) -> MappedColumn[Any]:
    """Return the primary key of most tables."""
    return column(
        "identity, never used again after a deletion",
        BigInteger(),
        Identity(always=True),
        checks=checks,
        primary_key=True,
        sort_order=_FIRST,
    )


def index(*keys: str, where: str | None = None, name: str | None = None) -> IndexSpec:
    """Return an index under PostgreSQL's default name."""
    return IndexSpec(keys, where, name=name)


def live_index(*keys: str, where: str | None = None, include: tuple[str, ...] = ()) -> IndexSpec:
    """Return a list index over live rows; `where` narrows it further."""
    return IndexSpec(keys, _and("deleted_at IS NULL", where), include, suffix="live_idx")


def live_key(
    *keys: str, where: str | None = None, name: str | None = None, nulls_not_distinct: bool = False
) -> IndexSpec:
    """Return a unique index over live rows."""
    return IndexSpec(
        keys,
        _and("deleted_at IS NULL", where),
        unique=True,
        nulls_not_distinct=nulls_not_distinct,
        suffix="live_key",
        name=name,
    )


def foreign_index(*keys: str) -> IndexSpec:
    """Return the index of a nullable foreign key: rows that have one."""
    return IndexSpec(keys, f"{keys[0]} IS NOT NULL")


def _and(first: str, second: str | None) -> str:
    return first if second is None else f"{first} AND {second}"


class Timestamped:
    """T: when the row was made and last changed by hand."""

    created_at: Mapped[datetime] = column(
        "when the row was made", default="now()", by_database=True, sort_order=_TIMES
    )
    updated_at: Mapped[datetime] = column(
        "last change that was not a counter, a deletion or a restore",
        default="now()",
        by_trigger=True,
        sort_order=_TIMES,
    )


class SoftDeletable(Timestamped):
    """S: an addressable row that a DELETE moves to the trash; the base of the live view."""

    __checks__: ClassVar[tuple[str, ...]] = ("(deleted_at IS NULL) = (deletion_id IS NULL)",)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (foreign_index("deletion_id"),)

    version: Mapped[int] = column(
        "optimistic lock: raised by every change by hand",
        Integer(),
        default="1",
        by_trigger=True,
        sort_order=_LAST,
    )
    deleted_at: Mapped[datetime | None] = column(
        "when the row went to the trash; NULL while it is live", by_trigger=True, sort_order=_LAST
    )
    deletion_id: Mapped[int | None] = column(
        "deletion batch that took the row",
        ForeignKey("deletion_batches.id", ondelete="RESTRICT", use_alter=True),
        by_trigger=True,
        sort_order=_LAST,
    )

    @declared_attr.directive
    def __mapper_args__(self) -> dict[str, Any]:
        return {"eager_defaults": True, "version_id_col": self.version, "version_id_generator": False}


class Slugged:
    """A slug as its author typed it and the key under which it is found."""

    slug: Mapped[str] = required_words(
        255,
        "slug as its author typed it",
        # The key drops a slash at an end; the path that is shown would keep it.
        checks=("octet_length({c}) <= 600", "strpos({c}, '/') = 0"),
        sort_order=-1,
    )
    slug_key: Mapped[str] = generated(
        "folded slug: all look-ups use it",
        "public.slug_key_v1(slug)",
        Text(),
        checks=(
            "{c} !~ '^[0-9]*$' AND {c} !~ '[.~]'",
            f"{{c}} <> ALL (ARRAY[{_RESERVED_SQL}])",
        ),
        sort_order=-1,
    )


class Located:
    """A point on the map, or none."""

    __checks__: ClassVar[tuple[str, ...]] = ("(lat IS NULL) = (lng IS NULL)",)

    lat: Mapped[float | None] = column("latitude, degrees", Double(), checks=("{c} BETWEEN -90 AND 90",))
    lng: Mapped[float | None] = column("longitude, degrees", Double(), checks=("{c} BETWEEN -180 AND 180",))


class Rated:
    """R: sums kept by triggers and the two keyset keys made of them."""

    __checks__: ClassVar[tuple[str, ...]] = (
        "review_count >= 0 AND rating_sum BETWEEN review_count AND 5 * review_count::bigint",
    )

    rating_sum: Mapped[int] = column(
        "sum of the ratings of published live reviews", default="0", by_trigger=True, sort_order=_AFTER_OWN
    )
    review_count: Mapped[int] = column(
        "published live reviews", Integer(), default="0", by_trigger=True, sort_order=_AFTER_OWN
    )
    avg_rating: Mapped[Decimal] = generated(
        "mean rating; 0 when there is no review",
        "CASE WHEN review_count = 0 THEN 0 ELSE round(rating_sum::numeric / review_count, 2) END",
        Numeric(3, 2),
        nullable=False,
        sort_order=_AFTER_OWN,
    )
    rating_key: Mapped[int] = generated(
        "keyset key: mean x 100 (bits 62..54), reviews (53..34), 17179869183 - id (33..0)",
        "CASE WHEN review_count = 0 THEN 0 ELSE (rating_sum * 100 + review_count / 2) / review_count END"
        " * 18014398509481984"
        f" + least(review_count, 1048575)::bigint * 17179869184 + {_ID_BITS}",
        BigInteger(),
        sort_order=_AFTER_OWN,
    )
    popular_key: Mapped[int] = generated(
        "keyset key: Bayesian mean x 1000, ten votes of 3.8 (bits 46..34), 17179869183 - id (33..0)",
        f"(rating_sum * 1000 + 38000) / (review_count + 10) * 17179869184 + {_ID_BITS}",
        BigInteger(),
        sort_order=_AFTER_OWN,
    )
    follower_count: Mapped[int] = column(
        "followers", Integer(), default="0", by_trigger=True, checks=("{c} >= 0",), sort_order=_AFTER_OWN
    )
    save_count: Mapped[int] = column(
        "times saved", Integer(), default="0", by_trigger=True, checks=("{c} >= 0",), sort_order=_AFTER_OWN
    )
