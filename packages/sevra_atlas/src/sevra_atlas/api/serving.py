"""What handlers take from the application: a connection, the cursor secret, the site's address."""

from contextlib import AbstractAsyncContextManager
from typing import Any, cast

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from sevra_atlas.api.messages import ApiRequest
from sevra_atlas.reads.cursor import CursorSigner


def reading(request: ApiRequest) -> AbstractAsyncContextManager[AsyncConnection[Any]]:
    """Return a connection of the pool for a block; each statement sees the data of its own moment."""
    pool = cast("AsyncConnectionPool[AsyncConnection[Any]]", request.app.state.pool)
    return pool.connection()


def cursor_signer(request: ApiRequest) -> CursorSigner:
    """Return what signs and reads the cursors of this application."""
    return cast("CursorSigner", request.app.state.cursor_signer)


def public_base_url(request: ApiRequest) -> str:
    """Return the first part of absolute addresses, without a slash at its end."""
    return cast("str", request.app.state.settings.public_base_url)
