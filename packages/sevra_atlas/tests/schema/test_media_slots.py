"""A private file is on no page, whichever side changes."""

import pytest
from databases import violated_by
from factories import make_author, make_media, make_post, make_salon, make_user
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema import Media, MediaLink, SeoMeta


def test_a_private_file_has_no_public_place(session: Session) -> None:
    private, salon = make_media(session, is_private=True), make_salon(session)

    cover = violated_by(session, lambda: setattr(salon, "cover_media_id", private.id))
    portrait = violated_by(session, lambda: make_user(session, avatar_media_id=private.id))
    gallery = MediaLink(media_id=private.id, entity_type="SALON", entity_id=salon.id)
    licence = MediaLink(media_id=private.id, entity_type="SALON", entity_id=salon.id, kind="LICENSE")

    assert cover == portrait == "public_media_slot"
    assert violated_by(session, lambda: session.add(gallery)) == "public_media_slot"
    assert violated_by(session, lambda: session.add(licence)) is None


@pytest.mark.parametrize(
    "place", ["avatar", "cover", "portrait", "gallery", "trash", "post", "byline", "meta"]
)
def test_a_file_on_a_page_does_not_become_private(session: Session, place: str) -> None:
    picture = make_media(session)
    salon = make_salon(session)
    if place == "portrait":
        make_user(session, avatar_media_id=picture.id)
    elif place == "post":
        make_post(session, cover_media_id=picture.id)
    elif place == "byline":
        make_author(session, avatar_id=picture.id)
    elif place == "meta":
        session.add(SeoMeta(entity_type="SALON", entity_id=salon.id, og_image_media_id=picture.id))
    elif place == "gallery":
        session.add(MediaLink(media_id=picture.id, entity_type="SALON", entity_id=salon.id))
    else:
        setattr(salon, "cover_media_id" if place == "cover" else "avatar_media_id", picture.id)
    session.flush()
    if place == "trash":
        session.delete(salon)
        session.flush()

    refused = violated_by(session, lambda: hide(session, picture))

    assert refused == "public_media_slot"


def test_a_file_that_only_proves_something_may_become_private(session: Session) -> None:
    paper, salon = make_media(session), make_salon(session)
    session.add(MediaLink(media_id=paper.id, entity_type="SALON", entity_id=salon.id, kind="LICENSE"))
    session.flush()

    assert violated_by(session, lambda: hide(session, paper)) is None


def hide(session: Session, file: Media) -> None:
    session.execute(text("UPDATE media SET is_private = true, url = NULL WHERE id = :id"), {"id": file.id})
