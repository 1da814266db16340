"""A database whose rows are deleted, age and are archived, with a way in for each role that takes part."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Self

import psycopg
from databases import SevraDatabase
from factories import (
    make_artist,
    make_author,
    make_category,
    make_certification,
    make_city,
    make_comment,
    make_media,
    make_neighborhood,
    make_post,
    make_reaction,
    make_review,
    make_salon,
    make_seo_meta,
    make_service,
    make_specialty,
    make_tag,
    make_user,
    tag_post,
)
from psycopg.rows import tuple_row
from sqlalchemy.orm import Session

from sevra_atlas.domain.retention.conservation import balances
from sevra_atlas.domain.retention.run import Ran, run_once
from sevra_atlas.domain.retention.steps import Watch
from sevra_atlas.schema import (
    ArtistOwner,
    ArtistSpecialty,
    Follow,
    MediaLink,
    OpeningHours,
    PostMedia,
    Report,
    ReviewVote,
    SalonArtist,
    SalonOwner,
    SalonService,
    Save,
    VerificationDocument,
    VerificationRequest,
)
from sevra_atlas.schema.access import MAINTENANCE, OWNER

Columns = dict[str, Any]


class Scene:
    """One database and three ways into it; every statement commits."""

    def __init__(self, database: SevraDatabase) -> None:
        self.database = database
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        def opened(role: str) -> psycopg.Connection:
            return self._stack.enter_context(self.database.connect(role, autocommit=True))

        self.app, self.workers, self.owner = opened("sevra_app"), opened(MAINTENANCE), opened(OWNER)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def rows(self) -> Iterator[Session]:
        """Open a session of the application in which rows are made."""
        with self.database.session() as session:
            yield session

    def value(self, sql: str, *values: object) -> Any:
        """Return the first column of the first row, as the owner sees it."""
        row = self.owner.cursor(row_factory=tuple_row).execute(sql.encode(), values).fetchone()
        return None if row is None else row[0]

    def delete(self, table: str, row_id: int) -> int:
        """Delete a row as the application does; return its batch."""
        done = self.app.execute(f"DELETE FROM {table} WHERE id = %s".encode(), (row_id,))
        assert done.rowcount == 1
        return int(self.value("SELECT max(id) FROM deletion_batches"))

    def age(self, days: float, *batches: int) -> None:
        """Let batches be older, or all of them."""
        self.owner.execute(
            "UPDATE deletion_batches SET created_at = created_at - make_interval(secs => %s)"
            " WHERE %s::bigint[] = '{}' OR id = ANY (%s)",
            (days * 86_400, list(batches), list(batches)),
        )

    def age_archive(self, days: float, *batches: int) -> None:
        """Let batches have been archived longer ago, or all of them."""
        with self.owner.transaction():
            for table, batch in (("deletion_batches", "id"), ("archive.rows", "batch_id")):
                self.owner.execute(
                    f"UPDATE {table} SET archived_at = archived_at - make_interval(secs => %s)"
                    " WHERE archived_at IS NOT NULL"
                    f" AND (%s::bigint[] = '{{}}' OR {batch} = ANY (%s))".encode(),
                    (days * 86_400, list(batches), list(batches)),
                )

    def run(self, watch: Watch | None = None, **options: Any) -> Ran:
        """Run a pass of the worker."""
        return run_once(self.workers, watch, **options)

    def state(self, batch: int) -> str:
        return str(self.value("SELECT state::text FROM deletion_batches WHERE id = %s", batch))

    def archived(self) -> dict[str, int]:
        """Return how many rows of each table lie in the archive."""
        found = self.owner.cursor(row_factory=tuple_row).execute(
            "SELECT table_name::text, count(*) FROM archive.rows GROUP BY 1"
        )
        return dict(found.fetchall())

    def end_session(self, name: str) -> None:
        """End the session of that application name, on the server, and wait until it is gone."""
        with self.owner.cursor(row_factory=tuple_row) as cursor:
            cursor.execute("SET ROLE NONE")
            ended = cursor.execute(
                "SELECT count(*) FROM pg_stat_activity, pg_terminate_backend(pid, 10000) AS gone"
                " WHERE datname = current_database() AND application_name = %s AND gone",
                (name,),
            ).fetchone()
            cursor.execute("SET ROLE sevra_owner")
        assert ended == (1,)

    def broken_balances(self) -> list[object]:
        """Return the tables of which the law of conservation does not hold."""
        return [each for each in balances(self.workers) if not each.is_kept]


def make_directory(session: Session) -> Columns:
    """Make a salon, an artist, a person, a post and a city with every kind of satellite; return their ids."""
    owner, fan = make_user(session), make_user(session)
    city = make_city(session)
    place = make_neighborhood(session, city_id=city.id)
    salon, artist = make_salon(session), make_artist(session)
    make_certification(session, artist_id=artist.id)
    picture, paper = make_media(session), make_media(session, is_private=True)
    service, specialty = make_service(session), make_specialty(session)
    author = make_author(session)
    category, tag = make_category(session), make_tag(session)
    post = make_post(session, author_id=author.id, category_id=category.id)
    tag_post(session, post, tag)
    request = VerificationRequest(salon_id=salon.id, requested_by_id=owner.id)
    rows: list[Any] = [
        SalonOwner(salon_id=salon.id, user_id=owner.id),
        ArtistOwner(artist_id=artist.id, user_id=owner.id),
        SalonService(salon_id=salon.id, service_id=service.id, price_toman=100_000),
        ArtistSpecialty(artist_id=artist.id, specialty_id=specialty.id),
        SalonArtist(salon_id=salon.id, artist_id=artist.id),
        OpeningHours(salon_id=salon.id, weekday=1, open_minutes="{[540,1080)}"),
        MediaLink(media_id=picture.id, entity_type="SALON", entity_id=salon.id),
        Follow(follower_id=fan.id, salon_id=salon.id),
        Save(user_id=fan.id, post_id=post.id),
        PostMedia(post_id=post.id, media_id=picture.id),
        Report(reporter_id=fan.id, target_type="SALON", target_id=salon.id, reason="x"),
        request,
    ]
    for row in rows:
        session.add(row)
    session.flush()
    session.add(VerificationDocument(verification_request_id=request.id, media_id=paper.id))
    salon.primary_owner_id = owner.id
    make_seo_meta(session, "SALON", salon.id, title="x")
    review = make_review(session, salon_id=salon.id, author_id=fan.id)
    session.add(ReviewVote(review_id=review.id, user_id=owner.id, is_like=True))
    make_review(session, salon_id=salon.id, rating=2)
    comment = make_comment(session, post_id=post.id, user_id=fan.id)
    make_comment(session, post_id=post.id, parent_id=comment.id)
    make_reaction(session, post, "like")
    session.flush()
    post.content = "متن تازه"
    session.flush()
    return {
        "salons": salon.id,
        "artists": artist.id,
        "users": fan.id,
        "owner": owner.id,
        "posts": post.id,
        "cities": city.id,
        "neighborhoods": place.id,
        "media": picture.id,
        "service_categories": service.category_id,
        "specialties": specialty.id,
        "categories": category.id,
        "tags": tag.id,
        "author_profiles": author.id,
        "reviews": review.id,
    }
