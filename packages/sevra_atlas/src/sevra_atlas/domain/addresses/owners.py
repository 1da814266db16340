"""Who holds a path: one look-up for any number of them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple, cast

from sqlalchemy import ARRAY, Text, bindparam, func, select
from sqlalchemy.orm import Session

from sevra_atlas.domain.slugs import path_key
from sevra_atlas.schema import Entity, UrlPath
from sevra_atlas.schema.enums import EntityState, EntityType, PathKind
from sevra_atlas.schema.reference import KINDS

PAGES = {kind.entity_type: kind for kind in KINDS.values() if kind.url_prefix is not None}
"""The kinds of entities that have an address of their own."""

_MOST_DIGITS = 18  # of an id that surely fits the column
_VISIBLE = frozenset({EntityState.PUBLIC, EntityState.UNLISTED})


class EntityRef(NamedTuple):
    """An entity by kind and id, written `SALON:17`."""

    kind: EntityType
    id: int

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.id}"


def entity_ref(text: str) -> EntityRef | None:
    """Return the entity that `SALON:17` names, whether or not there is one; None for another form."""
    kind, colon, number = text.partition(":")
    if not colon or not (number.isascii() and number.isdecimal()) or len(number) > _MOST_DIGITS:
        return None
    try:
        return EntityRef(EntityType(kind.strip().upper()), int(number))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Holder:
    """What the ledger holds at a path. `is_visible` tells whether visitors may know of the owner."""

    path: str
    kind: PathKind
    owner: EntityRef | None
    is_visible: bool

    def owner_for(self, *, is_staff: bool) -> EntityRef | None:
        """Return the owner, if the asker may know of it."""
        return self.owner if is_staff or self.is_visible else None


def holders(session: Session, keys: Collection[str]) -> dict[str, Holder]:
    """Return what the ledger holds at each of the canonical paths that it knows: one query."""
    if not keys:
        return {}
    asked = select(func.unnest(bindparam("keys", sorted(keys), type_=ARRAY(Text))).label("path")).subquery()
    rows = session.execute(
        select(UrlPath.path, UrlPath.kind, UrlPath.entity_type, UrlPath.entity_id, Entity.state)
        .join(asked, asked.c.path == UrlPath.path)
        .outerjoin(
            Entity, (Entity.entity_type == UrlPath.entity_type) & (Entity.entity_id == UrlPath.entity_id)
        )
    )
    return {
        path: Holder(
            path, kind, None if type_ is None or id_ is None else EntityRef(type_, id_), state in _VISIBLE
        )
        for path, kind, type_, id_, state in rows
    }


def find_holder(session: Session, raw_path: str) -> Holder | None:
    """Return what the ledger holds at a path as people write it."""
    key = path_key(raw_path)
    return None if key is None else holders(session, (key,)).get(key)


def current_path(session: Session, entity: EntityRef) -> str | None:
    """Return the key of an entity's present address."""
    return cast(
        "str | None",
        session.scalar(
            select(UrlPath.path).where(
                UrlPath.entity_type == entity.kind,
                UrlPath.entity_id == entity.id,
                UrlPath.kind == PathKind.CURRENT,
            )
        ),
    )
