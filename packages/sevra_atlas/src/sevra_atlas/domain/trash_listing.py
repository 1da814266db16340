"""What is in the trash: one entry a deletion, newest first, with what it took along and when it will go."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, cast, func, literal_column, select, table
from sqlalchemy.orm import Session

from sevra_atlas.domain.errors import NotInTrashError
from sevra_atlas.schema import DeletionBatch, metadata
from sevra_atlas.schema.enums import BatchState, EntityType
from sevra_atlas.schema.reference import KINDS

_PAGE = 50
# What a person knows a row by, the first one that the table has.
_NAMES = ("name_fa", "name", "full_name", "title", "display_name", "username", "label", "body", "content")
_NAMES_OTHERWISE = ("slug", "storage_key")
_LABEL_LENGTH = 80

_KIND_TYPE = DeletionBatch.__table__.c.root_type.type
_TABLES = {kind.entity_type: name for name, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class TrashedBatch:
    """A deletion that can be taken back.

    `label` is what a person knows the deleted row by; `rows` counts what went with it, by table, itself
    included. The archive takes it from `archived_from` on, unless `hold_until` is later or the state is
    BLOCKED, because a row outside the batch still needs one in it.
    """

    batch: int
    kind: EntityType
    row_id: int
    label: str
    actor_id: int | None
    reason: str | None
    deleted_at: datetime
    archived_from: datetime
    hold_until: datetime | None
    state: BatchState
    blocked_by: str | None
    rows: Mapping[str, int]


def trashed(
    session: Session, *, kind: EntityType | None = None, before: int | None = None, limit: int = _PAGE
) -> tuple[TrashedBatch, ...]:
    """Return deletions of a kind, or of all, newest first; `before` is the last batch of the page before.

    `session` acts as the maintenance role. Nothing is locked.
    """
    conditions = []
    if kind is not None:
        conditions.append(_column("root_type") == cast(kind, _KIND_TYPE))
    if before is not None:
        conditions.append(_column("batch_id") < before)
    wanted = select("*").select_from(_TRASH).where(*conditions)
    rows = session.execute(wanted.order_by(_column("batch_id").desc()).limit(limit)).all()
    return tuple(_batches(session, rows))


def get_trashed(session: Session, batch: int) -> TrashedBatch:
    """Return one deletion. Raises NotInTrashError."""
    rows = session.execute(select("*").select_from(_TRASH).where(_column("batch_id") == batch)).all()
    if not rows:
        raise NotInTrashError(batch)
    return next(iter(_batches(session, rows)))


_TRASH = table("trash", schema="public")


def _column(name: str) -> ColumnElement[object]:
    return literal_column(name)


def _batches(session: Session, rows: Iterable[Row[tuple[object, ...]]]) -> Iterable[TrashedBatch]:
    found = list(rows)
    labels = _labels(session, found)
    for row in found:
        kind = EntityType(row.root_type)
        yield TrashedBatch(
            batch=row.batch_id,
            kind=kind,
            row_id=row.root_id,
            label=labels.get((kind, row.root_id), ""),
            actor_id=row.actor_id,
            reason=row.reason,
            deleted_at=row.created_at,
            archived_from=row.archived_from,
            hold_until=row.hold_until,
            state=BatchState(row.state),
            blocked_by=row.blocked_by,
            rows=row.rows or {},
        )


def _labels(session: Session, rows: Iterable[Row[tuple[object, ...]]]) -> dict[tuple[EntityType, int], str]:
    """Return what the deleted rows are called: one query a kind, however many rows."""
    wanted: dict[EntityType, list[int]] = defaultdict(list)
    for row in rows:
        wanted[EntityType(row.root_type)].append(row.root_id)
    labels: dict[tuple[EntityType, int], str] = {}
    for kind, ids in wanted.items():
        of_kind = metadata.tables[_TABLES[kind]]
        names = [name for name in (*_NAMES, *_NAMES_OTHERWISE) if name in of_kind.c]
        if not names:
            continue
        label = func.left(func.coalesce(*(func.nullif(of_kind.c[name], "") for name in names)), _LABEL_LENGTH)
        for id_, text in session.execute(select(of_kind.c.id, label).where(of_kind.c.id.in_(ids))):
            labels[kind, id_] = text or ""
    return labels
