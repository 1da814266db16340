"""Addresses that change hands: a former one is given away, two present ones are swapped, a gone one is freed.

All act as the maintenance role, and a journal tells of each; the session survives a refusal.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import cast, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from sevra_atlas.domain.acting import NOBODY, Act, acting
from sevra_atlas.domain.addresses.administrators import require_administrator
from sevra_atlas.domain.addresses.errors import (
    CurrentPathError,
    InvalidPathError,
    NoPageError,
    NotGoneError,
    SameEntityError,
)
from sevra_atlas.domain.addresses.owners import PAGES, EntityRef, current_path
from sevra_atlas.domain.errors import NotFoundError, sqlstate, violated
from sevra_atlas.domain.slugs import path_key
from sevra_atlas.schema import Entity, UrlPath, metadata

_NO_DATA_FOUND = "P0002"
_OWNER_HAS_CURRENT = "url_paths_owner_has_current"
_KIND = UrlPath.__table__.c.entity_type.type


def transfer(session: Session, path: str, taker: EntityRef, act: Act = NOBODY) -> str:
    """Give a former address to another entity; return its key.

    Locks the ledger's row. Raises InvalidPathError, NotFoundError for a path that nobody holds or an entity
    that never was, CurrentPathError, NoPageError, RoleRequiredError.
    """
    key = _key(path)
    require_administrator(session, act)
    statement = select(func.public.transfer_path(key, cast(taker.kind, _KIND), taker.id, act.reason))
    with _refusals(key, {"transfer_path": CurrentPathError(key), _OWNER_HAS_CURRENT: NoPageError(taker)}):
        try:
            with acting(session, act), session.begin_nested():
                session.execute(statement)
                _let_deferred_rules_speak(session)
        except DBAPIError as error:
            if (violated(error) or "").endswith("_fkey"):
                raise NotFoundError(taker.kind.value, taker.id) from error
            raise
    return key


def swap(session: Session, one: EntityRef, other: EntityRef, act: Act = NOBODY) -> None:
    """Exchange the slugs and present addresses of two live entities of one kind; aliases stay.

    Locks both rows and both of the ledger's, and forgets every loaded object. Raises NoPageError,
    SameEntityError, NotFoundError, RoleRequiredError.
    """
    if one.kind not in PAGES:
        raise NoPageError(one)
    if one == other:
        raise SameEntityError(one)
    if one.kind is not other.kind:
        raise NotFoundError(one.kind.value, str(other))
    require_administrator(session, act)
    statement = select(func.public.swap_slugs(cast(one.kind, _KIND), one.id, other.id, act.reason))
    try:
        with acting(session, act), session.begin_nested():
            session.execute(statement)
    except DBAPIError as error:
        if sqlstate(error) == _NO_DATA_FOUND:
            raise NotFoundError(one.kind.value, _missing(session, one, other)) from error
        raise
    session.expire_all()


def reclaim(session: Session, path: str, act: Act = NOBODY) -> str:
    """Free the path of a purged entity, so that another may take it; return its key.

    Raises InvalidPathError, NotFoundError, NotGoneError, RoleRequiredError.
    """
    key = _key(path)
    require_administrator(session, act)
    with (
        _refusals(key, {"reclaim_path": NotGoneError(key)}),
        acting(session, act),
        session.begin_nested(),
    ):
        session.execute(select(func.public.reclaim_path(key, act.reason)))
    return key


def set_successor(
    session: Session, entity: EntityRef, successor: EntityRef | None, act: Act = NOBODY
) -> None:
    """Say where the paths of an entity lead once it is deleted; None takes that back.

    It speaks only while the entity is deleted and the successor visible. The audit tells of a change, under
    `entities`, not the journal of slugs. Locks the entity's row. Raises NotFoundError, NoPageError,
    SameEntityError, RoleRequiredError.
    """
    require_administrator(session, act)
    if entity == successor:
        raise SameEntityError(entity)
    if successor is not None and current_path(session, successor) is None:
        raise NoPageError(successor)
    named = (
        update(Entity)
        .where(Entity.entity_type == entity.kind, Entity.entity_id == entity.id)
        .values(
            successor_type=None if successor is None else successor.kind,
            successor_id=None if successor is None else successor.id,
        )
        .returning(Entity.entity_id)
        .execution_options(synchronize_session=False)
    )
    with acting(session, act):
        changed = session.execute(named).one_or_none()
    if changed is None:
        raise NotFoundError(entity.kind.value, entity.id)


def _key(path: str) -> str:
    key = path_key(path)
    if key is None:
        raise InvalidPathError(path)
    return key


@contextmanager
def _refusals(key: str, by_constraint: dict[str, Exception]) -> Iterator[None]:
    """Turn what a procedure of the ledger raises into what the domain says."""
    try:
        yield
    except DBAPIError as error:
        if sqlstate(error) == _NO_DATA_FOUND:
            raise NotFoundError("path", key) from error
        refusal = by_constraint.get(violated(error) or "")
        if refusal is not None:
            raise refusal from error
        raise


def _let_deferred_rules_speak(session: Session) -> None:
    for when in ("IMMEDIATE", "DEFERRED"):
        session.execute(text(f"SET CONSTRAINTS public.{_OWNER_HAS_CURRENT} {when}"))


def _missing(session: Session, one: EntityRef, other: EntityRef) -> int:
    """Return the id of the first of two rows that is not live."""
    table = metadata.tables[PAGES[one.kind].table_name]
    wanted = select(table.c.id).where(table.c.id.in_([one.id, other.id]), table.c.deleted_at.is_(None))
    live = set(session.scalars(wanted))
    return other.id if one.id in live else one.id
