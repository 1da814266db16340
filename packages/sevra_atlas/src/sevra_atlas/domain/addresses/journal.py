"""The journal of a path: every event that gave it to somebody, oldest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from sevra_atlas.domain.addresses.owners import EntityRef
from sevra_atlas.schema import SlugHistory


@dataclass(frozen=True, slots=True)
class PathEvent:
    """One entry: what happened to whom, by whom and why. `old_slug` is None where the path was given."""

    changed_at: datetime
    event: str
    entity: EntityRef
    old_slug: str | None
    new_slug: str
    actor_id: int | None
    reason: str | None
    request_id: str | None


def journal_of(session: Session, key: str) -> tuple[PathEvent, ...]:
    """Return the journal of a canonical path. Reads the whole journal: for people, not for pages."""
    rows = session.scalars(select(SlugHistory).where(SlugHistory.path == key).order_by(SlugHistory.id))
    return tuple(
        PathEvent(
            row.changed_at,
            row.event,
            EntityRef(row.entity_type, row.entity_id),
            row.old_slug,
            row.new_slug,
            row.actor_id,
            row.reason,
            row.request_id,
        )
        for row in rows
    )
