from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_reader import Page
from web_client import WebClient
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
    found = ["/", "/atlas", "/atlas?page=2"]
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


def test_no_two_pages_have_one_title_or_one_description(web: WebClient, directory: Directory) -> None:
    addresses = _addresses(directory)

    pages = [Page(web.get(address)) for address in addresses]

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
