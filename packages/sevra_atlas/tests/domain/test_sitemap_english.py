"""English pages in the sitemap: listed while they are there, joined to the Persian ones, dated apart."""

import re

from sitemap_scene import BASE_URL, Bench

SALON, CITY = "/atlas/salon/roya", "/atlas/city/karaj"
NAMED = (
    "INSERT INTO seo_meta (entity_type, entity_id, locale, breadcrumb_label)"
    " SELECT 'SALON', id, 'en', 'Roya' FROM salons WHERE slug = 'roya'"
)


def _alternates(bench: Bench) -> dict[str, dict[str, str]]:
    """Return what the files say: address → language → alternate."""
    text = b"".join(data for name, data in bench.files().items() if name != "sitemap.xml").decode()
    return {
        address.removeprefix(BASE_URL): dict(re.findall(r'hreflang="(.*?)" href="(.*?)"', rest))
        for address, rest in re.findall(r"<loc>(.*?)</loc>(.*)</url>", text)
    }


def _pair(path: str) -> dict[str, str]:
    persian = BASE_URL + path
    return {"fa-IR": persian, "en": f"{BASE_URL}/en{path}", "x-default": persian}


def test_a_page_with_an_english_name_is_listed_twice_and_each_names_the_other(filled: Bench) -> None:
    assert f"/en{SALON}" not in filled.dates()

    filled.change(NAMED, "UPDATE cities SET name_en = 'Karaj'")
    filled.tick()

    listed = _alternates(filled)
    assert listed[SALON] == listed[f"/en{SALON}"] == _pair(SALON)
    assert listed[CITY] == listed[f"/en{CITY}"] == _pair(CITY)
    assert listed["/atlas"] == listed["/en/atlas"] == _pair("/atlas")
    assert listed["/"] == listed["/en"] == {
        "fa-IR": f"{BASE_URL}/", "en": f"{BASE_URL}/en", "x-default": f"{BASE_URL}/",
    }  # fmt: skip
    assert listed["/blog"] == listed["/atlas/artist/maryam"] == {}
    before = filled.files()
    filled.rebuild()
    assert filled.files() == before


def test_a_page_that_leaves_one_language_is_nobody_s_alternate(filled: Bench) -> None:
    filled.change(NAMED)
    filled.tick()
    assert _alternates(filled)[SALON] == _pair(SALON)

    filled.change("UPDATE seo_meta SET robots = 'NOINDEX_FOLLOW' WHERE locale = 'en'")
    filled.tick()

    assert _alternates(filled)[SALON] == {}
    assert f"/en{SALON}" not in _alternates(filled)

    filled.change("UPDATE seo_meta SET robots = 'INDEX_FOLLOW'")
    filled.tick()
    assert _alternates(filled)[SALON] == _pair(SALON)

    filled.change("DELETE FROM salons WHERE slug = 'roya'")
    filled.tick()
    assert not {SALON, f"/en{SALON}"} & _alternates(filled).keys()


def test_an_english_name_dates_the_english_pages_that_show_it_and_no_other(filled: Bench) -> None:
    filled.change(NAMED, "UPDATE cities SET name_en = 'Karaj'", "UPDATE provinces SET name_en = 'Alborz'")
    filled.tick()

    for change, pages in {
        "UPDATE neighborhoods SET name_en = 'Mehr'": {f"/en{CITY}", f"/en{SALON}"},
        "UPDATE service_definitions SET name_en = 'Nails'": {f"/en{SALON}"},
        "UPDATE seo_meta SET breadcrumb_label = 'Roya Beauty'": {f"/en{SALON}"},
        "UPDATE provinces SET name_en = 'Alburz'": {
            "/atlas/province/alborz", "/en/atlas/province/alborz", f"/en{CITY}", f"/en{SALON}",
        },
        "UPDATE salons SET summary = 'تازه'": {SALON, f"/en{SALON}"},
    }.items():  # fmt: skip
        filled.later(minutes=1)
        assert filled.moved(change) == pages, change
