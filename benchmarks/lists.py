"""The first page of the largest city: our read beside the bare driver with its SQL, and beside the ORM."""

from figures import Figure, medians
from psycopg import AsyncConnection
from site_data import Site
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from sevra_atlas.reads import cards
from sevra_atlas.reads.listing import Where, keys_statement
from sevra_atlas.reads.tables import salons
from sevra_atlas.schema import Salon

_PAGE = 20


async def measure(site: Site) -> list[Figure]:
    """Return the cost of one page of 20 cards, in milliseconds on one connection."""
    async with await AsyncConnection.connect(site.app_url, autocommit=True) as connection:
        cursor = await connection.execute(
            "SELECT city_id FROM salons WHERE status = 'ACTIVE' AND city_id IS NOT NULL"
            " GROUP BY city_id ORDER BY count(*) DESC LIMIT 1"
        )
        found = await cursor.fetchone()
        assert found is not None
        filters = {"city": found[0]}
        return [
            await _beside_the_driver(connection, filters),
            await _beside_the_orm(site, connection, filters),
        ]


async def _beside_the_driver(connection: AsyncConnection, filters: dict[str, int]) -> Figure:
    keys = keys_statement(salons, "rating", frozenset(filters), after=False).sql
    rows = cards._SALON_CARDS.sql  # noqa: SLF001 - the very statement that is measured

    async def ours() -> object:
        return await cards.salon_page(connection, filters, "rating", Where(limit=_PAGE))

    async def driver() -> object:
        page = await connection.execute(keys, {**filters, "limit": _PAGE + 1, "offset": 0}, prepare=True)
        ids = [row[0] for row in (await page.fetchall())[:_PAGE]]
        return await (await connection.execute(rows, {"ids": ids}, prepare=True)).fetchall()

    mine, peer = await medians(ours, driver, rounds=15, calls=100)
    return Figure(
        "one page of 20 salon cards of the largest city", mine, peer, "psycopg, the same statements"
    )


async def _beside_the_orm(site: Site, connection: AsyncConnection, filters: dict[str, int]) -> Figure:
    engine = create_async_engine(
        site.app_url.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT"
    )
    query = (
        select(Salon)
        .where(Salon.city_id == filters["city"], Salon.status == "ACTIVE")
        .order_by(Salon.rating_key.desc())
        .limit(_PAGE)
    )

    async def ours() -> object:
        return await cards.salon_page(connection, filters, "rating", Where(limit=_PAGE))

    async def orm() -> object:
        # One table only: without the place and the picture that our cards carry.
        async with AsyncSession(engine) as session:
            return (await session.scalars(query)).all()

    try:
        mine, peer = await medians(ours, orm, rounds=15, calls=60)
    finally:
        await engine.dispose()
    return Figure("the same page", mine, peer, "SQLAlchemy ORM, entities of one table without the joins")
