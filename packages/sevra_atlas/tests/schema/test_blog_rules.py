"""What the database refuses of the blog, and what it keeps by itself: dates, revisions, levels."""

from datetime import UTC, datetime
from typing import Any

import pytest
from databases import acting_as, violated_by
from factories import (
    make_author,
    make_category,
    make_comment,
    make_media,
    make_menu_item,
    make_page,
    make_post,
    make_review,
    make_salon,
    make_tag,
    make_user,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema import Menu, PostMedia, PostTag, PostViewDelta, Reaction, Save
from sevra_atlas.schema.access import APP, MAINTENANCE
from sevra_atlas.schema.enums import PostStatus

Facts = dict[str, Any]
SOON = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"title": " "}, "posts_title_check1"),
        ({"title": "x" * 256}, "posts_title_check"),
        ({"excerpt": "x" * 1001}, "posts_excerpt_check"),
        ({"content": "x" * 500_001}, "posts_content_check"),
        ({"slug": "۱۲"}, "posts_slug_key_check"),
        ({"slug": "feed"}, "posts_slug_key_check1"),
        ({"reading_time_sec": -1}, "posts_reading_time_sec_check"),
        ({"status": "scheduled"}, "posts_check1"),
        ({"scheduled_at": SOON}, "posts_check1"),
        ({"published_at": SOON}, "posts_lifecycle"),
        ({"author_id": 987_654_321}, "posts_author_id_fkey"),
        ({"category_id": 987_654_321}, "posts_category_id_fkey"),
        ({"cover_media_id": 987_654_321}, "posts_cover_media_id_fkey"),
    ],
)
def test_a_post_that_breaks_a_rule_is_refused(session: Session, facts: Facts, constraint: str) -> None:
    assert violated_by(session, lambda: make_post(session, **facts)) == constraint


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        ("draft", "review", False),
        ("draft", "archived", False),
        ("review", "published", False),
        ("published", "archived", False),
        ("archived", "published", False),
        ("archived", "draft", False),
        ("published", "draft", True),
        ("published", "review", True),
        ("archived", "review", True),
    ],
)
def test_a_post_goes_from_state_to_state(session: Session, before: str, after: str, refused: bool) -> None:  # noqa: FBT001 - a fact of the case
    post = make_post(session, status=before)

    refusal = violated_by(session, lambda: setattr(post, "status", after))

    assert refusal == ("posts_lifecycle" if refused else None)


def test_the_first_publication_dates_a_post_and_later_ones_do_not(session: Session) -> None:
    post = make_post(session, status="draft")
    assert post.published_at is None

    post.status = PostStatus.PUBLISHED
    session.flush()
    first = post.published_at
    assert first is not None
    for status in ("archived", "published"):
        post.status = PostStatus(status)
        session.flush()

    assert post.published_at == first


def test_a_post_that_leaves_the_schedule_has_no_date_to_come(session: Session) -> None:
    post = make_post(session, status="scheduled", scheduled_at=SOON)

    post.status = PostStatus.PUBLISHED
    session.flush()

    assert post.scheduled_at is None


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"status": "review"}, "pages_status_check"),
        ({"content": " "}, "pages_content_check1"),
        ({"published_at": SOON}, "posts_lifecycle"),
        ({"slug": "new"}, "pages_slug_key_check1"),
    ],
)
def test_a_page_that_breaks_a_rule_is_refused(session: Session, facts: Facts, constraint: str) -> None:
    assert violated_by(session, lambda: make_page(session, **facts)) == constraint


def test_the_text_that_is_replaced_is_kept_with_who_and_why(session: Session) -> None:
    editor = make_user(session)
    post = make_post(session, title="یک", content="متن نخست")
    session.execute(
        text("SELECT set_config('sevra.actor_id', :id, true), set_config('sevra.reason', 'typo', true)"),
        {"id": str(editor.id)},
    )

    post.content = "متن دوم"
    session.flush()
    post.is_hot = True
    session.flush()

    kept = session.execute(
        text("SELECT version, editor_id, title, content, change_note FROM revisions WHERE post_id = :id"),
        {"id": post.id},
    ).all()
    assert [tuple(row) for row in kept] == [(1, editor.id, "یک", "متن نخست", "typo")]


def test_the_hundred_newest_revisions_stay(session: Session) -> None:
    post = make_post(session)

    for number in range(103):
        session.execute(
            text("UPDATE posts SET title = :title WHERE id = :id"),
            {"title": f"عنوان {number}", "id": post.id},
        )

    kept = session.execute(
        text("SELECT min(version), max(version), count(*) FROM revisions WHERE post_id = :id"),
        {"id": post.id},
    ).one()
    assert tuple(kept) == (4, 103, 100)


def test_nobody_but_the_owner_changes_a_revision(session: Session) -> None:
    post = make_post(session)
    post.title = "دیگر"
    session.flush()
    change = "UPDATE public.revisions SET title = 'x'"

    assert violated_by(session, lambda: session.execute(text(change))) == "42501"
    with acting_as(session, "sevra_owner"):
        session.execute(text("GRANT UPDATE ON public.revisions TO sevra_maintenance"))
    with acting_as(session, MAINTENANCE):
        assert violated_by(session, lambda: session.execute(text(change))) == "revisions_append_only"


def test_a_category_stands_neither_below_itself_nor_too_deep(session: Session) -> None:
    chain = [make_category(session)]
    for _ in range(4):
        chain.append(make_category(session, parent_id=chain[-1].id))
    aside = make_category(session)
    make_category(session, parent_id=aside.id)

    assert violated_by(session, lambda: make_category(session, parent_id=chain[-1].id)) == "no_cycle"
    assert violated_by(session, lambda: setattr(aside, "parent_id", chain[3].id)) == "no_cycle"
    session.refresh(aside)
    assert violated_by(session, lambda: setattr(chain[0], "parent_id", chain[2].id)) == "no_cycle"
    session.refresh(chain[0])
    assert violated_by(session, lambda: setattr(aside, "parent_id", aside.id)) is not None
    session.refresh(aside)
    assert violated_by(session, lambda: setattr(aside, "parent_id", chain[2].id)) is None


def test_a_category_with_live_categories_below_stays(session: Session) -> None:
    parent = make_category(session)
    make_category(session, parent_id=parent.id)

    delete = text("DELETE FROM categories WHERE id = :id")
    refusal = violated_by(session, lambda: session.execute(delete, {"id": parent.id}))

    assert refusal == "categories_parent_id_restrict"


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"url": "javascript:alert(1)"}, "menu_items_url_check2"),
        ({"url": "//example.com"}, "menu_items_url_check2"),
        ({"label": " "}, "menu_items_label_check1"),
        ({"menu_id": 987_654_321}, "menu_items_menu_id_fkey"),
    ],
)
def test_a_menu_entry_that_breaks_a_rule_is_refused(session: Session, facts: Facts, constraint: str) -> None:
    assert violated_by(session, lambda: make_menu_item(session, **facts)) == constraint


def test_a_menu_entry_stands_below_one_of_its_menu_and_three_levels_deep(session: Session) -> None:
    first = make_menu_item(session)
    second = make_menu_item(session, menu_id=first.menu_id, parent_id=first.id)
    third = make_menu_item(session, menu_id=first.menu_id, parent_id=second.id)
    footer = Menu(name="پایین", location="footer")
    session.add(footer)
    session.flush()

    deeper: Facts = {"menu_id": first.menu_id, "parent_id": third.id}
    elsewhere: Facts = {"menu_id": footer.id, "parent_id": first.id}

    assert violated_by(session, lambda: make_menu_item(session, **deeper)) == "no_cycle"
    assert (
        violated_by(session, lambda: make_menu_item(session, **elsewhere))
        == "menu_items_parent_id_menu_id_fkey"
    )
    twice = Menu(name="باز بالا", location="header")
    assert violated_by(session, lambda: session.add(twice)) == "menus_location_key"


def test_a_comment_has_one_target_and_a_reply_the_same(session: Session) -> None:
    comment, salon, writer = make_comment(session), make_salon(session), make_user(session)
    both: Facts = {"post_id": comment.post_id, "salon_id": salon.id, "user_id": writer.id}
    stray: Facts = {"salon_id": salon.id, "parent_id": comment.id, "user_id": writer.id}

    assert violated_by(session, lambda: make_comment(session, **both)) == "comments_check"
    assert (
        violated_by(session, lambda: make_comment(session, **stray))
        == "comments_parent_id_target_type_target_id_fkey"
    )
    assert violated_by(session, lambda: make_comment(session, content=" ")) == "comments_content_check1"
    assert violated_by(session, lambda: setattr(comment, "post_id", None)) is not None


def test_target_and_parent_of_a_comment_stay(session: Session) -> None:
    comment = make_comment(session)
    reply = make_comment(session, post_id=comment.post_id)
    other = make_post(session)

    assert violated_by(session, lambda: setattr(comment, "post_id", other.id)) == "comments_target_fixed"
    assert violated_by(session, lambda: setattr(reply, "parent_id", comment.id)) == "comments_target_fixed"


def test_the_same_thing_is_kept_tagged_and_reacted_to_once(session: Session) -> None:
    user, post, tag = make_user(session), make_post(session), make_tag(session)
    for row in (
        lambda: Save(user_id=user.id, post_id=post.id),
        lambda: PostTag(post_id=post.id, tag_id=tag.id),
        lambda: Reaction(user_id=user.id, entity_type="BLOG_POST", entity_id=post.id, reaction="love"),
    ):
        session.add(row())
        session.flush()
    session.expunge_all()

    again = Save(user_id=user.id, post_id=post.id)
    none = Save(user_id=user.id)
    clap = Reaction(user_id=user.id, entity_type="BLOG_POST", entity_id=post.id, reaction="clap")
    assert violated_by(session, lambda: session.add(again)) == "saves_user_id_salon_id_artist_id_post_id_key"
    assert violated_by(session, lambda: session.add(none)) == "saves_check"
    assert violated_by(session, lambda: session.add(clap)) == "reactions_user_id_entity_type_entity_id_key"


@pytest.mark.parametrize(
    ("kind", "reaction", "constraint"),
    [
        ("SALON", "like", "reactions_entity_type_check"),
        ("REVIEW", "love", "reactions_check"),
        ("BLOG_POST", "boo", "reactions_reaction_check2"),
        ("COMMENT", "like", "reactions_entity_type_entity_id_fkey"),
    ],
)
def test_a_reaction_that_breaks_a_rule_is_refused(
    session: Session, kind: str, reaction: str, constraint: str
) -> None:
    review = make_review(session)
    entity = review.salon_id if kind == "SALON" else review.id if kind == "REVIEW" else 987_654_321
    facts: Facts = {"user_id": review.author_id, "entity_type": kind, "entity_id": entity}

    refusal = violated_by(session, lambda: session.add(Reaction(**facts, reaction=reaction)))

    assert refusal == constraint


def test_views_come_in_whole_numbers_above_none(session: Session) -> None:
    post = make_post(session)

    refusal = violated_by(session, lambda: session.add(PostViewDelta(post_id=post.id, views=0)))

    assert refusal == "post_view_deltas_views_check"


def test_a_file_in_a_live_post_stays_until_the_post_goes(session: Session) -> None:
    media, post = make_media(session), make_post(session)
    session.add(PostMedia(post_id=post.id, media_id=media.id))
    session.flush()
    delete = text("DELETE FROM media WHERE id = :id")

    assert violated_by(session, lambda: session.execute(delete, {"id": media.id})) == "media_in_use"

    session.execute(text("DELETE FROM posts WHERE id = :id"), {"id": post.id})
    assert violated_by(session, lambda: session.execute(delete, {"id": media.id})) is None


def test_covers_and_portraits_are_public_files(session: Session) -> None:
    secret = make_media(session, is_private=True)

    assert violated_by(session, lambda: make_post(session, cover_media_id=secret.id)) == "public_media_slot"
    assert violated_by(session, lambda: make_author(session, avatar_id=secret.id)) == "public_media_slot"


def test_a_byline_is_that_of_its_user_for_ever(session: Session) -> None:
    author, other = make_author(session), make_user(session)

    moved = text("UPDATE author_profiles SET id = :other WHERE id = :id")

    refusal = violated_by(session, lambda: session.execute(moved, {"other": other.id, "id": author.id}))
    assert refusal == "42501"


def test_a_user_takes_byline_and_comments_along_and_leaves_the_posts(session: Session) -> None:
    author = make_author(session)
    post = make_post(session, author_id=author.id)
    comment = make_comment(session, user_id=author.id, post_id=post.id)
    reply = make_comment(session, post_id=post.id, parent_id=comment.id)

    session.execute(text("DELETE FROM users WHERE id = :id"), {"id": author.id})

    with acting_as(session, APP):
        seen = {
            table: session.scalar(text(f"SELECT count(*) FROM {table} WHERE id = :id"), {"id": row})
            for table, row in (
                ("author_profiles", author.id),
                ("comments", comment.id),
                ("posts", post.id),
            )
        }
        assert session.scalar(text("SELECT count(*) FROM comments WHERE id = :id"), {"id": reply.id}) == 0
    assert seen == {"author_profiles": 0, "comments": 0, "posts": 1}
