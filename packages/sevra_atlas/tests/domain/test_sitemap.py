"""The sitemap follows its rows: what is listed, where, and with which date."""

from urllib.parse import quote

import pytest
from factories import (
    make_city,
    make_review,
    make_salon,
    make_seo_meta,
    make_user,
)
from sitemap_scene import BASE_URL, Bench
from sqlalchemy import text

from sevra_atlas.domain import sitemap_queue
from sevra_atlas.domain.sitemap_folder import SitemapFolder
from sevra_atlas.domain.sitemap_xml import Caps
from sevra_atlas.schema.access import MAINTENANCE

PAGES = {
    "/": "static-0.xml.gz",
    "/atlas": "static-0.xml.gz",
    "/blog": "static-0.xml.gz",
    "/en": "static-0.xml.gz",
    "/en/atlas": "static-0.xml.gz",
    "/atlas/province/alborz": "geo-0.xml.gz",
    "/atlas/city/karaj": "geo-0.xml.gz",
    "/atlas/salon/roya": "salons-0.xml.gz",
    "/atlas/artist/maryam": "artists-0.xml.gz",
    "/blog/post/mask": "posts-0.xml.gz",
    "/blog/page/about": "pages-0.xml.gz",
    "/blog/category/care": "taxonomy-0.xml.gz",
    "/blog/category/masks": "taxonomy-0.xml.gz",
    "/blog/tag/skin": "taxonomy-0.xml.gz",
    "/blog/series/first-steps": "taxonomy-0.xml.gz",
}


def test_every_kind_of_page_is_listed_in_its_section_and_the_index_names_the_files(filled: Bench) -> None:
    files = filled.files()

    assert {address: filled.shard_of(address) for address in filled.dates()} == PAGES
    assert files.keys() == {"sitemap.xml", *PAGES.values()}
    index = files["sitemap.xml"].decode()
    assert all(f"<loc>{BASE_URL}/sitemaps/{name}</loc>" in index for name in PAGES.values())


def test_a_head_that_an_editor_writes_dates_its_page(filled: Bench) -> None:
    with filled.db.session() as session:
        post = session.execute(text("SELECT id FROM posts")).scalar_one()
        make_seo_meta(session, "BLOG_POST", post, title="عنوان")

    assert filled.moved() == {"/blog/post/mask"}


def test_a_rating_change_moves_no_lastmod(filled: Bench) -> None:
    before = filled.files()
    with filled.db.session() as session:
        salon = session.execute(text("SELECT id FROM salons")).scalar_one()
        make_review(session, salon_id=salon, author_id=make_user(session).id, rating=5)
    with filled.db.session("sevra_owner") as session:
        session.execute(text("UPDATE posts SET views_count = views_count + 100"))

    published = filled.tick()

    assert filled.files() == before
    assert published.shards == 0


def test_a_migration_that_touches_every_row_moves_no_lastmod(filled: Bench) -> None:
    before = filled.files()

    with filled.db.session("sevra_owner") as session:
        for table in ("salons", "artists", "cities", "provinces", "posts", "pages", "tags"):
            session.execute(text(f"UPDATE {table} SET updated_at = now(), version = version + 1"))
    filled.tick()

    assert filled.files() == before


def test_new_fields_of_a_hash_move_no_lastmod(filled: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    before = filled.files()
    with filled.db.session("sevra_owner") as session:
        session.execute(text("UPDATE sitemap_urls SET content_hash = set_byte(content_hash, 0, 255)"))

    assert filled.rebuild().aligned.written == len(PAGES) - 5
    assert filled.files() == before


def test_what_was_announced_long_ago_is_dated_by_its_announcement(bench: Bench) -> None:
    with bench.db.session() as session:
        make_salon(session, slug="old")
    with bench.db.session("sevra_owner") as session:
        aged = "created_at = '2024-03-01 12:00+00'"
        session.execute(text("ALTER TABLE outbox DISABLE TRIGGER outbox_append_only"))
        session.execute(text(f"UPDATE outbox SET {aged}"))
        session.execute(text("ALTER TABLE outbox ENABLE TRIGGER outbox_append_only"))

    bench.tick()

    assert bench.dates()["/atlas/salon/old"] == "2024-03-01T12:00:00Z"


def test_a_renamed_page_is_listed_at_its_new_address_with_its_old_date(filled: Bench) -> None:
    before = filled.dates()

    filled.change("UPDATE salons SET slug = 'roya-two'", "UPDATE posts SET slug = 'Mask'")
    filled.tick()

    after = filled.dates()
    assert after["/atlas/salon/roya-two"] == before["/atlas/salon/roya"]
    assert after["/blog/post/Mask"] == before["/blog/post/mask"]
    assert not after.keys() & {"/atlas/salon/roya", "/blog/post/mask"}


def test_rows_keep_their_shard_through_every_rename_deletion_and_restore(bench: Bench) -> None:
    with bench.db.session("sevra_owner") as session:
        for id_ in (1, 19_999, 20_000, 45_000):
            session.execute(
                text(
                    "INSERT INTO salons (id, name, slug) OVERRIDING SYSTEM VALUE"
                    " VALUES (:id, 'سالن', 's' || :id)"
                ),
                {"id": id_},
            )
    bench.tick()
    home = {"s1": "salons-0", "s19999": "salons-0", "s20000": "salons-1", "s45000": "salons-2"}
    assert {slug: bench.shard_of(f"/atlas/salon/{slug}") for slug in home} == {
        slug: f"{name}.xml.gz" for slug, name in home.items()
    }

    bench.change("DELETE FROM salons WHERE id = 20000", "UPDATE salons SET slug = 'n' || id WHERE id = 45000")
    bench.tick()
    assert "salons-1.xml.gz" not in bench.files()
    bench.worker.execute("SELECT public.restore_batch(max(id)) FROM public.deletion_batches")
    bench.tick()

    assert bench.shard_of("/atlas/salon/s20000") == "salons-1.xml.gz"
    assert bench.shard_of("/atlas/salon/n45000") == "salons-2.xml.gz"


def test_a_city_is_listed_while_somebody_works_in_it(filled: Bench) -> None:
    with filled.db.session() as session:
        other = make_city(session, slug="qom", is_landing_enabled=True).id
    filled.tick()
    assert "/atlas/city/qom" not in filled.dates()

    filled.change(f"UPDATE salons SET city_id = {other}, neighborhood_id = NULL", "DELETE FROM artists")
    filled.tick()

    assert "/atlas/city/qom" in filled.dates()
    assert "/atlas/city/karaj" not in filled.dates()


def test_rows_made_by_hand_are_kept_by_a_rebuild(filled: Bench) -> None:
    with filled.db.session("sevra_owner") as session:
        session.execute(
            text("INSERT INTO url_paths (path, kind, display_path) VALUES ('/app', 'static', '/app')")
        )
        session.execute(
            text(
                "UPDATE sitemap_urls SET is_manual = true, is_enabled = false, priority = 0.1"
                " WHERE path = '/atlas/salon/roya'"
            )
        )

    filled.rebuild()

    assert "/app" in filled.dates()
    assert "/atlas/salon/roya" not in filled.dates()
    row = filled.worker.execute("SELECT priority FROM sitemap_urls WHERE path = '/atlas/salon/roya'")
    assert [float(value) for (value,) in row] == [0.1]


def test_one_edit_writes_one_shard_and_the_index(filled: Bench) -> None:
    before = filled.files()
    inodes = {file.name: file.stat().st_ino for file in (filled.folder.path / "current/sitemaps").iterdir()}

    filled.change("UPDATE salons SET summary = 'تازه'")
    published = filled.tick()

    after = filled.files()
    assert (published.shards, published.changed) == (1, 1)
    assert {name for name in after if after[name] != before[name]} == {"salons-0.xml.gz", "sitemap.xml"}
    now = {file.name: file.stat().st_ino for file in (filled.folder.path / "current/sitemaps").iterdir()}
    assert {name for name in now if now[name] != inodes[name]} == {"salons-0.xml.gz"}


def test_a_file_is_dated_when_its_bytes_change_and_not_when_it_is_written_again(filled: Bench) -> None:
    before = filled.files()["sitemap.xml"]

    filled.rebuild()
    assert filled.files()["sitemap.xml"] == before

    filled.change("DELETE FROM pages")
    filled.change("DELETE FROM tags")
    filled.tick()
    index = filled.files()["sitemap.xml"].decode()
    stamp = f"<lastmod>{filled.now:%Y-%m-%dT%H:%M:%SZ}</lastmod>"
    assert f"taxonomy-0.xml.gz</loc>{stamp}" in index
    assert f"salons-0.xml.gz</loc>{stamp}" not in index
    assert "pages-0" not in index


def test_a_shard_of_persian_slugs_of_maximal_length_is_split_and_no_file_exceeds_a_cap(bench: Bench) -> None:
    with bench.db.session() as session:
        for number in range(40):
            make_salon(session, slug=f"{'ی' * 250}{number}")
    bench.folder = SitemapFolder(bench.folder.path, BASE_URL, Caps(urls=15, size=12_000))

    bench.tick()

    parts = {name: data for name, data in bench.files().items() if name.startswith("salons-")}
    assert len(parts) > 26 / 10
    assert all(len(data) <= 12_000 and data.count(b"<url>") <= 15 for data in parts.values())
    assert sorted(parts)[:2] == ["salons-0-a.xml.gz", "salons-0-b.xml.gz"]
    assert len([address for address in bench.dates() if "/salon/" in address]) == 40
    assert f"/atlas/salon/{quote('ی' * 250)}0" in bench.dates()

    bench.change("DELETE FROM salons WHERE id > (SELECT min(id) FROM salons)")
    bench.tick()
    assert [name for name in bench.files() if name.startswith("salons-")] == ["salons-0.xml.gz"]


def test_the_caps_are_below_those_of_the_protocol() -> None:
    assert Caps() == Caps(urls=45_000, size=45_000_000)


def test_a_pass_is_bounded_and_what_is_not_committed_stays(bench: Bench) -> None:
    with bench.db.session() as session:
        for number in range(5):
            make_salon(session, slug=f"s{number}")

    with bench.worker.transaction(force_rollback=True):
        first = sitemap_queue.run_once(bench.worker, batch=3, now=bench.now)
    with bench.db.connect(MAINTENANCE) as other:
        held = sitemap_queue.run_once(other, now=bench.now)
        assert sitemap_queue.run_once(bench.worker).taken == 0

    assert (first.taken, first.more) == (3, True)
    assert held.taken > 3


def test_nothing_is_left_in_the_outbox_for_sitemap_and_feeds(filled: Bench) -> None:
    left = filled.worker.execute("SELECT count(*) FROM outbox WHERE topic IN ('sitemap', 'feed')")

    assert left.fetchone() == (0,)
