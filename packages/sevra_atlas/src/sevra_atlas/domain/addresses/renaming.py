"""Renaming: a row takes another slug, and its former address leads to the new one."""

from typing import TypeAlias, cast

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from sevra_atlas.domain.acting import NOBODY, Act, acting
from sevra_atlas.domain.addresses.errors import NoPageError
from sevra_atlas.domain.addresses.owners import PAGES, EntityRef, holders
from sevra_atlas.domain.errors import (
    InvalidSlugError,
    NotFoundError,
    SlugTakenError,
    VersionConflictError,
    violated,
)
from sevra_atlas.domain.slug_rules import free_slugs, normalized_slug
from sevra_atlas.domain.slugs import slug_key_v1
from sevra_atlas.schema import (
    Artist,
    Base,
    Category,
    City,
    Page,
    Post,
    Province,
    Salon,
    Series,
    Tag,
)
from sevra_atlas.schema.reference import KINDS, Kind

Addressed: TypeAlias = Salon | Artist | City | Province | Post | Page | Category | Tag | Series
"""A row with a page of its own."""


def rename(session: Session, row: Addressed, *, slug: str, act: Act = NOBODY, is_staff: bool = False) -> None:
    """Give a row another slug; its former address redirects to the new one from the same transaction on.

    Writes two rows of the ledger and one of the journal, whatever stands below the row. The session survives
    a refusal. Raises InvalidSlugError, VersionConflictError, and SlugTakenError with three free slugs, which
    names the holder of the address where the actor may know of it: staff of any, everybody of a visible one.
    """
    table = row.__tablename__
    kind, row_id = KINDS[table], row.id
    name = kind.entity_type.value.lower().replace("_", " ")
    wanted = normalized_slug(slug)
    try:
        with acting(session, act), session.begin_nested():
            row.slug = wanted
            session.flush()
    except StaleDataError as error:
        raise VersionConflictError(name, row_id) from error
    except IntegrityError as error:
        broken = violated(error) or ""
        if broken in {"url_paths_pkey", f"{table}_slug_key_live_key"}:
            raise _taken(session, kind, wanted, name=name, is_staff=is_staff) from error
        if broken.startswith(f"{table}_slug_"):
            raise InvalidSlugError(slug, "the database refuses it") from error
        raise


def row_of(session: Session, entity: EntityRef) -> Addressed:
    """Return the live row of an entity that has a page. Raises NoPageError, NotFoundError."""
    if entity.kind not in PAGES:
        raise NoPageError(entity)
    row = session.get(_MODELS[PAGES[entity.kind].table_name], entity.id)
    if row is None:
        raise NotFoundError(entity.kind.value, entity.id)
    return cast("Addressed", row)


_MODELS: dict[str, type[Base]] = {
    mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers
}


def _taken(session: Session, kind: Kind, slug: str, *, name: str, is_staff: bool) -> SlugTakenError:
    prefix = kind.url_prefix or ""
    path = f"{prefix}/{slug_key_v1(slug)}"
    holder = holders(session, (path,)).get(path)
    owner = None if holder is None else holder.owner_for(is_staff=is_staff)
    return SlugTakenError(
        name, slug, free_slugs(session, prefix, slug), None if owner is None else str(owner)
    )
