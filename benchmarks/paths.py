"""What a path answers: our resolve beside a bare look-up by primary key."""

from figures import Figure, medians
from psycopg import AsyncConnection
from site_data import Site

from sevra_atlas.domain.slugs import encode_path
from sevra_atlas.reads.resolve import resolve_path


async def measure(site: Site) -> list[Figure]:
    """Return the cost of one resolved path in milliseconds on one connection."""
    return await at(site.app_url)


async def at(app_url: str) -> list[Figure]:
    """Measure in the database of a URI that acts as the application."""
    async with await AsyncConnection.connect(app_url, autocommit=True) as connection:
        cursor = await connection.execute(
            "SELECT path, display_path FROM url_paths WHERE kind = 'current' AND path <> display_path LIMIT 1"
        )
        found = await cursor.fetchone()
        assert found is not None
        key, raw = found[0], encode_path(found[1])

        async def ours() -> object:
            return await resolve_path(connection, raw)

        async def bare() -> object:
            probe = await connection.execute("SELECT * FROM url_paths WHERE path = %s", [key], prepare=True)
            return await probe.fetchone()

        mine, peer = await medians(ours, bare, rounds=15, calls=200)
    return [Figure("resolve one current path", mine, peer, "a primary-key look-up in url_paths")]
