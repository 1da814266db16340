from collections.abc import Iterator

import psycopg
import pytest
from plan_reader import MODES, assert_one_index_scan, plan
from web_client import WebClient
from web_fixtures import Directory

from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database
from sevra_atlas.reads import tables
from sevra_atlas.reads.listing import count_statement, keys_statement
from sevra_atlas.reads.reviews import NEWEST

_SALONS = 20_000
# The largest city holds a tenth; a tenth of the rows are deleted, 15 of 100 suspended. The triggers are off:
# only the rows and their indexes matter here.
_ROWS = f"""
SET session_replication_role = replica;
INSERT INTO provinces (id, name_fa, slug) OVERRIDING SYSTEM VALUE
SELECT n, 'p' || n, 'p' || n FROM generate_series(1, 5) n;
INSERT INTO cities (id, province_id, name_fa, slug) OVERRIDING SYSTEM VALUE
SELECT n, 1 + n % 5, 'c' || n, 'c' || n FROM generate_series(1, 200) n;
INSERT INTO salons (id, name, slug, city_id, province_id, status, deleted_at, deletion_id,
                    review_count, rating_sum, created_at)
OVERRIDING SYSTEM VALUE
SELECT n, 's' || n, 's' || n, city, 1 + city % 5,
       CASE WHEN n % 20 < 3 THEN 'SUSPENDED' ELSE 'ACTIVE' END::account_status,
       CASE WHEN n % 10 = 9 THEN now() END, CASE WHEN n % 10 = 9 THEN 1 END,
       n % 40, (n % 40) * (1 + n % 5), now() - n * interval '1 minute'
  FROM (SELECT n, CASE WHEN n % 10 = 0 THEN 1 ELSE 2 + n % 199 END AS city
          FROM generate_series(1, {_SALONS}) n) numbered;
INSERT INTO reviews (author_id, salon_id, rating, created_at)
SELECT n, CASE WHEN n % 5 = 0 THEN 1 ELSE 1 + n % 500 END, 1 + n % 5, now() - n * interval '1 second'
  FROM generate_series(1, 20000) n;
"""


@pytest.fixture(scope="session")
def skewed(
    server: LocalPostgres, sevra_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Directory]:
    with scratch_database(server.url(), sevra_template) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_ROWS.encode())
            connection.execute("VACUUM (ANALYZE) salons, reviews, cities")
        yield Directory(url, tmp_path_factory.mktemp("none"))


# The connections of the application keep generic plans. Planned for a city that holds a tenth of all rows,
# the newest of it would be looked for along the order of the whole list.
_ORDERS_AND_MODES = [
    ("rating", "force_generic_plan"),
    ("rating", "force_custom_plan"),
    ("popular", "force_generic_plan"),
    ("popular", "force_custom_plan"),
    ("new", "force_generic_plan"),
]
_KEYS = {"rating": "rating_key", "popular": "popular_key", "new": "created_at_id"}


@pytest.mark.parametrize(("order", "mode"), _ORDERS_AND_MODES)
def test_the_first_page_of_a_city_is_one_index_only_scan(skewed: Directory, order: str, mode: str) -> None:
    sql = keys_statement(tables.salons, order, frozenset({"city"}), after=False).sql.decode()

    nodes = plan(skewed, sql, mode, city=1, limit=25, offset=0)

    assert_one_index_scan(nodes, f"salons_city_id_{_KEYS[order]}_live_idx", "Index Only Scan", 25)


@pytest.mark.parametrize(("order", "mode"), _ORDERS_AND_MODES)
def test_a_page_behind_a_cursor_costs_what_the_first_one_costs(
    skewed: Directory, order: str, mode: str
) -> None:
    column = {"rating": "rating_key", "popular": "popular_key", "new": "created_at"}[order]
    after, after_id = skewed.rows(
        f"SELECT {column}, id FROM salons WHERE city_id = 1 AND status = 'ACTIVE'"
        " ORDER BY 1 DESC, 2 DESC OFFSET 900 LIMIT 1"
    )[0]
    sql = keys_statement(tables.salons, order, frozenset({"city"}), after=True).sql.decode()

    nodes = plan(skewed, sql, mode, city=1, limit=25, offset=0, after=after, after_id=after_id)

    assert_one_index_scan(nodes, f"salons_city_id_{_KEYS[order]}_live_idx", "Index Only Scan", 25)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("order", list(_KEYS))
def test_the_list_of_everything_is_one_index_only_scan(skewed: Directory, order: str, mode: str) -> None:
    sql = keys_statement(tables.salons, order, frozenset(), after=False).sql.decode()

    nodes = plan(skewed, sql, mode, limit=25, offset=0)

    assert_one_index_scan(nodes, f"salons_{_KEYS[order]}_live_idx", "Index Only Scan", 25)


@pytest.mark.parametrize("mode", MODES)
def test_a_province_by_rating_is_one_index_only_scan(skewed: Directory, mode: str) -> None:
    sql = keys_statement(tables.salons, "rating", frozenset({"province"}), after=False).sql.decode()

    nodes = plan(skewed, sql, mode, province=2, limit=25, offset=0)

    assert_one_index_scan(nodes, "salons_province_id_rating_key_live_idx", "Index Only Scan", 25)


@pytest.mark.parametrize("mode", MODES)
def test_the_reviews_of_a_salon_are_read_in_the_order_of_their_index(skewed: Directory, mode: str) -> None:
    sql = NEWEST["salon"].sql.decode()

    nodes = plan(skewed, sql, mode, target=1, limit=20, offset=0)

    assert not {node["Node Type"] for node in nodes} & {"Sort", "Incremental Sort"}
    (reviews,) = [node for node in nodes if node.get("Relation Name") == "reviews"]
    assert (reviews["Node Type"], reviews["Actual Rows"]) == ("Index Scan", 20)
    assert reviews.get("Rows Removed by Filter", 0) == 0
    indexes = {node.get("Index Name") for node in nodes}
    assert "reviews_salon_id_created_at_id_live_idx" in indexes


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("order", list(_KEYS))
def test_words_are_looked_for_in_the_first_rows_of_the_order_and_nowhere_else(
    skewed: Directory, order: str, mode: str
) -> None:
    page = keys_statement(tables.salons, order, frozenset({"names"}), after=False).sql.decode()
    count = count_statement(tables.salons, frozenset({"names"})).sql.decode()

    nodes = plan(skewed, page, mode, names=["%s1%"], limit=25, offset=0)
    nodes += plan(skewed, count, mode, names=["%s1%"])

    folding = [node for node in nodes if "fa_norm_v1" in node.get("Filter", "")]
    assert [node["Node Type"] for node in folding] == ["Subquery Scan", "Subquery Scan"]
    assert [node["Plans"][0]["Node Type"] for node in folding] == ["Limit", "Limit"]
    assert nodes[0]["Actual Rows"] == 25


@pytest.mark.parametrize("mode", MODES)
def test_a_count_stops_at_its_cap(skewed: Directory, mode: str) -> None:
    sql = count_statement(tables.salons, frozenset()).sql.decode()

    nodes = plan(skewed, sql, mode)

    assert max(node["Actual Rows"] for node in nodes) == 10_001
    assert nodes[0]["Actual Rows"] == 1


def test_the_connections_of_the_application_keep_generic_plans(web: WebClient) -> None:
    assert web.setting("plan_cache_mode") == "force_generic_plan"
