from urllib.parse import quote

import pytest
from factories import (
    make_artist,
    make_category,
    make_city,
    make_media,
    make_page,
    make_post,
    make_province,
    make_salon,
    make_seo_meta,
    make_series,
    make_tag,
)
from hypothesis import given
from hypothesis import strategies as st
from page_reader import Page
from web_client import BASE_URL, WebClient
from web_fixtures import Directory

from sevra_atlas.site import heads

_TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=600)
_NUMBERS = st.integers(1, 9_999_999)


@given(st.lists(_TEXTS, min_size=1, max_size=3), _NUMBERS)
def test_every_title_fits_beside_the_name_of_the_site(wordings: list[str], number: int) -> None:
    assert len(f"{heads.title(*wordings, number=number)} | {heads.SITE_NAME}") <= heads.LONGEST_TITLE


@given(st.lists(st.none() | _TEXTS, max_size=4), _NUMBERS)
def test_every_description_has_a_length_that_is_shown(sentences: list[str | None], number: int) -> None:
    length = len(heads.description(*sentences, number=number))

    assert heads.SHORTEST_DESCRIPTION <= length <= heads.LONGEST_DESCRIPTION


def test_a_title_keeps_as_much_as_fits() -> None:
    name = "سالن " * 9

    assert heads.title("کوتاه", "کوتاه‌تر") == "کوتاه"
    assert heads.title(name + "در شهری دور و دراز", name) == name.strip()
    assert heads.title("یک " * 60) == ("یک " * 17).strip() + "…"


def test_a_description_says_the_facts_before_the_site() -> None:
    said = heads.description("ماساژدرمانی در تهران", "۳ تخصص و ۸ نظر درباره سارا در تهران")
    alone = heads.description("سارا", number=2)

    assert said == "ماساژدرمانی در تهران. ۳ تخصص و ۸ نظر درباره سارا در تهران."
    assert alone.startswith("صفحه ۲: سارا. در اطلس سورا، ")


def _addresses(directory: Directory) -> list[str]:
    found = ["/", "/atlas", "/atlas?page=2", "/blog", "/blog?page=2", "/blog/post/how-to-choose-a-colourist"]
    for kind, table in {
        "post": "posts",
        "page": "pages",
        "category": "categories",
        "tag": "tags",
        "series": "series",
    }.items():
        paths = directory.rows(
            "SELECT display_path FROM indexable_entities i JOIN entity_types t USING (entity_type)"
            " WHERE t.table_name = %s AND locale = 'fa' ORDER BY entity_id LIMIT 12",
            table,
        )
        assert paths, kind
        found += [quote(path) for (path,) in paths]
    for kind, table in {
        "province": "provinces",
        "city": "cities",
        "salon": "salons",
        "artist": "artists",
    }.items():
        shown = {"salon": "status = 'ACTIVE'", "artist": "status = 'ACTIVE'", "city": "is_landing_enabled"}
        rows = directory.rows(
            f"SELECT slug FROM {table} WHERE {shown.get(kind, 'true')} ORDER BY id LIMIT 25"
        )
        found += [f"/atlas/{kind}/{quote(slug)}" for (slug,) in rows]
    return found


def test_no_two_pages_have_one_title_or_one_description(blog_web: WebClient, blog: Directory) -> None:
    addresses = _addresses(blog)

    pages = [Page(blog_web.get(address)) for address in addresses]

    titles = [page.texts("title")[0] for page in pages]
    descriptions = [page.attributes("meta", name="description")[0]["content"] or "" for page in pages]
    assert [page.status for page in pages] == [200] * len(pages)
    assert len(set(titles)) == len(set(descriptions)) == len(addresses)
    assert max(map(len, titles)) <= heads.LONGEST_TITLE
    assert min(map(len, descriptions)) >= heads.SHORTEST_DESCRIPTION
    assert max(map(len, descriptions)) <= heads.LONGEST_DESCRIPTION


def test_a_listing_of_which_nothing_is_known_promises_nothing(
    own_web: WebClient, own_directory: Directory
) -> None:
    own_directory.change("INSERT INTO salons (name, slug) VALUES ('سالن تازه', 'fresh')")

    page = Page(own_web.get("/atlas/salon/fresh"))

    (description,) = page.attributes("meta", name="description")
    assert description["content"] == (
        "سالن تازه. در اطلس سورا، راهنمای سالن‌های زیبایی و هنرمندان شهرهای ایران."
    )


def test_what_an_editor_wrote_for_a_head_goes_before_what_the_page_makes_of_itself(
    own_web: WebClient, own_directory: Directory
) -> None:
    written = {
        "title": "عنوان دستی",
        "description": "شرح دستی",
        "og_title": "عنوان اشتراک",
        "og_description": "شرح اشتراک",
        "h1": "سرخط دستی",
        "breadcrumb_label": "برچسب",
    }
    with own_directory.session() as session:
        province = make_province(session, slug="p")
        city = make_city(session, slug="c", province_id=province.id, is_landing_enabled=True)
        salon = make_salon(session, slug="s", city_id=city.id)
        artist = make_artist(session, slug="a")
        post = make_post(session, slug="p", category_id=make_category(session, slug="k").id)
        picture = make_media(session, storage_key="shared.webp", kind="OG_IMAGE")
        rows = {
            "PROVINCE": ("/atlas/province/p", province.id),
            "CITY": ("/atlas/city/c", city.id),
            "SALON": ("/atlas/salon/s", salon.id),
            "ARTIST": ("/atlas/artist/a", artist.id),
            "BLOG_POST": ("/blog/post/p", post.id),
            "BLOG_PAGE": ("/blog/page/g", make_page(session, slug="g").id),
            "CATEGORY": ("/blog/category/k", post.category_id),
            "TAG": ("/blog/tag/t", make_tag(session, slug="t").id),
            "SERIES": ("/blog/series/e", make_series(session, slug="e").id),
        }
        for kind, (_, id_) in rows.items():
            make_seo_meta(session, kind, id_, og_image_media_id=picture.id, **written)

    for path, _ in rows.values():
        page = Page(own_web.get(path))
        assert page.texts("title") == ["عنوان دستی | اطلس سورا"], path
        assert page.heading == "سرخط دستی"
        assert page.attributes("meta", name="description", content="شرح دستی")
        assert page.attributes("meta", property="og:title", content="عنوان اشتراک")
        assert page.attributes("meta", property="og:description", content="شرح اشتراک")
        assert page.attributes("meta", property="og:image", content=f"{BASE_URL}/uploads/shared.webp")
        assert page.node("breadcrumbs")["itemListElement"][-1]["name"] == "برچسب"
        assert page.canonical == BASE_URL + path


@pytest.mark.parametrize(
    ("robots", "said"),
    [
        ("NOINDEX_FOLLOW", "noindex, follow"),
        ("NOINDEX_NOFOLLOW", "noindex, nofollow"),
        ("INDEX_FOLLOW", None),
    ],
)
def test_a_page_asks_robots_what_an_editor_asks(
    own_web: WebClient, own_directory: Directory, robots: str, said: str | None
) -> None:
    with own_directory.session() as session:
        salon, tag = make_salon(session, slug="s"), make_tag(session, slug="t")
        make_seo_meta(session, "SALON", salon.id, robots=robots)
        make_seo_meta(session, "TAG", tag.id, robots=robots)

    for path in ("/atlas/salon/s", "/blog/tag/t"):
        found = [meta["content"] for meta in Page(own_web.get(path)).attributes("meta", name="robots")]
        assert found == ([] if said is None else [said])


def test_a_page_names_the_canonical_address_that_an_editor_chose(
    own_web: WebClient, own_directory: Directory
) -> None:
    elsewhere = "https://elsewhere.example/first-printed-there"
    with own_directory.session() as session:
        post = make_post(session, slug="p")
        make_seo_meta(session, "BLOG_POST", post.id, canonical_mode="CUSTOM", canonical_url=elsewhere)

    page = Page(own_web.get("/blog/post/p"))

    assert page.canonical == elsewhere
    assert page.attributes("meta", name="robots") == []


@pytest.mark.parametrize(
    ("query", "location"),
    [
        ("?page=1", "/atlas"),
        ("?page=1&utm_source=a%20b", "/atlas?utm_source=a%20b"),
        ("?a=1&page=1&b=", "/atlas?a=1&b="),
    ],
)
def test_the_first_page_has_no_number_and_keeps_what_counts_visits(
    web: WebClient, query: str, location: str
) -> None:
    answer = web.get(f"/atlas{query}")

    assert (answer.status_code, answer.headers["location"]) == (301, location)
    assert web.get(location).status_code == 200
