"""What the engine works on: the models, the folder of their history, and who owns the schema."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # `check` of a thousand files takes less time than this import.
    from sqlalchemy import MetaData


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What the checker is told: the server's major version, and whether tables and columns need comments."""

    target_version: int = 18
    require_comments: bool = False


@dataclass(frozen=True)
class Project:
    """One schema and its history.

    `owner` is the role that owns everything and as which migrations run; None means the login role itself.
    `ignore_schemas` belong to others and are left out of every comparison. `scratch_url` names a server on
    which throw-away databases may be made; None means an embedded one. With `ignore_partitions` the
    partitions of a partitioned table are data: others make and drop them, and no comparison sees them. Nor
    does one see `ignore_tables`, each as `schema.table`, and what hangs on them.
    """

    metadata: "MetaData"
    migrations: Path
    owner: str | None = None
    ignore_schemas: frozenset[str] = frozenset()
    ignore_partitions: bool = False
    ignore_tables: frozenset[str] = frozenset()
    scratch_url: str | None = None
    check: CheckOptions = CheckOptions()
