"""Counters stay exact when rows are removed for good, directly or by the cascade of what they hang on."""

from collections.abc import Callable

import pytest
from databases import acting_as
from factories import (
    make_artist,
    make_category,
    make_comment,
    make_post,
    make_review,
    make_salon,
    make_series,
    make_tag,
    make_user,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema import Follow, PostTag, Reaction, ReviewVote, Save
from sevra_atlas.schema.access import MAINTENANCE, OWNER

_LISTING = """
SELECT '{0}', p.id FROM public.{0} p
 WHERE (p.review_count, p.rating_sum, p.follower_count, p.save_count) <> (
       SELECT count(*), coalesce(sum(rating), 0),
              (SELECT count(*) FROM public.follows f WHERE f.{1} = p.id),
              (SELECT count(*) FROM public.saves s WHERE s.{1} = p.id)
         FROM public.reviews r WHERE r.{1} = p.id AND r.deleted_at IS NULL AND r.status = 'PUBLISHED')
"""
_FILED = """
SELECT '{0}', p.id FROM public.{0} p
 WHERE p.post_count <> (
       SELECT count(*) FROM public.posts x LEFT JOIN public.post_tags t ON '{0}' = 'tags' AND t.post_id = x.id
        WHERE {1} = p.id AND x.deleted_at IS NULL AND x.status = 'published' AND x.visibility = 'public')
"""
_ANSWERED = """
SELECT 'reviews', p.id FROM public.reviews p
 WHERE (p.like_count, p.dislike_count) <> (
       SELECT count(*) FILTER (WHERE is_like), count(*) FILTER (WHERE NOT is_like)
         FROM public.review_votes v WHERE v.review_id = p.id)
 UNION ALL
SELECT 'comments', p.id FROM public.comments p
 WHERE p.likes_count <> (
       SELECT count(*) FROM public.reactions r
        WHERE r.entity_type = 'COMMENT' AND r.entity_id = p.id AND r.reaction = 'like')
 UNION ALL
SELECT 'posts', p.id FROM public.posts p
 WHERE p.comments_count <> (
       SELECT count(*) FROM public.comments c
        WHERE c.post_id = p.id AND c.deleted_at IS NULL AND c.status = 'approved')
"""

# Rows whose stored number differs from the counted one, of every counter, rows in the trash included.
DRIFT = " UNION ALL ".join(
    [
        _LISTING.format("salons", "salon_id"),
        _LISTING.format("artists", "artist_id"),
        _FILED.format("categories", "x.category_id"),
        _FILED.format("series", "x.series_id"),
        _FILED.format("tags", "t.tag_id"),
        _ANSWERED,
    ]
)


@pytest.fixture
def ids(session: Session) -> dict[str, int]:
    """Return the ids of a small world in which every counter has something to count."""
    user, other = make_user(session), make_user(session)
    salon, artist = make_salon(session), make_artist(session)
    category, series, tag = make_category(session), make_series(session), make_tag(session)
    post = make_post(session, category_id=category.id, series_id=series.id)
    beside = make_post(session, category_id=category.id, series_id=series.id)
    session.add_all(
        [
            *(PostTag(post_id=row.id, tag_id=tag.id) for row in (post, beside)),
            *(Follow(follower_id=one.id, salon_id=salon.id) for one in (user, other)),
            Follow(follower_id=user.id, artist_id=artist.id),
            *(Save(user_id=user.id, **target) for target in ({"salon_id": salon.id}, {"post_id": post.id})),
            *(Save(user_id=one.id, artist_id=artist.id) for one in (user, other)),
        ]
    )
    review = make_review(session, author_id=other.id, salon_id=salon.id)
    comment = make_comment(session, user_id=other.id, salon_id=salon.id)
    reply = make_comment(session, user_id=other.id, post_id=beside.id)
    session.add_all(
        [
            *(ReviewVote(review_id=review.id, user_id=one.id, is_like=True) for one in (user, other)),
            *(
                Reaction(user_id=user.id, entity_type="COMMENT", entity_id=row.id, reaction="like")
                for row in (comment, reply)
            ),
        ]
    )
    session.flush()
    return {
        "user": user.id,
        "artist": artist.id,
        "salon": salon.id,
        "post": post.id,
        "category": category.id,
        "series": series.id,
        "tag": tag.id,
        "review": review.id,
        "comment": comment.id,
        "reply": reply.id,
    }


def drift(session: Session) -> list[tuple[object, ...]]:
    session.expire_all()
    return [tuple(row) for row in session.execute(text(DRIFT))]


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("posts", "post"),
        ("users", "user"),
        ("reviews", "review"),
        ("comments", "comment"),
        ("comments", "reply"),
        ("artists", "artist"),
        ("categories", "category"),
        ("series", "series"),
        ("tags", "tag"),
    ],
)
def test_removing_a_live_row_leaves_no_counter_behind(
    session: Session, ids: dict[str, int], table: str, name: str
) -> None:
    with acting_as(session, OWNER):
        assert drift(session) == []

        removed = session.execute(
            text(f"DELETE FROM public.{table} WHERE id = :id RETURNING id"), {"id": ids[name]}
        )

        assert len(removed.all()) == 1
        assert drift(session) == []


def test_removing_many_posts_at_once_moves_each_tag_by_all_of_them(
    session: Session, ids: dict[str, int]
) -> None:
    with acting_as(session, OWNER):
        session.execute(text("DELETE FROM public.comments"))
        session.execute(text("DELETE FROM public.posts"))

        assert session.scalar(text("SELECT post_count FROM public.tags WHERE id = :tag"), ids) == 0
        assert drift(session) == []


def in_the_archive(session: Session, row: str, *tables: str) -> None:
    session.execute(text(row))
    with acting_as(session, MAINTENANCE):
        session.execute(text("SET LOCAL TimeZone = 'UTC'"))
        batch = session.scalar(text("SELECT max(id) FROM deletion_batches"))
        for table in tables:
            session.execute(text("SELECT move_to_archive(:table, :batch)"), {"table": table, "batch": batch})


@pytest.mark.parametrize(
    "archive",
    [
        lambda session, ids: in_the_archive(
            session,
            f"DELETE FROM posts WHERE id = {ids['post']}",
            *("post_tags", "saves", "posts"),
        ),
        lambda session, ids: in_the_archive(
            session,
            f"DELETE FROM salons WHERE id = {ids['salon']}",
            *("follows", "saves", "review_votes", "reactions", "reviews", "comments", "salons"),
        ),
        lambda session, ids: in_the_archive(
            session,
            f"DELETE FROM users WHERE id = {ids['user']}",
            *("follows", "saves", "review_votes", "reactions", "users"),
        ),
        lambda session, ids: in_the_archive(
            session, f"DELETE FROM tags WHERE id = {ids['tag']}", *("post_tags", "tags")
        ),
    ],
    ids=["a post", "a salon", "a user", "a tag"],
)
def test_archiving_leaves_no_counter_behind(
    session: Session, ids: dict[str, int], archive: Callable[[Session, dict[str, int]], None]
) -> None:
    archive(session, ids)

    with acting_as(session, OWNER):
        assert drift(session) == []
