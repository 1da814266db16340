"""A small blog: one of everything that its pages show, and beside each what they may not show.

Texts of what nobody may see begin with the marks of the demo data's deleted rows.
"""

from datetime import UTC, datetime, timedelta

from factories import (
    make_author,
    make_category,
    make_comment,
    make_menu_item,
    make_page,
    make_post,
    make_reaction,
    make_series,
    make_tag,
    make_user,
    tag_post,
)
from sqlalchemy.orm import Session

from sevra_atlas.schema import Category, Post, Series, Tag

DEAD = "zz-dead-blog زز-مرده"
POSTS = 30
FIRST_DAY = datetime(2026, 3, 21, 8, tzinfo=UTC)


def make_blog(session: Session) -> None:
    """Add the blog; posts are dated a day apart, the first at `FIRST_DAY`."""
    shelf = make_category(
        session, name="مراقبت از مو", slug="مراقبت-مو", description="هرچه مو را سالم نگه می‌دارد."
    )
    inner = make_category(session, name="رنگ مو", slug="رنگ-مو", parent_id=shelf.id)
    common, rare = (
        make_tag(session, name="راهنما", slug="راهنما"),
        make_tag(session, name="پوست", slug="پوست"),
    )
    series = make_series(
        session, title="از ریشه تا نوک", slug="از-ریشه-تا-نوک", description="ده گام برای مو."
    )
    by_date = make_series(session, title="یادداشت‌ها", slug="notes", order_strategy="by_date")
    writer = make_author(session, display_name="نگار راد", bio="نویسنده مجله")
    posts = [
        make_post(
            session,
            title=f"نوشته شماره {number}",
            slug=f"نوشته-{number}",
            excerpt=f"خلاصه نوشته {number}",
            content=f"<h2>بخش نخست</h2><p>متن نوشته {number} با <a href='/atlas'>پیوند</a>.</p>",
            published_at=FIRST_DAY + timedelta(days=number),
            reading_time_sec=60 + number,
            is_hot=number % 10 == 0,
            author_id=writer.id if number % 2 else None,
            category_id=(inner if number % 3 else shelf).id,
            series_id=None if number >= 8 else (series if number < 4 else by_date).id,
            # The order by hand is the opposite of the order by date.
            series_position=POSTS - number if number < 8 else None,
        )
        for number in range(POSTS)
    ]
    for number, post in enumerate(posts):
        tag_post(session, post, *([common, rare] if number % 5 == 0 else [common]))
    _add_english(session, shelf, common)
    _add_comments(session, posts[-1])
    _add_hidden(session, posts[-1], shelf, common, series)
    for kind in ("like", "like", "clap"):
        make_reaction(session, posts[-1], kind)
    make_page(session, title="درباره ما", slug="درباره-ما", content="<p>ما که هستیم.</p>")
    item = make_menu_item(session, label="مجله", url="/blog")
    make_menu_item(session, menu_id=item.menu_id, parent_id=item.id, label="راهنماها", url="/blog/tag/راهنما")


def _add_english(session: Session, shelf: Category, tag: Tag) -> None:
    post = make_post(
        session,
        title="How to choose a colourist",
        slug="how-to-choose-a-colourist",
        excerpt="Five questions to ask before the first visit.",
        content="<p>Ask for photographs of work on hair like yours.</p>",
        published_at=FIRST_DAY + timedelta(days=POSTS),
        reading_time_sec=200,
        category_id=shelf.id,
    )
    tag_post(session, post, tag)


def _add_comments(session: Session, post: Post) -> None:
    editor = make_user(session, first_name="سارا", last_name="تحریریه", role="MODERATOR")
    reader = make_user(session, first_name="مینا", last_name="کریمی")
    for number in range(25):
        comment = make_comment(session, post_id=post.id, user_id=reader.id, content=f"دیدگاه {number}")
        if number % 5 == 0:
            make_comment(
                session, post_id=post.id, user_id=editor.id, parent_id=comment.id, content=f"پاسخ {number}"
            )
    make_comment(session, post_id=post.id, content=DEAD, status="pending")
    hidden = make_comment(session, post_id=post.id, content=DEAD, status="spam")
    make_comment(session, post_id=post.id, parent_id=hidden.id, content=DEAD)


def _add_hidden(session: Session, post: Post, shelf: Category, tag: Tag, series: Series) -> None:
    """Add what visitors may not see: unpublished posts, and one deleted row of each kind."""
    unseen = {"title": DEAD, "excerpt": DEAD, "content": DEAD, "category_id": shelf.id}
    later = datetime.now(UTC) + timedelta(days=3)
    for name, facts in {
        "draft": {"status": "draft"},
        "review": {"status": "review"},
        "scheduled": {"status": "scheduled", "scheduled_at": later},
        "private": {"visibility": "private"},
    }.items():
        tag_post(session, make_post(session, slug=f"hidden-{name}", **{**unseen, **facts}), tag)
    make_post(session, slug="unlisted", title="نوشته بی‌فهرست", visibility="unlisted", category_id=shelf.id)
    retired = make_post(session, slug="retired", **unseen)
    retired.status = "archived"  # type: ignore[assignment]
    make_page(session, slug="hidden-page", title=DEAD, content=DEAD, status="draft")
    author = make_author(session, display_name=DEAD, bio=DEAD)
    orphan = make_post(session, slug="orphan", title="نوشته بی‌نام", author_id=author.id)
    dead_tag = make_tag(session, name=DEAD, slug="dead-tag", description=DEAD)
    dead_series = make_series(session, title=DEAD, slug="dead-series", description=DEAD)
    dead_shelf = make_category(session, name=DEAD, slug="dead-category", description=DEAD)
    tag_post(session, orphan, dead_tag)
    orphan.series_id, orphan.series_position, orphan.category_id = dead_series.id, 1, dead_shelf.id
    dead_post = make_post(session, slug="dead-post", series_id=series.id, series_position=0, **unseen)
    tag_post(session, dead_post, tag)
    dead_page = make_page(session, slug="dead-page", title=DEAD, content=DEAD)
    dead_comment = make_comment(session, post_id=post.id, content=DEAD)
    session.flush()
    for row in (author, dead_tag, dead_series, dead_shelf, dead_post, dead_page, dead_comment):
        session.delete(row)
        session.flush()
        session.expire_all()
