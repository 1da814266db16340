"""An ORM session of a command, as one of the roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sevra_atlas.cli.database import opened, role_url

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    AnySession = TypeVar("AnySession", bound=Session)


@contextmanager
def session_as(role: str, kind: "type[AnySession]") -> "Iterator[AnySession]":
    """Open a session of the role's login; the block commits. Nothing is left open behind it."""
    from sqlalchemy import create_engine

    with opened() as source:
        address = role_url(source.urls(), role).replace("postgresql://", "postgresql+psycopg://", 1)
        engine = create_engine(address)
        try:
            with kind(engine) as session:
                yield session
        finally:
            engine.dispose()
