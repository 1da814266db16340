"""What the trash shows of each deletion."""

from datetime import timedelta

import pytest
from databases import acting_as
from factories import SOFT_MODELS, make_review, make_salon, make_user
from sqlalchemy.orm import Session

from sevra_atlas.domain import trash
from sevra_atlas.domain.acting import Act
from sevra_atlas.domain.errors import NotInTrashError
from sevra_atlas.domain.trash_listing import get_trashed, trashed
from sevra_atlas.schema import Review, Salon
from sevra_atlas.schema.access import MAINTENANCE
from sevra_atlas.schema.enums import BatchState, EntityType
from sevra_atlas.schema.reference import KINDS


def test_a_deletion_is_shown_with_what_it_is_called_and_what_went_along(session: Session) -> None:
    actor, salon = make_user(session).id, make_salon(session, name="سالن رویا").id
    for _ in range(2):
        make_review(session, salon_id=salon)
    deletion = trash.delete(session, Salon, salon, Act(actor, "closed"))

    with acting_as(session, MAINTENANCE):
        (found,) = trashed(session)

    assert (found.batch, found.kind, found.row_id) == (deletion.batch, EntityType.SALON, salon)
    assert (found.label, found.actor_id, found.reason) == ("سالن رویا", actor, "closed")
    assert found.rows == {"salons": 1, "reviews": 2}
    assert (found.state, found.hold_until, found.blocked_by) == (BatchState.TRASHED, None, None)
    assert found.archived_from - found.deleted_at == timedelta(days=30)


def test_deletions_come_newest_first_in_pages_and_by_kind(session: Session) -> None:
    salons = [make_salon(session).id for _ in range(3)]
    batches = [trash.delete(session, Salon, salon).batch for salon in salons]
    review = trash.delete(session, Review, make_review(session).id).batch

    with acting_as(session, MAINTENANCE):
        first = trashed(session, kind=EntityType.SALON, limit=2)
        second = trashed(session, kind=EntityType.SALON, limit=2, before=first[-1].batch)
        everything = trashed(session)

    assert [found.batch for found in (*first, *second)] == batches[::-1]
    assert everything[0].batch == review


def test_every_kind_of_row_has_a_name_in_the_trash(session: Session) -> None:
    for model, make in SOFT_MODELS:
        trash.delete(session, model, make(session).id)  # type: ignore[arg-type]

    with acting_as(session, MAINTENANCE):
        found = trashed(session, limit=100)

    assert {batch.kind for batch in found} == {kind.entity_type for kind in KINDS.values()}
    assert [batch.kind for batch in found if not batch.label] == []


def test_what_was_restored_or_never_deleted_is_not_in_the_trash(session: Session) -> None:
    deletion = trash.delete(session, Salon, make_salon(session).id)

    with acting_as(session, MAINTENANCE):
        trash.restore(session, deletion.batch)
        for batch in (deletion.batch, 987_654_321):
            with pytest.raises(NotInTrashError):
                get_trashed(session, batch)
