from collections.abc import Iterator

import psycopg
import pytest
from plan_reader import MODES, assert_one_index_scan, plan, scans_of, sorts
from web_fixtures import Directory

from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database
from sevra_atlas.reads import comments, post_details, static_pages, taxonomy
from sevra_atlas.reads.post_lists import (
    POST_ORDERS,
    SORTED_AT_MOST,
    count_posts_statement,
    post_keys_statement,
)

_POSTS = 30_000
# The largest category, series and author hold a tenth, one tag a half; a tenth of the posts are deleted, 15
# of 100 not public. The triggers are off: only the rows and their indexes matter here.
_ROWS = f"""
SET session_replication_role = replica;
INSERT INTO categories (id, name, slug, parent_id, position) OVERRIDING SYSTEM VALUE
SELECT n, 'c' || n, 'c' || n, CASE WHEN n > 1 THEN 1 END, n % 7 FROM generate_series(1, 200) n;
INSERT INTO tags (id, name, slug) OVERRIDING SYSTEM VALUE
SELECT n, 't' || n, 't' || n FROM generate_series(1, 2000) n;
INSERT INTO series (id, title, slug) OVERRIDING SYSTEM VALUE
SELECT n, 's' || n, 's' || n FROM generate_series(1, 2000) n;
INSERT INTO author_profiles (id, display_name) SELECT n, 'a' || n FROM generate_series(1, 200) n;
INSERT INTO posts (id, title, slug, status, visibility, is_hot, published_at, created_at, deleted_at,
                   deletion_id, category_id, author_id, series_id, series_position, views_count)
OVERRIDING SYSTEM VALUE
SELECT n, 'p' || n, 'p' || n,
       CASE WHEN n % 20 < 2 THEN 'draft' ELSE 'published' END::post_status,
       CASE WHEN n % 20 = 2 THEN 'unlisted' ELSE 'public' END::post_visibility,
       n % 40 = 5, now() - (n * 7919 % {_POSTS}) * interval '1 minute', now() - n * interval '1 minute',
       CASE WHEN n % 10 = 9 THEN now() END, CASE WHEN n % 10 = 9 THEN 1 END,
       share, share, share, n, n % 1000
  FROM (SELECT n, CASE WHEN n % 10 = 5 THEN 1 ELSE 2 + n % 199 END AS share
          FROM generate_series(1, {_POSTS}) n) numbered;
INSERT INTO post_tags (post_id, tag_id)
SELECT n, 1 FROM generate_series(1, {_POSTS}, 2) n UNION ALL
SELECT n, 2 + n % 1999 FROM generate_series(1, {_POSTS}) n;
INSERT INTO pages (id, title, slug, content, status, published_at) OVERRIDING SYSTEM VALUE
SELECT n, 'p' || n, 'p' || n, 'x', 'published', now() - n * interval '1 hour' FROM generate_series(1, 2000) n;
INSERT INTO users (id, username, phone_number, referral_code) OVERRIDING SYSTEM VALUE
SELECT n, 'u' || n, '+9890' || lpad(n::text, 8, '0'), 'r' || n FROM generate_series(1, 500) n;
INSERT INTO comments (id, post_id, user_id, parent_id, content, status, created_at)
OVERRIDING SYSTEM VALUE
SELECT n, CASE WHEN n % 5 < 2 THEN 5 ELSE 1 + n % 3000 END, 1 + n % 500,
       CASE WHEN n % 5 = 1 THEN n - 1 END, 'x',
       CASE WHEN n % 20 = 3 THEN 'pending' ELSE 'approved' END::comment_status,
       now() - n * interval '1 second'
  FROM generate_series(1, 20000) n;
"""
_ANALYZED = "categories, tags, series, author_profiles, posts, post_tags, pages, users, comments"


@pytest.fixture(scope="session")
def busy(
    server: LocalPostgres, sevra_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Directory]:
    with scratch_database(server.url(), sevra_template) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_ROWS.encode())
            connection.execute(f"VACUUM (ANALYZE) {_ANALYZED}".encode())
        yield Directory(url, tmp_path_factory.mktemp("none"))


_LISTS = {
    (): "posts_published_at_id_live_idx",
    ("category",): "posts_category_id_published_at_id_live_idx",
    ("author",): "posts_author_id_published_at_id_live_idx",
    ("series",): "posts_series_id_published_at_id_live_idx",
    ("hot",): "posts_hot_live_idx",
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("order", ["-published_at", "published_at"])
@pytest.mark.parametrize(("names", "index"), _LISTS.items())
def test_a_list_by_date_is_one_scan_of_its_index_in_either_direction(
    busy: Directory, names: tuple[str, ...], index: str, order: str, mode: str
) -> None:
    sql = post_keys_statement(order, frozenset(names), after=False).sql.decode()

    nodes = plan(busy, sql, mode, limit=13, offset=0, category=1, author=1, series=1)

    assert_one_index_scan(nodes, index, "Index Only Scan", 13, buffers=60)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("names", "index"), _LISTS.items())
def test_a_page_behind_a_cursor_costs_what_the_first_one_costs(
    busy: Directory, names: tuple[str, ...], index: str, mode: str
) -> None:
    date, id_ = busy.rows(
        "SELECT published_at, id FROM posts WHERE category_id = 1 AND status = 'published'"
        " AND visibility = 'public' ORDER BY 1 DESC, 2 DESC OFFSET 900 LIMIT 1"
    )[0]
    sql = post_keys_statement("-published_at", frozenset(names), after=True).sql.decode()

    nodes = plan(
        busy, sql, mode, limit=13, offset=0, category=1, author=1, series=1, after=date, after_id=id_
    )

    assert_one_index_scan(nodes, index, "Index Only Scan", 13, buffers=60)


@pytest.mark.parametrize("mode", MODES)
def test_a_tag_sorts_no_more_than_its_newest_posts(busy: Directory, mode: str) -> None:
    sql = post_keys_statement("-published_at", frozenset({"tag"}), after=False).sql.decode()

    nodes = plan(busy, sql, mode, limit=13, offset=0, tag=1)

    (borne,) = scans_of(nodes, "post_tags")
    assert borne["Index Name"] == "post_tags_tag_id_post_id_idx"
    assert borne["Actual Rows"] == SORTED_AT_MOST + 1
    assert len(sorts(nodes)) == 1
    assert nodes[0]["Actual Rows"] == 13


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("order", [order for order in POST_ORDERS if not order.endswith("published_at")])
def test_an_order_without_an_index_sorts_the_newest_posts_and_no_more(
    busy: Directory, order: str, mode: str
) -> None:
    sql = post_keys_statement(order, frozenset(), after=False).sql.decode()

    nodes = plan(busy, sql, mode, limit=13, offset=0)

    (scan,) = scans_of(nodes, "posts")
    assert scan["Index Name"] == "posts_published_at_id_live_idx"
    assert (scan["Actual Rows"], scan.get("Rows Removed by Filter", 0)) == (SORTED_AT_MOST, 0)
    assert len(sorts(nodes)) == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("strategy", "index"),
    [
        ("manual", "posts_series_id_series_position_published_at_id_live_idx"),
        ("by_date", "posts_series_id_published_at_id_live_idx"),
    ],
)
def test_a_series_and_its_neighbours_are_scans_of_the_index_of_its_order(
    busy: Directory, strategy: str, index: str, mode: str
) -> None:
    date, position = busy.rows("SELECT published_at, series_position FROM posts WHERE id = 1005")[0]
    here = {"series": 1, "published_at": date, "position": position, "id": 1005}

    whole = plan(busy, post_details.IN_SERIES[strategy].sql.decode(), mode, series=1, limit=50, offset=0)
    after = plan(busy, post_details.AFTER[strategy].sql.decode(), mode, **here)
    before = plan(busy, post_details.BEFORE[strategy].sql.decode(), mode, **here)

    for nodes, rows in ((whole, 50), (after, 1), (before, 1)):
        (scan,) = scans_of(nodes, "posts")
        assert (scan["Index Name"], scan["Actual Rows"]) == (index, rows)
        assert scan.get("Rows Removed by Filter", 0) == 0
        assert sorts(nodes) == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("order", ["-created_at", "created_at"])
def test_comments_of_a_post_are_read_in_the_order_of_their_index(
    busy: Directory, order: str, mode: str
) -> None:
    nodes = plan(busy, comments.PAGES["post", order].sql.decode(), mode, target=5, limit=20, offset=0)

    (scan,) = scans_of(nodes, "comments")
    assert scan["Index Name"] == "comments_post_id_created_at_id_live_idx"
    assert sorts(nodes) == []
    # Replies stand in the same index, one for each comment here; nothing else is passed over.
    assert scan["Actual Rows"] == 20
    assert scan.get("Rows Removed by Filter", 0) <= 21


@pytest.mark.parametrize("mode", MODES)
def test_replies_are_found_by_their_comments(busy: Directory, mode: str) -> None:
    ids = [row[0] for row in busy.rows("SELECT parent_id FROM comments WHERE parent_id IS NOT NULL LIMIT 20")]

    nodes = plan(busy, comments.REPLIES["post"].sql.decode(), mode, ids=ids, target=5)

    (scan,) = scans_of(nodes, "comments")
    assert scan["Index Name"] == "comments_parent_id_target_type_target_id_idx"
    assert nodes[0]["Actual Rows"] == 20


@pytest.mark.parametrize("mode", MODES)
def test_the_newest_comments_of_the_blog_are_looked_for_among_the_newest_of_all(
    busy: Directory, mode: str
) -> None:
    nodes = plan(busy, comments.ON_POSTS["-created_at", False].sql.decode(), mode, limit=20, offset=0)

    (newest,) = [
        node
        for node in scans_of(nodes, "comments")
        if node.get("Index Name") == "comments_status_created_at_id_live_idx"
    ]
    assert newest["Actual Rows"] <= comments.LOOKED_AT
    assert newest.get("Rows Removed by Filter", 0) == 0


@pytest.mark.parametrize("mode", MODES)
def test_tags_series_and_pages_are_scans_of_the_index_of_their_order(busy: Directory, mode: str) -> None:
    window = {"limit": 50, "offset": 100}
    for statement, relation, index in (
        (taxonomy.TAG_LIST[False].rows, "tags", "tags_name_id_live_idx"),
        (taxonomy.SERIES_LIST.rows, "series", "series_title_id_live_idx"),
        (static_pages.PAGE_LIST, "pages", "pages_published_at_id_live_idx"),
    ):
        nodes = plan(busy, statement.sql.decode(), mode, **window)
        (scan,) = scans_of(nodes, relation)
        assert scan["Index Name"] == index
        assert scan.get("Rows Removed by Filter", 0) == 0
        assert sorts(nodes) == []


@pytest.mark.parametrize("mode", MODES)
def test_posts_with_the_same_tags_read_the_newest_of_each_tag(busy: Directory, mode: str) -> None:
    nodes = plan(busy, post_details.RELATED.sql.decode(), mode, id=5, limit=5)

    read = [
        node for node in scans_of(nodes, "post_tags") if node["Index Name"] == "post_tags_tag_id_post_id_idx"
    ]
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in read) <= 2 * SORTED_AT_MOST
    assert nodes[0]["Actual Rows"] == 5


@pytest.mark.parametrize("mode", MODES)
def test_a_count_stops_at_its_cap(busy: Directory, mode: str) -> None:
    nodes = plan(busy, count_posts_statement(frozenset()).sql.decode(), mode)

    assert max(node["Actual Rows"] for node in nodes) == 10_001
