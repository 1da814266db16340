"""Two kinds of ORM session: one that sees live rows, one that sees the trash. No object crosses between them.

An object of the trash that got into an ordinary session would be served from its memory, whatever the views
hide; one of an ordinary session in the trash's would be written to the base table, past its live view.
"""

from typing import Any
from weakref import WeakSet

from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session

_OF_THE_TRASH: WeakSet[object] = WeakSet()


class ForeignObjectError(TypeError):
    """An object that one kind of session loaded was added to a session of the other kind."""

    hint = "load the row again, by its id, in the session that shall hold it"

    def __init__(self, instance: object) -> None:
        super().__init__(instance)
        self.instance = instance

    def __str__(self) -> str:
        return f"this {type(self.instance).__name__} was loaded by the other kind of session"


class TrashSession(Session):
    """A session of the maintenance role over the base tables: it sees what is deleted.

    What it reads replaces what it knows, because rows come and go there by procedures that it does not see.
    """

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """Return the row as it is now, or None."""
        return super().get(entity, ident, **{"populate_existing": True, **options})


@event.listens_for(TrashSession, "do_orm_execute")
def _read_anew(state: ORMExecuteState) -> None:
    if state.is_select:
        state.update_execution_options(populate_existing=True)


@event.listens_for(TrashSession, "loaded_as_persistent")
def _remember(_session: Session, instance: object) -> None:
    _OF_THE_TRASH.add(instance)


@event.listens_for(Session, "before_attach")
def _refuse_foreigners(session: Session, instance: object) -> None:
    """Speak when an object is added, merged or deleted; what a query loads does not come by here."""
    is_of_the_trash = instance in _OF_THE_TRASH
    was_loaded = inspect(instance, raiseerr=True).key is not None
    if is_of_the_trash != isinstance(session, TrashSession) and (is_of_the_trash or was_loaded):
        raise ForeignObjectError(instance)
