"""Counters of the blog: exact after every statement, whatever it does to how many rows."""

from factories import (
    make_artist,
    make_category,
    make_comment,
    make_post,
    make_salon,
    make_series,
    make_tag,
    make_user,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema import Base, PostTag, Reaction, Save
from sevra_atlas.schema.enums import CommentStatus, PostStatus, PostVisibility


def counted(session: Session, row: Base, column: str) -> int:
    session.flush()
    session.refresh(row)
    value: int = getattr(row, column)
    return value


def run(session: Session, sql: str, **parameters: object) -> None:
    session.flush()
    session.execute(text(sql), parameters)


def test_saves_of_salons_and_artists_are_counted(session: Session) -> None:
    salon, artist = make_salon(session), make_artist(session)
    users = [make_user(session) for _ in range(3)]
    session.add_all([Save(user_id=user.id, salon_id=salon.id) for user in users])
    session.add(Save(user_id=users[0].id, artist_id=artist.id))

    assert (counted(session, salon, "save_count"), counted(session, artist, "save_count")) == (3, 1)

    run(session, "DELETE FROM saves WHERE user_id = :id", id=users[0].id)
    assert (counted(session, salon, "save_count"), counted(session, artist, "save_count")) == (2, 0)


def test_likes_of_comments_are_counted_and_other_reactions_are_not(session: Session) -> None:
    comment = make_comment(session)
    users = [make_user(session) for _ in range(2)]
    session.add_all(
        [
            Reaction(user_id=user.id, entity_type="COMMENT", entity_id=comment.id, reaction="like")
            for user in users
        ]
    )
    session.add(
        Reaction(user_id=users[0].id, entity_type="BLOG_POST", entity_id=comment.post_id, reaction="like")
    )
    assert counted(session, comment, "likes_count") == 2

    run(session, "DELETE FROM reactions WHERE user_id = :id", id=users[0].id)
    assert counted(session, comment, "likes_count") == 1


def test_approved_live_comments_of_a_post_are_counted(session: Session) -> None:
    post = make_post(session)
    first = make_comment(session, post_id=post.id)
    second = make_comment(session, post_id=post.id, status="pending")
    make_comment(session, salon_id=make_salon(session).id)
    assert counted(session, post, "comments_count") == 1

    second.status = CommentStatus.APPROVED
    assert counted(session, post, "comments_count") == 2
    run(session, "DELETE FROM comments WHERE id = :id", id=first.id)
    assert counted(session, post, "comments_count") == 1
    run(session, "UPDATE comments SET status = 'spam'")
    assert counted(session, post, "comments_count") == 0


def test_public_posts_are_counted_in_category_series_and_tags(session: Session) -> None:
    shelf, other, series, tag = (
        make_category(session),
        make_category(session),
        make_series(session),
        make_tag(session),
    )
    post = make_post(session, status="draft", category_id=shelf.id, series_id=series.id, series_position=1)
    session.add(PostTag(post_id=post.id, tag_id=tag.id))
    numbers = [counted(session, row, "post_count") for row in (shelf, series, tag)]
    assert numbers == [0, 0, 0]

    post.status = PostStatus.PUBLISHED
    session.flush()
    numbers = [counted(session, row, "post_count") for row in (shelf, series, tag)]
    assert numbers == [1, 1, 1]

    post.category_id = other.id
    session.flush()
    assert [counted(session, row, "post_count") for row in (shelf, other)] == [0, 1]

    post.visibility = PostVisibility.UNLISTED
    session.flush()
    assert [counted(session, row, "post_count") for row in (other, series, tag)] == [0, 0, 0]


def test_tags_of_public_posts_are_counted_as_they_come_and_go(session: Session) -> None:
    first, second = make_tag(session), make_tag(session)
    post, draft = make_post(session), make_post(session, status="draft")
    session.add_all(
        [PostTag(post_id=row.id, tag_id=tag.id) for row in (post, draft) for tag in (first, second)]
    )
    assert [counted(session, row, "post_count") for row in (first, second)] == [1, 1]

    run(session, "DELETE FROM post_tags WHERE tag_id = :id", id=first.id)
    assert [counted(session, row, "post_count") for row in (first, second)] == [0, 1]

    run(session, "UPDATE post_tags SET tag_id = :to WHERE tag_id = :of", to=first.id, of=second.id)
    assert [counted(session, row, "post_count") for row in (first, second)] == [1, 0]


def test_a_deletion_moves_the_counters_of_the_blog(session: Session) -> None:
    tag, shelf = make_tag(session), make_category(session)
    post = make_post(session, category_id=shelf.id)
    session.add(PostTag(post_id=post.id, tag_id=tag.id))
    make_comment(session, post_id=post.id)
    assert [counted(session, row, "post_count") for row in (tag, shelf)] == [1, 1]

    run(session, "DELETE FROM posts WHERE id = :id", id=post.id)

    assert [counted(session, row, "post_count") for row in (tag, shelf)] == [0, 0]


def test_a_change_of_tags_is_announced(session: Session) -> None:
    post, tag, other = make_post(session), make_tag(session), make_tag(session)
    session.add(PostTag(post_id=post.id, tag_id=tag.id))
    session.flush()
    seen = session.scalar(text("SELECT max(id) FROM outbox")) or 0

    run(session, "UPDATE post_tags SET tag_id = :id", id=other.id)

    told = session.execute(
        text(
            "SELECT topic::text, entity_type::text, entity_id FROM outbox"
            " WHERE id > :seen AND entity_type IN ('TAG', 'BLOG_POST')"
        ),
        {"seen": seen},
    )
    assert {tuple(row) for row in told} >= {
        ("sitemap", "TAG", tag.id),
        ("sitemap", "TAG", other.id),
        ("search", "BLOG_POST", post.id),
    }
