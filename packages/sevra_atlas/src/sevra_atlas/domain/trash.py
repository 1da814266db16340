"""Deletion and restore: what goes to the trash together comes back together."""

from dataclasses import dataclass

from sqlalchemy import CursorResult, func, inspect, select
from sqlalchemy import delete as delete_from
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from sevra_atlas.domain.acting import NOBODY, Act, acting
from sevra_atlas.domain.errors import (
    InUseError,
    NotFoundError,
    NotInTrashError,
    RestoreConflictError,
    primary_message,
    sqlstate,
    violated,
)
from sevra_atlas.schema import DeletionBatch
from sevra_atlas.schema.columns import SoftDeletable
from sevra_atlas.schema.reference import KINDS

_NO_DATA_FOUND = "P0002"


@dataclass(frozen=True, slots=True)
class Deletion:
    """One batch in the trash: its id and how many rows it holds."""

    batch: int
    rows: int


def delete(session: Session, model: type[SoftDeletable], row_id: int, act: Act = NOBODY) -> Deletion:
    """Move a live row and what follows it to the trash, and forget every loaded object.

    `session` acts as the application's role at READ COMMITTED. Locks the row FOR UPDATE until the transaction
    ends. The session survives a refusal. Raises NotFoundError, also for a row already deleted, InUseError.
    """
    kind = KINDS[_table_of(model)].entity_type
    statement = delete_from(model).where(model.id == row_id)  # type: ignore[attr-defined]
    try:
        with acting(session, act), session.begin_nested():
            result = session.execute(statement, execution_options={"synchronize_session": False})
            assert isinstance(result, CursorResult)
            if result.rowcount == 0:
                raise NotFoundError(kind.value, row_id)
    except IntegrityError as error:
        broken = violated(error) or ""
        if broken.endswith("_restrict"):
            raise InUseError(kind.value, row_id, broken) from error
        raise
    # Children went along without the session's knowledge; from memory they would still be served.
    session.expire_all()
    batch = session.execute(
        select(DeletionBatch.id, DeletionBatch.row_count).where(
            DeletionBatch.root_type == kind,
            DeletionBatch.root_id == row_id,
            DeletionBatch.restored_at.is_(None),
            DeletionBatch.archived_at.is_(None),
        )
    ).one()
    return Deletion(batch.id, batch.row_count)


def restore(session: Session, batch: int) -> int:
    """Bring back exactly the rows of a batch; return how many.

    `session` acts as the maintenance role. Locks the batch until the transaction ends; all or nothing. The
    session survives a refusal. Raises NotInTrashError, RestoreConflictError.
    """
    try:
        with session.begin_nested():
            restored = session.scalar(select(func.public.restore_batch(batch)))
    except DBAPIError as error:
        if sqlstate(error) == _NO_DATA_FOUND:
            raise NotInTrashError(batch) from error
        if isinstance(error, IntegrityError):
            constraint = violated(error) or ""
            raise RestoreConflictError(batch, constraint, primary_message(error)) from error
        raise
    session.expire_all()
    assert isinstance(restored, int)
    return restored


def _table_of(model: type[SoftDeletable]) -> str:
    name = inspect(model).local_table.name  # the ORM's word for it: a model of an S table is always mapped
    assert isinstance(name, str)
    return name
