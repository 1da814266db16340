"""What an error refused, in words of closed sets, for whoever counts refusals.

The domain raises and counts nothing. Where a request or a run of a job ends with an error, its process asks
here what that was. A refusal that the domain answers itself, as a drill does that meets a conflict, reaches
nobody and is none.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from psycopg import errors
from sqlalchemy.exc import DBAPIError

from sevra_atlas.domain.errors import DomainError, NotInTrashError, RestoreConflictError, SlugTakenError
from sevra_atlas.domain.retention.errors import (
    DamagedBatchError,
    NotArchivedError,
    PurgedError,
    StillWaitingError,
    UnfitRowError,
    UnknownMigrationError,
)
from sevra_atlas.schema import metadata
from sevra_atlas.schema.reference import KINDS
from sevra_atlas.schema.soft_delete import live_parent_checks

Refused: TypeAlias = Literal["slug", "reference", "restore"]

_TYPES = {
    kind.entity_type.value.lower().replace("_", " "): kind.entity_type.value
    for kind in KINDS.values()
    if kind.url_prefix is not None
}
_OUTCOMES: dict[type[DomainError], str] = {
    RestoreConflictError: "conflict",
    StillWaitingError: "waiting",
    PurgedError: "gone",
    NotInTrashError: "not_in_trash",
    NotArchivedError: "not_archived",
    DamagedBatchError: "damaged",
    UnfitRowError: "unfit",
    UnknownMigrationError: "unknown_migration",
}

PARTS: dict[Refused, tuple[str, ...]] = {
    "slug": tuple(sorted(_TYPES.values())),
    "reference": live_parent_checks(metadata),
    "restore": tuple(_OUTCOMES.values()),
}
"""Every word there is: kinds of rows with an address, checks of the catalogue, ends of a restore."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused, and which of `PARTS` it was."""

    what: Refused
    part: str


def refusal_of(error: BaseException) -> Refusal | None:
    """Return what an error refused; None for any other error, the driver's and the ORM's included."""
    if isinstance(error, SlugTakenError):
        return _known("slug", _TYPES.get(error.kind))
    if isinstance(error, DomainError):
        return _known("restore", _OUTCOMES.get(type(error)))
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, errors.ForeignKeyViolation):
        return _known("reference", cause.diag.constraint_name)
    return None


def _known(what: Refused, part: str | None) -> Refusal | None:
    return None if part not in PARTS[what] else Refusal(what, part)
