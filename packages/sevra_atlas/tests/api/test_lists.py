import httpx
import pytest
from web_client import WebClient
from web_fixtures import Directory

_VISIBLE = {
    "salons": "SELECT count(*) FROM salons WHERE status = 'ACTIVE'",
    "artists": "SELECT count(*) FROM artists WHERE status = 'ACTIVE'",
}
_KEYS = {"rating": "rating_key DESC", "popular": "popular_key DESC", "new": "created_at DESC, id DESC"}


def _data(answer: httpx.Response) -> list[dict]:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def _walk(web: WebClient, path: str) -> list[str]:
    """Return the ids of a list, page by page to its end."""
    ids, cursor = [], ""
    while True:
        body = web.get(f"{path}{cursor}").json()
        ids += [item["id"] for item in body["data"]]
        if body["meta"]["pagination"]["nextCursor"] is None:
            return ids
        cursor = f"&cursor={body['meta']['pagination']['nextCursor']}"


@pytest.mark.parametrize("kind", ["salons", "artists"])
@pytest.mark.parametrize("order", ["rating", "popular", "new"])
def test_walking_by_cursor_visits_every_visible_row_once_in_order(
    web: WebClient, directory: Directory, kind: str, order: str
) -> None:
    expected = [
        str(row[0])
        for row in directory.rows(f"SELECT id FROM {kind} WHERE status = 'ACTIVE' ORDER BY {_KEYS[order]}")
    ]

    assert _walk(web, f"/api/v1/{kind}?sort={order}&pageSize=7") == expected


@pytest.mark.parametrize("kind", ["salons", "artists"])
def test_numbered_pages_and_cursors_give_the_same_rows(web: WebClient, kind: str) -> None:
    first = web.get(f"/api/v1/{kind}?sort=rating&pageSize=5").json()
    cursor = first["meta"]["pagination"]["nextCursor"]

    by_number = web.get(f"/api/v1/{kind}?sort=rating&pageSize=5&page=2").json()
    by_cursor = web.get(f"/api/v1/{kind}?sort=rating&pageSize=5&cursor={cursor}").json()

    assert by_number["data"] == by_cursor["data"]
    assert by_number["meta"]["pagination"]["page"] == 2
    assert by_cursor["meta"]["pagination"]["page"] is None


@pytest.mark.parametrize("kind", ["salons", "artists"])
def test_the_total_is_the_number_of_visible_rows(web: WebClient, directory: Directory, kind: str) -> None:
    visible = directory.one(_VISIBLE[kind])

    pagination = web.get(f"/api/v1/{kind}?pageSize=9").json()["meta"]["pagination"]

    assert pagination["total"] == visible
    assert pagination["totalPages"] == -(-visible // 9)
    assert pagination["totalCapped"] is False


def test_the_default_order_is_newest_first(web: WebClient) -> None:
    assert _data(web.get("/api/v1/salons")) == _data(web.get("/api/v1/salons?sort=new"))


@pytest.mark.parametrize("name", ["city", "province"])
def test_a_place_narrows_a_list_by_slug_and_by_id(web: WebClient, directory: Directory, name: str) -> None:
    table = {"city": "cities", "province": "provinces"}[name]
    id_, slug, expected = directory.rows(
        f"SELECT t.id, t.slug, count(*) FROM {table} t JOIN salons s ON s.{name}_id = t.id"
        " WHERE s.status = 'ACTIVE' GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 1"
    )[0]

    by_slug = web.get(f"/api/v1/salons?{name}={slug}&pageSize=100").json()
    by_id = web.get(f"/api/v1/salons?{name}={id_}&pageSize=100").json()

    assert by_slug["meta"]["pagination"]["total"] == expected
    assert by_slug["data"] == by_id["data"]
    assert len(by_slug["data"]) == min(expected, 100)


def test_several_cities_combine_by_or_and_different_filters_by_and(
    web: WebClient, directory: Directory
) -> None:
    cities = directory.rows(
        "SELECT city_id, count(*) FROM salons WHERE status = 'ACTIVE' AND city_id IS NOT NULL"
        " GROUP BY 1 ORDER BY 2 DESC LIMIT 2"
    )
    verified = directory.one(
        "SELECT count(*) FROM salons WHERE status = 'ACTIVE' AND verification = 'VERIFIED'"
        " AND city_id = ANY (%s)",
        [city for city, _ in cities],
    )
    named = ",".join(str(city) for city, _ in cities)

    both = web.get(f"/api/v1/salons?city={named}").json()
    narrowed = web.get(f"/api/v1/salons?city={named}&verified=true").json()

    assert both["meta"]["pagination"]["total"] == sum(count for _, count in cities)
    assert narrowed["meta"]["pagination"]["total"] == verified


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("verified=true", "verification = 'VERIFIED'"),
        ("verified=false", "verification <> 'VERIFIED'"),
        ("womenOnly=true", "is_women_only"),
        ("womenOnly=false", "is_women_only IS NOT TRUE"),
        ("priceTier=2", "price_tier = 2"),
        ("priceTier=1,4", "price_tier IN (1, 4)"),
        ("minRating=4.5", "avg_rating >= 4.5"),
        ("minReviewCount=10", "review_count >= 10"),
    ],
)
def test_a_filter_leaves_what_sql_counts(
    web: WebClient, directory: Directory, query: str, condition: str
) -> None:
    expected = directory.one(f"SELECT count(*) FROM salons WHERE status = 'ACTIVE' AND {condition}")
    assert expected

    assert web.get(f"/api/v1/salons?{query}").json()["meta"]["pagination"]["total"] == expected


def test_a_service_narrows_salons_and_a_specialty_artists(web: WebClient, directory: Directory) -> None:
    service, salons = directory.rows(
        "SELECT d.slug, count(*) FROM salon_services o JOIN service_definitions d ON d.id = o.service_id"
        " JOIN salons s ON s.id = o.salon_id WHERE o.is_active AND s.status = 'ACTIVE'"
        " GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    )[0]
    specialty, artists = directory.rows(
        "SELECT d.slug, count(*) FROM artist_specialties o JOIN specialties d ON d.id = o.specialty_id"
        " JOIN artists a ON a.id = o.artist_id WHERE o.is_active AND a.status = 'ACTIVE'"
        " GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    )[0]

    found_salons = web.get(f"/api/v1/salons?service={service}").json()["meta"]["pagination"]["total"]
    found_artists = web.get(f"/api/v1/artists?specialty={specialty}").json()["meta"]["pagination"]["total"]

    assert (found_salons, found_artists) == (salons, artists)


def test_a_neighbourhood_slug_needs_its_city_when_two_cities_have_it(
    own_web: WebClient, own_directory: Directory
) -> None:
    own_directory.change(
        "INSERT INTO provinces (name_fa, slug) VALUES ('یک', 'one')",
        "INSERT INTO cities (province_id, name_fa, slug) SELECT id, name, name FROM provinces,"
        " (VALUES ('north'), ('south')) v (name)",
        "INSERT INTO neighborhoods (city_id, name_fa, slug) SELECT id, 'باغ', 'garden' FROM cities",
        "INSERT INTO neighborhoods (city_id, name_fa, slug) SELECT min(id), 'تک', 'single' FROM cities",
        "INSERT INTO salons (name, slug, city_id, neighborhood_id)"
        " SELECT 'سالن', 'salon-' || id, city_id, id FROM neighborhoods",
    )

    def total(query: str) -> int:
        return own_web.get(f"/api/v1/salons?{query}").json()["meta"]["pagination"]["total"]

    assert total("neighborhood=garden") == 0
    assert total("neighborhood=garden&city=south") == 1
    assert total("neighborhood=single") == 1
    assert total("neighborhood=garden&city=north,south") == 2


def test_what_is_near_comes_nearest_first_and_nothing_beyond_the_radius(
    own_web: WebClient, own_directory: Directory
) -> None:
    own_directory.change(
        "INSERT INTO salons (name, slug, lat, lng) VALUES"
        " ('a', 'at-1-km', 35.709, 51.4), ('b', 'at-4-km', 35.7, 51.4442), ('c', 'at-9-km', 35.781, 51.4),"
        " ('d', 'nowhere', NULL, NULL)"
    )

    close = _data(own_web.get("/api/v1/salons?near=35.7,51.4&sort=distance"))
    wide = _data(own_web.get("/api/v1/salons?near=35.7,51.4&sort=distance&radiusKm=20"))

    assert [item["slug"] for item in close] == ["at-1-km", "at-4-km"]
    assert [item["slug"] for item in wide] == ["at-1-km", "at-4-km", "at-9-km"]
    assert wide[0]["distanceKm"] == pytest.approx(1.0, abs=0.05)
    assert wide[2]["distanceKm"] == pytest.approx(9.0, abs=0.05)
    assert _walk(own_web, "/api/v1/salons?near=35.7,51.4&sort=distance&radiusKm=20&pageSize=1") == [
        item["id"] for item in wide
    ]


@pytest.mark.parametrize("written", ["رؤیای سبز", "روياي سبز", "رویای‌سبز", "سبز رویای"])
def test_a_name_is_found_in_any_spelling(own_web: WebClient, own_directory: Directory, written: str) -> None:
    own_directory.change(
        "INSERT INTO salons (name, slug) VALUES ('سالن رویای سبز', 'green'), ('سالن آبی', 'blue')"
    )

    assert [item["slug"] for item in _data(own_web.get("/api/v1/salons?q=" + written))] == ["green"]


def test_words_that_fold_to_nothing_find_nothing(web: WebClient) -> None:
    assert _data(web.get("/api/v1/salons?q=%25_%21")) == []


def test_a_filter_value_that_names_nothing_gives_an_empty_list(web: WebClient) -> None:
    assert _data(web.get("/api/v1/salons?city=no-such-city")) == []


@pytest.mark.parametrize(
    ("query", "code", "path"),
    [
        ("page=0", "VALIDATION_ERROR", "page"),
        ("pageSize=101", "VALIDATION_ERROR", "pageSize"),
        ("pageSize=x", "VALIDATION_ERROR", "pageSize"),
        ("sort=best", "VALIDATION_ERROR", "sort"),
        ("sort=distance", "VALIDATION_ERROR", "sort"),
        ("sort=null", "VALIDATION_ERROR", "sort"),
        ("minRating=null", "VALIDATION_ERROR", "minRating"),
        ("page=1e1", "VALIDATION_ERROR", "page"),
        ("verified=null", "VALIDATION_ERROR", "verified"),
        ("verified=yes", "VALIDATION_ERROR", "verified"),
        ("priceTier=5", "VALIDATION_ERROR", "priceTier"),
        ("minRating=nan", "VALIDATION_ERROR", "minRating"),
        ("near=1", "VALIDATION_ERROR", "near"),
        ("near=nan,0", "VALIDATION_ERROR", "near"),
        ("radiusKm=5", "VALIDATION_ERROR", "radiusKm"),
        ("city=" + ",".join("abcdefghijklmnopqrstu"), "VALIDATION_ERROR", "city"),
        ("city=9223372036854775808", "INVALID_ID", "city"),
        ("city=0", "INVALID_ID", "city"),
        ("page=101&pageSize=100", "PAGE_TOO_DEEP", "page"),
        ("colour=red", "UNKNOWN_PARAMETER", "colour"),
        ("page=1&page=2", "VALIDATION_ERROR", "page"),
        ("cursor=abc", "INVALID_CURSOR", "cursor"),
    ],
)
def test_a_bad_parameter_is_named_in_the_answer(web: WebClient, query: str, code: str, path: str) -> None:
    answer = web.get(f"/api/v1/salons?{query}")

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    assert [detail["path"] for detail in answer.json()["error"]["details"]] == [path]


def test_a_value_out_of_a_fixed_list_is_answered_with_the_list(web: WebClient) -> None:
    salons, artists = (web.get(f"/api/v1/{kind}?sort=best").json() for kind in ("salons", "artists"))

    assert salons["error"]["details"] == [
        {"path": "sort", "issue": "one of rating, popular, new, distance is expected"}
    ]
    assert artists["error"]["details"] == [
        {"path": "sort", "issue": "one of rating, popular, new is expected"}
    ]


def test_a_missing_parameter_is_named_in_the_answer(web: WebClient) -> None:
    answer = web.get("/api/v1/seo/redirects/resolve")

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"] == [{"path": "path", "issue": "is required"}]


def test_the_deepest_numbered_page_is_answered(web: WebClient) -> None:
    assert _data(web.get("/api/v1/salons?page=100&pageSize=100")) == []


def test_a_cursor_is_refused_under_another_order_filter_or_list(web: WebClient) -> None:
    cursor = web.get("/api/v1/salons?sort=rating&pageSize=1").json()["meta"]["pagination"]["nextCursor"]

    for path in (
        f"/api/v1/salons?sort=popular&cursor={cursor}",
        f"/api/v1/salons?sort=rating&verified=true&cursor={cursor}",
        f"/api/v1/artists?sort=rating&cursor={cursor}",
    ):
        assert web.get(path).json()["error"]["code"] == "INVALID_CURSOR"


def test_no_hidden_salon_is_in_any_list(own_web: WebClient, own_directory: Directory) -> None:
    own_directory.change(
        "INSERT INTO salons (name, slug) VALUES ('a', 'seen'), ('b', 'suspended'), ('c', 'deleted')",
        "UPDATE salons SET status = 'SUSPENDED' WHERE slug = 'suspended'",
        "DELETE FROM salons WHERE slug = 'deleted'",
    )

    for query in ("", "?sort=rating", "?sort=popular", "?q=b", "?verified=false"):
        found = {item["slug"] for item in _data(own_web.get(f"/api/v1/salons{query}"))}
        assert found <= {"seen"}
