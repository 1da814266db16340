"""`resolve` from the request line to the answer, on a real ledger."""

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import psycopg
import pytest
from databases import SevraDatabase
from factories import make_salon
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sevra_atlas.domain.resolution import Found, Gone, NotFound, Outcome, Redirect, Static
from sevra_atlas.domain.slugs import path_key, path_prefixes
from sevra_atlas.reads.resolve import LEDGER_SQL, resolve_path
from sevra_atlas.schema.access import APP, OWNER

Resolve = Callable[..., Outcome]


@pytest.fixture
def resolve(sevra_db: SevraDatabase) -> Resolve:
    """Return `resolve_path` on a connection of the application, run to its end."""

    async def once(raw_path: str, **options: Any) -> Outcome:
        async with await psycopg.AsyncConnection.connect(sevra_db.url(APP)) as connection:
            return await resolve_path(connection, raw_path, **options)

    return lambda raw_path, **options: asyncio.run(once(raw_path, **options))


@pytest.fixture
def app(sevra_db: SevraDatabase) -> Iterator[psycopg.Connection]:
    with sevra_db.connect(autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner(sevra_db: SevraDatabase) -> Iterator[psycopg.Connection]:
    with sevra_db.connect(OWNER, autocommit=True) as connection:
        yield connection


@pytest.fixture
def salon(sevra_db: SevraDatabase) -> int:
    """Return a salon that was `a`, then `b`, and is `رز-طلایی` now."""
    with sevra_db.session() as session:
        made = make_salon(session, slug="a")
        for slug in ("b", "رز-طلایی"):
            made.slug = slug
            session.flush()
        return made.id


HERE = "/atlas/salon/%D8%B1%D8%B2-%D8%B7%D9%84%D8%A7%DB%8C%DB%8C"


def test_the_present_address_is_found_and_every_former_one_leads_there(resolve: Resolve, salon: int) -> None:
    assert resolve(HERE) == Found("SALON", salon, HERE)
    for former in ("/atlas/salon/a", "/atlas/salon/b", "/Atlas//Salon/B/"):
        assert resolve(former) == Redirect(HERE, 301)


@pytest.mark.parametrize(
    "raw",
    [
        HERE + "/",
        HERE.lower(),
        "/atlas/salon/رز-طلایی",
        "/atlas/salon/%D8%B1%D8%B2%20%D8%B7%D9%84%D8%A7%D9%8A%D9%8A",
    ],
)
def test_another_writing_leads_to_the_one_writing(resolve: Resolve, salon: int, raw: str) -> None:
    assert resolve(raw) == Redirect(HERE, 301)


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ("UPDATE salons SET status = 'SUSPENDED'", NotFound()),
        ("DELETE FROM salons", Gone()),
    ],
)
def test_what_a_visitor_may_not_see_gives_no_address_away(
    resolve: Resolve, app: psycopg.Connection, salon: int, change: str, answer: Outcome
) -> None:
    app.execute(change)

    assert resolve(HERE) == resolve("/atlas/salon/a") == answer


def test_what_was_never_public_is_not_found_even_when_deleted(
    resolve: Resolve, app: psycopg.Connection, owner: psycopg.Connection, salon: int
) -> None:
    owner.execute("UPDATE entities SET first_public_at = NULL WHERE entity_type = 'SALON'")
    app.execute("DELETE FROM salons")

    assert resolve(HERE) == NotFound()


def test_a_deleted_salon_leads_to_its_successor_while_that_is_visible(
    resolve: Resolve, sevra_db: SevraDatabase, app: psycopg.Connection, owner: psycopg.Connection, salon: int
) -> None:
    with sevra_db.session() as session:
        heir = make_salon(session, slug="heir").id
    app.execute("DELETE FROM salons WHERE id = %s", (salon,))
    owner.execute(
        "UPDATE entities SET successor_type = 'SALON', successor_id = %s"
        " WHERE entity_type = 'SALON' AND entity_id = %s",
        (heir, salon),
    )
    assert resolve("/atlas/salon/a") == resolve(HERE) == Redirect("/atlas/salon/heir", 301)
    assert resolve(HERE, method="POST") == Redirect("/atlas/salon/heir", 308)

    app.execute("UPDATE salons SET status = 'SUSPENDED' WHERE id = %s", (heir,))

    assert resolve(HERE) == Gone()


def test_static_paths_and_unknown_ones(resolve: Resolve) -> None:
    assert resolve("/") == Static("/")
    assert resolve("/atlas") == Static("/atlas")
    assert resolve("/Atlas/") == Redirect("/atlas", 301)
    assert resolve("/nowhere") == NotFound()
    assert resolve("/%ff") == NotFound()
    assert resolve("/" + "x" * 10_000) == NotFound()


def add_rule(app: psycopg.Connection, **facts: object) -> None:
    columns = ", ".join(facts)
    places = ", ".join(["%s"] * len(facts))
    app.execute(
        f"INSERT INTO redirect_rules ({columns}) VALUES ({places})",
        list(facts.values()),
    )


def test_exact_rules(resolve: Resolve, app: psycopg.Connection, salon: int) -> None:
    add_rule(app, from_path="/Old/", to_static_path="/atlas")
    add_rule(app, from_path="/rose", to_entity_type="SALON", to_entity_id=salon, type="TEMPORARY_302")
    add_rule(app, from_path="/away", to_external_url="https://example.com/a?b=c")
    add_rule(app, from_path="/dead", type="GONE_410")
    add_rule(app, from_path="/banned", type="LEGAL_451")
    add_rule(app, from_path="/off", to_static_path="/atlas", is_active=False)

    assert resolve("/OLD") == Redirect("/atlas", 301)
    assert resolve("/rose", method="POST") == Redirect(HERE, 307)
    assert resolve("/away") == Redirect("https://example.com/a?b=c", 301)
    assert (resolve("/dead"), resolve("/banned")) == (Gone(), Gone(451))
    assert resolve("/off") == NotFound()

    app.execute("UPDATE salons SET slug = 'c'")
    assert resolve("/rose") == Redirect("/atlas/salon/c", 302)
    app.execute("UPDATE salons SET status = 'SUSPENDED'")
    assert resolve("/rose") == NotFound()
    app.execute("DELETE FROM salons")
    assert resolve("/rose") == Gone()


def test_the_longest_active_prefix_rule_wins_and_is_answered_in_one_hop(
    resolve: Resolve, app: psycopg.Connection, salon: int
) -> None:
    add_rule(app, from_prefix="/shop/", to_static_path="/atlas")
    add_rule(app, from_prefix="/shop/salon/", to_prefix="/atlas/salon/", type="PERMANENT_308")
    add_rule(app, from_prefix="/shop/salon/vip/", type="GONE_410")
    add_rule(app, from_prefix="/shop/salon/off/", type="GONE_410", is_active=False)

    assert resolve("/shop/anything/else") == Redirect("/atlas", 301)
    assert resolve("/Shop/Salon/A") == Redirect(HERE, 308)
    assert resolve("/shop/salon/nobody") == NotFound()
    assert resolve("/shop/salon/vip/x") == Gone()
    assert resolve("/shop/salon/off/x") == NotFound()
    assert resolve("/shop") == NotFound()


def test_content_wins_over_a_prefix_rule(resolve: Resolve, app: psycopg.Connection, salon: int) -> None:
    add_rule(app, from_prefix="/atlas/salon/", to_static_path="/")

    assert resolve(HERE) == Found("SALON", salon, HERE)
    assert resolve("/atlas/salon/nobody") == Redirect("/", 301)


def test_one_statement_of_index_probes_and_few_buffers(
    sevra_db: SevraDatabase, owner: psycopg.Connection, app: psycopg.Connection
) -> None:
    owner.execute(
        "INSERT INTO salons (name, slug) SELECT 'x' || i, 'bulk-' || i FROM generate_series(1, 1000) i"
    )
    owner.execute("UPDATE salons SET slug = 'renamed-' || id")
    owner.execute(
        "INSERT INTO redirect_rules (from_path, to_entity_type, to_entity_id)"
        " SELECT '/old/' || id, 'SALON', id FROM salons"
    )
    owner.execute(
        "INSERT INTO redirect_rules (from_prefix, to_prefix) SELECT '/shop-' || i || '/', '/atlas/salon/'"
        " FROM generate_series(1, 500) i"
    )
    app.execute("DELETE FROM salons WHERE slug_key = 'renamed-1'")
    owner.execute(
        "UPDATE entities SET successor_type = 'SALON', successor_id = 2"
        " WHERE entity_type = 'SALON' AND entity_id = 1"
    )
    with psycopg.connect(sevra_db.admin_url, autocommit=True) as admin:
        # Index entries of rows that are gone would be counted too.
        admin.execute("VACUUM ANALYZE url_paths, entities, redirect_rules")
    explain = "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) " + LEDGER_SQL
    buffers = {}
    for path in (
        *("/atlas/salon/bulk-500", "/atlas/salon/renamed-500", "/atlas/salon/renamed-1"),
        *("/old/500", "/shop-250/x", "/atlas", "/nowhere/at/all"),
    ):
        parameters = {"path": path, "prefixes": list(path_prefixes(path))}
        app.execute(explain, parameters)
        row = app.execute(explain, parameters).fetchone()
        assert row is not None
        plan = row[0][0]["Plan"]
        assert plan["Actual Rows"] == (path != "/nowhere/at/all")
        buffers[path] = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        assert "Seq Scan" not in {
            node["Node Type"] for node in nodes(plan) if node.get("Relation Name") == "url_paths"
        }

    assert max(buffers.values()) <= 16, buffers


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


# Ways by which other programs were led off their site, on the path's side of a request line.
HOSTILE = [
    "//evil.com",
    "///evil.com/x",
    "////evil.com",
    "/\\evil.com",
    "/\\/evil.com",
    "\\\\evil.com",
    "/%5cevil.com",
    "/%5C%5Cevil.com",
    "/%2f%2fevil.com",
    "/%2F/evil.com",
    "/%252f%252fevil.com",
    "https://evil.com/",
    "https:evil.com",
    "/https://evil.com/",
    "/https:evil.com",
    "/.evil.com",
    "/..//evil.com",
    "/..%2f..%2f%2fevil.com",
    "/;//evil.com",
    "/;@evil.com",
    "/@evil.com",
    "/:80@evil.com",
    "/．．/evil",
    "/／evil.com",
    "/＼evil.com",
    "/%EF%BC%8Fevil.com",
    "/〱evil.com",
    "/。evil.com",
    "/evil。com",
    "/atlas/salon/a//evil.com",
    "/atlas/salon/a/..//evil.com",
    "/atlas/salon/a%0d%0aLocation:%20//evil.com",
    "/atlas/salon/a%0aSet-Cookie:x=y",
    "/evil.com%00",
    "/%00//evil.com",
    "/%09/evil.com",
    "/\tevil.com",
    "/ /evil.com",
    "/%20//evil.com",
    "/%E2%80%AE//evil.com",
    "/?//evil.com",
    "/#//evil.com",
    "/javascript:alert(1)",
    "/data:text/html,x",
    "/old//evil.com",
    "/old/%2f%2fevil.com",
    "/old/https://evil.com",
    "/old/\\evil.com",
    "/Old//evil.com/",
]


@pytest.mark.parametrize("query", ["", "next=//evil.com", "\\\\evil.com", "//evil.com"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_string_of_the_open_redirect_corpus_stays_on_the_site(
    sevra_db: SevraDatabase, app: psycopg.Connection, salon: int, method: str, query: str
) -> None:
    add_rule(app, from_prefix="/old/", to_prefix="/atlas/salon/")
    add_rule(app, from_path="/evil.com", to_static_path="/atlas")

    async def locations() -> list[tuple[str, str]]:
        async with await psycopg.AsyncConnection.connect(sevra_db.url(APP)) as connection:
            outcomes = [(raw, await resolve_path(connection, raw, method, query=query)) for raw in HOSTILE]
        return [(raw, out.with_query(query)) for raw, out in outcomes if isinstance(out, Redirect)]

    found = asyncio.run(locations())

    assert found, "a rule answers at /evil.com"
    for raw, location in found:
        assert re.match(r"/(?![/\\])[!-~]*\Z", location), (raw, location)
        split = urlsplit(urljoin("https://sevra.test/here", location))
        assert (split.scheme, split.netloc) == ("https", "sevra.test"), (raw, location)
        assert path_key(split.path) in {"/atlas", path_key(HERE)}


BAD = ["/\0", "/%00", "/\ud800", "/%ed%a0%80", "/%ff", "/%c0%af", "/" + "x" * 10_000, "/" + "%D8" * 10_000]


@pytest.mark.parametrize("raw", [*BAD, "/" + "\u0650" * 10_000, "/" + "ﷺ" * 10_000])
def test_what_cannot_be_a_path_is_not_found_without_asking_the_database(raw: str) -> None:
    class Unasked:
        """Stands where the connection would; whatever is asked of it fails."""

    assert asyncio.run(resolve_path(Unasked(), raw)) == NotFound()  # type: ignore[arg-type]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_any_string_gets_an_answer(resolve: Resolve, raw: str) -> None:
    assert isinstance(resolve("/" + raw), NotFound | Static | Redirect)
