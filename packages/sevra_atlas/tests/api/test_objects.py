from urllib.parse import quote

import pytest
from web_client import BASE_URL, WebClient
from web_fixtures import Directory


def test_a_salon_is_what_the_database_holds(web: WebClient, directory: Directory) -> None:
    id_, name, average, count, slug, version = directory.rows(
        "SELECT id, name, avg_rating, review_count, slug, version FROM salons"
        " WHERE status = 'ACTIVE' ORDER BY review_count DESC LIMIT 1"
    )[0]
    services = directory.one(
        "SELECT count(*) FROM salon_services o JOIN service_definitions d ON d.id = o.service_id"
        " WHERE o.salon_id = %s AND o.is_active",
        id_,
    )

    data = web.get(f"/api/v1/salons/{id_}").json()["data"]

    assert (data["id"], data["name"], data["slug"], data["version"]) == (str(id_), name, slug, version)
    assert (data["avgRating"], data["reviewCount"]) == (float(average), count)
    assert len(data["services"]) == services


@pytest.mark.parametrize("kind", ["salons", "artists"])
def test_every_visible_row_is_answered_by_id_and_by_slug_alike(
    web: WebClient, directory: Directory, kind: str
) -> None:
    for id_, slug in directory.rows(
        f"SELECT id, slug FROM {kind} WHERE status = 'ACTIVE' ORDER BY id LIMIT 25"
    ):
        by_id = web.get(f"/api/v1/{kind}/{id_}")
        by_slug = web.get(f"/api/v1/{kind}/{quote(slug)}")

        assert by_id.status_code == by_slug.status_code == 200
        assert by_id.json()["data"] == by_slug.json()["data"]


def test_letter_variants_case_and_a_trailing_slash_name_the_same_row(
    own_web: WebClient, own_directory: Directory
) -> None:
    own_directory.change("INSERT INTO salons (name, slug) VALUES ('a', 'گل-یاس'), ('b', 'Golden-Rose')")

    for written in ("گل-یاس", "گل-ياس", "گل_یاس", "golden-rose", "GOLDEN-ROSE/", "golden--rose"):
        assert own_web.get(f"/api/v1/salons/{quote(written)}").status_code == 200, written


def test_a_retired_slug_leads_in_one_hop_to_the_same_operation(
    own_web: WebClient, own_directory: Directory
) -> None:
    own_directory.change(
        "INSERT INTO provinces (name_fa, slug) VALUES ('یک', 'first')",
        "INSERT INTO cities (province_id, name_fa, slug) SELECT id, 'شهر', 'town' FROM provinces",
        "INSERT INTO salons (name, slug) VALUES ('a', 'old')",
        "UPDATE salons SET slug = 'salons'",
        "UPDATE salons SET slug = 'نو'",
        "UPDATE provinces SET slug = 'renamed'",
        "UPDATE cities SET slug = 'city'",
    )

    for old in ("old", "salons"):
        answer = own_web.get(f"/api/v1/salons/{old}")
        assert (answer.status_code, answer.headers["location"]) == (301, f"/api/v1/salons/{quote('نو')}")
        assert own_web.get(answer.headers["location"]).status_code == 200
    cities = own_web.get("/api/v1/geo/provinces/first/cities")
    assert cities.headers["location"] == "/api/v1/geo/provinces/renamed/cities"
    assert own_web.get("/api/v1/geo/cities/town").headers["location"] == "/api/v1/geo/cities/city"


def test_a_deleted_row_is_gone_a_hidden_one_not_found(own_web: WebClient, own_directory: Directory) -> None:
    own_directory.change(
        "INSERT INTO salons (name, slug) VALUES ('a', 'deleted'), ('b', 'suspended')",
        "UPDATE salons SET slug = 'deleted-now' WHERE slug = 'deleted'",
    )
    ids = dict(own_directory.rows("SELECT name, id FROM salons"))
    own_directory.change(
        "DELETE FROM salons WHERE name = 'a'", "UPDATE salons SET status = 'SUSPENDED' WHERE name = 'b'"
    )

    for gone in ("deleted", "deleted-now", ids["a"]):
        answer = own_web.get(f"/api/v1/salons/{gone}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (410, "GONE")
    for hidden in ("suspended", ids["b"], "never-was", 123456):
        answer = own_web.get(f"/api/v1/salons/{hidden}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("id_", ["0", "9223372036854775808", "9" * 500])
def test_a_number_that_is_no_id_is_refused(web: WebClient, id_: str) -> None:
    answer = web.get(f"/api/v1/salons/{id_}")

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_ID")


def test_deleting_what_a_salon_points_to_leaves_null_and_absent(
    own_web: WebClient, own_directory: Directory
) -> None:
    own_directory.change(
        "INSERT INTO media (storage_key, url, mime) VALUES ('face.webp', '/uploads/face.webp', 'image/webp')",
        "INSERT INTO service_categories (name_fa, slug) VALUES ('مو', 'hair')",
        "INSERT INTO service_definitions (category_id, name_fa, slug) SELECT id, 'رنگ', 'colour'"
        " FROM service_categories",
        "INSERT INTO salons (name, slug, avatar_media_id) SELECT 'a', 'a', id FROM media",
        "INSERT INTO salon_services (salon_id, service_id)"
        " SELECT s.id, d.id FROM salons s, service_definitions d",
        "INSERT INTO artists (full_name, slug) VALUES ('ب', 'b')",
        "INSERT INTO salon_artists (salon_id, artist_id, accepted_at) SELECT s.id, a.id, now()"
        " FROM salons s, artists a",
    )
    before = own_web.get("/api/v1/salons/a").json()["data"]

    own_directory.change("DELETE FROM service_definitions", "DELETE FROM artists")

    after = own_web.get("/api/v1/salons/a").json()["data"]
    assert before["avatar"]["url"] == f"{BASE_URL}/uploads/face.webp"
    assert (len(before["services"]), len(before["salonArtists"])) == (1, 1)
    assert (after["services"], after["salonArtists"]) == ([], [])


def test_a_link_that_the_artist_has_not_accepted_is_not_shown(
    own_web: WebClient, own_directory: Directory
) -> None:
    own_directory.change(
        "INSERT INTO salons (name, slug) VALUES ('a', 'a')",
        "INSERT INTO artists (full_name, slug) VALUES ('ب', 'b')",
        "INSERT INTO salon_artists (salon_id, artist_id) SELECT s.id, a.id FROM salons s, artists a",
    )

    assert own_web.get("/api/v1/salons/a").json()["data"]["salonArtists"] == []
    assert own_web.get("/api/v1/artists/b").json()["data"]["salons"] == []


def test_a_night_is_shown_on_the_day_on_which_the_salon_opens(
    own_web: WebClient, own_directory: Directory
) -> None:
    own_directory.change(
        "INSERT INTO salons (name, slug) VALUES ('a', 'a')",
        "INSERT INTO opening_hours (salon_id, weekday, open_minutes)"
        " SELECT id, v.day, v.open::int4multirange FROM salons,"
        " (VALUES (5, '{[600,720),[1200,1440)}'), (6, '{[0,60),[600,840)}')) v (day, open)",
    )

    week = own_web.get("/api/v1/salons/a").json()["data"]["openingHours"]["weeklyJson"]

    assert [day["day"] for day in week] == list(range(7))
    assert week[6]["intervals"] == [
        {"open": "10:00", "close": "12:00"},
        {"open": "20:00", "close": "01:00"},
    ]
    assert week[0]["intervals"] == [{"open": "10:00", "close": "14:00"}]
    assert week[1]["intervals"] == []


def test_provinces_are_in_the_order_of_the_persian_alphabet(web: WebClient) -> None:
    names = [item["nameFa"] for item in web.get("/api/v1/geo/provinces").json()["data"]]

    assert len(names) == 31
    assert names.index("تهران") < names.index("چهارمحال و بختیاری") < names.index("خراسان جنوبی")
    assert names.index("قم") < names.index("کردستان") < names.index("گلستان") < names.index("لرستان")
    assert names[-1] == "یزد"


def test_a_city_without_a_page_is_still_answered(web: WebClient, directory: Directory) -> None:
    slug = directory.one("SELECT slug FROM cities WHERE NOT is_landing_enabled LIMIT 1")

    data = web.get(f"/api/v1/geo/cities/{quote(slug)}").json()["data"]

    assert data["isLandingEnabled"] is False
    assert data["province"]["id"] == data["provinceId"]


def test_the_cities_of_a_province_are_all_of_them(web: WebClient, directory: Directory) -> None:
    slug, count = directory.rows(
        "SELECT p.slug, count(*) FROM provinces p JOIN cities c ON c.province_id = p.id GROUP BY 1 LIMIT 1"
    )[0]

    assert len(web.get(f"/api/v1/geo/provinces/{quote(slug)}/cities").json()["data"]) == count
    assert web.get("/api/v1/geo/provinces/nowhere/cities").status_code == 404
