"""Who acts, why, and in which request: told to the triggers that write journals and deletion batches."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Act:
    """What a journal keeps of an act beside the change itself; a reason has at most 500 characters."""

    actor_id: int | None = None
    reason: str | None = None
    request_id: str | None = None


NOBODY = Act()


@contextmanager
def acting(session: Session, act: Act) -> Iterator[None]:
    """Let triggers see `act` inside the block, in this transaction only."""
    _tell(session, act)
    try:
        yield
    finally:
        _tell(session, NOBODY)


def _tell(session: Session, act: Act) -> None:
    settings = {name: "" if value is None else str(value) for name, value in asdict(act).items()}
    session.execute(
        select(*(func.set_config(f"sevra.{name}", value, True) for name, value in settings.items()))
    )
