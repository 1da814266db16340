from typing import Any
from urllib.parse import quote

import pytest
from factories import make_author, make_comment, make_post, make_salon, make_user
from web_client import WebClient
from web_fixtures import Directory

from sevra_atlas.schema import SalonOwner

_NEWEST = f"/api/v1/blog/posts/{quote('نوشته-29')}/comments"


@pytest.mark.parametrize(("ordering", "first"), [("-createdAt", 24), ("createdAt", 0)])
def test_comments_below_a_post_are_paged_with_their_replies(
    blog_web: WebClient, ordering: str, first: int
) -> None:
    pages = [
        blog_web.get(f"{_NEWEST}?ordering={ordering}&pageSize=10&page={page}").json() for page in (1, 2, 3)
    ]

    rows = [row for page in pages for row in page["data"]]
    numbers = [int(row["content"].split()[1]) for row in rows]
    assert numbers == sorted(range(25), reverse=first == 24)
    for row, number in zip(rows, numbers, strict=True):
        replies = [reply["content"] for reply in row["replies"]]
        assert replies == ([f"پاسخ {number}"] if number % 5 == 0 else [])
        assert all(reply["parentId"] == row["id"] for reply in row["replies"])
    assert pages[0]["meta"]["pagination"]["total"] == 25
    assert rows[0]["user"]["firstName"] == "مینا"


def test_all_comments_of_the_blog_are_listed_flat_with_their_posts(
    blog_web: WebClient, blog: Directory
) -> None:
    post = blog.one("SELECT id FROM posts WHERE slug = 'نوشته-29'")

    every = blog_web.get("/api/v1/blog/comments?pageSize=100").json()
    below = blog_web.get(f"/api/v1/blog/comments?pageSize=100&postId={post}&ordering=createdAt").json()

    # Of a spam comment neither it nor the reply to it.
    assert len(every["data"]) == every["meta"]["pagination"]["total"] == 30
    assert [row["id"] for row in below["data"]] == [row["id"] for row in every["data"]][::-1]
    assert {row["post"]["id"] for row in every["data"]} == {str(post)}
    assert sum(row["parentId"] is not None for row in every["data"]) == 5


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{_NEWEST}?status=pending", 403, "FORBIDDEN"),
        (f"{_NEWEST}?status=new", 400, "VALIDATION_ERROR"),
        (f"{_NEWEST}?ordering=likes", 400, "VALIDATION_ERROR"),
        ("/api/v1/blog/comments?status=spam", 403, "FORBIDDEN"),
        ("/api/v1/blog/comments?postId=x", 400, "VALIDATION_ERROR"),
        ("/api/v1/comments?entityType=city&entityId=1", 400, "VALIDATION_ERROR"),
        ("/api/v1/comments?entityType=post", 400, "VALIDATION_ERROR"),
        ("/api/v1/comments?entityType=post&entityId=1&limit=51", 400, "VALIDATION_ERROR"),
        ("/api/v1/comments?entityType=post&entityId=1&offset=10001", 400, "VALIDATION_ERROR"),
        ("/api/v1/comments?entityType=post&entityId=0", 400, "INVALID_ID"),
    ],
)
def test_a_wrong_or_forbidden_parameter_is_refused(
    blog_web: WebClient, path: str, status: int, code: str
) -> None:
    answer = blog_web.get(path)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def _thread(web: WebClient, query: str) -> dict[str, Any]:
    return web.get(f"/api/v1/comments?{query}").json()


def test_a_thread_is_read_without_unwrapping_and_with_badges(
    own_web: WebClient, own_directory: Directory
) -> None:
    with own_directory.session() as session:
        author, staff = make_user(session, first_name="نگار"), make_user(session, role="ADMIN")
        salon, post = (
            make_salon(session, slug="s"),
            make_post(session, author_id=make_author(session, id=author.id).id, slug="p"),
        )
        session.add(SalonOwner(salon_id=salon.id, user_id=author.id))
        for target in ({"salon_id": salon.id}, {"post_id": post.id}):
            root = make_comment(session, content="بیرون", **target)
            make_comment(session, content="صاحب", user_id=author.id, parent_id=root.id, **target)
            make_comment(session, content="کارمند", user_id=staff.id, parent_id=root.id, **target)
            make_comment(session, content="دیرتر", **target)
        ids = {"SALON": salon.id, "post": post.id}

    for kind, slug in (("SALON", "s"), ("post", "p")):
        by_id, by_slug = (
            _thread(own_web, f"entityType={kind}&entityId={name}") for name in (ids[kind], slug)
        )
        assert by_id["items"] == by_id["data"]["items"] == by_slug["items"]
        assert by_id["total"] == by_id["data"]["total"] == 2
        later, root = by_id["items"]
        assert (later["text"], later["replies"], later["authorName"]) == ("دیرتر", [], "کاربر")
        assert [(reply["text"], reply["authorBadge"]) for reply in root["replies"]] == [
            ("صاحب", "owner"),
            ("کارمند", "staff"),
        ]
        assert root["authorBadge"] is None
        assert len(_thread(own_web, f"entityType={kind}&entityId={slug}&limit=1&offset=1")["items"]) == 1


def test_a_thread_is_ordered_by_likes_when_it_is_asked_so(
    own_web: WebClient, own_directory: Directory
) -> None:
    with own_directory.session() as session:
        post = make_post(session, slug="p")
        liked, plain = (make_comment(session, post_id=post.id, content=name).id for name in ("a", "b"))
        people = [make_user(session).id for _ in range(2)]
    own_directory.change(
        *(
            "INSERT INTO reactions (user_id, entity_type, entity_id, reaction)"
            f" VALUES ({user}, 'COMMENT', {liked}, 'like')"
            for user in people
        )
    )

    new, top = (
        _thread(own_web, f"entityType=post&entityId=p&sort={sort}")["items"] for sort in ("new", "top")
    )

    assert [item["id"] for item in new] == [str(plain), str(liked)]
    assert [(item["id"], item["likesCount"]) for item in top] == [(str(liked), 2), (str(plain), 0)]


def test_a_target_that_nobody_may_see_has_no_comments_and_a_former_slug_still_names_it(
    own_web: WebClient, own_directory: Directory
) -> None:
    with own_directory.session() as session:
        make_comment(session, salon_id=make_salon(session, slug="old").id)
    own_directory.change("UPDATE salons SET slug = 'newer'")

    assert _thread(own_web, "entityType=salon&entityId=old")["total"] == 1
    own_directory.change("UPDATE salons SET status = 'SUSPENDED'")
    for name in ("old", "newer", "never", str(own_directory.one("SELECT id FROM salons"))):
        assert _thread(own_web, f"entityType=salon&entityId={name}")["items"] == []


def test_a_reply_is_hidden_with_its_comment(own_web: WebClient, own_directory: Directory) -> None:
    with own_directory.session() as session:
        post = make_post(session, slug="p")
        root = make_comment(session, post_id=post.id)
        make_comment(session, post_id=post.id, parent_id=root.id, content="پاسخ")

    before = own_web.get("/api/v1/blog/posts/p/comments").text + own_web.get("/api/v1/blog/comments").text
    own_directory.change("UPDATE comments SET status = 'removed' WHERE parent_id IS NULL")
    after = own_web.get("/api/v1/blog/posts/p/comments").text + own_web.get("/api/v1/blog/comments").text

    assert before.count("پاسخ") == 2
    assert "پاسخ" not in after
