"""Whether the process can do its work: the check behind `/readyz` and `/api/v1/health/ready`."""

from dataclasses import dataclass
from os import PathLike
from typing import Any, Literal, TypeAlias

from anyio import Path
from psycopg import AsyncConnection, Error
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from sevra_atlas.reads.shape import missing_columns

State: TypeAlias = Literal["OK", "FAILED", "ABSENT"]

_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """The state of each thing that the process needs."""

    database: State
    schema: State
    queue: State
    storage: State

    @property
    def is_ready(self) -> bool:
        """Return whether nothing that should be there fails."""
        return "FAILED" not in (self.database, self.schema, self.queue, self.storage)


async def readiness(pool: AsyncConnectionPool[AsyncConnection[Any]], media_dir: PathLike[str]) -> Readiness:
    """Return the state of database, schema and storage; waits at most two seconds for a connection."""
    database: State = "FAILED"
    schema: State = "FAILED"
    try:
        async with pool.connection(timeout=_PATIENCE_SECONDS) as connection:
            missing = await missing_columns(connection)
            database = "OK"
            schema = "OK" if missing == 0 else "FAILED"
    except (Error, PoolTimeout, PoolClosed):
        pass
    # There are no jobs in this version, so there is no queue that could fail.
    return Readiness(
        database=database,
        schema=schema,
        queue="ABSENT",
        storage="OK" if await Path(media_dir).is_dir() else "FAILED",
    )
