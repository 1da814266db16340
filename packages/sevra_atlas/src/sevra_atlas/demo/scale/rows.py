"""All tables of a bulk load, in the order of their references."""

from collections.abc import Iterator

from sevra_atlas.demo.scale.accounts import accounts
from sevra_atlas.demo.scale.amounts import Amounts
from sevra_atlas.demo.scale.blog import posts, shelves
from sevra_atlas.demo.scale.bulk import Bulk
from sevra_atlas.demo.scale.ground import Ground
from sevra_atlas.demo.scale.listings import artists, salons
from sevra_atlas.demo.scale.opinions import opinions
from sevra_atlas.demo.scale.ratings import Ratings


def bulks(ground: Ground, amounts: Amounts) -> Iterator[Bulk]:
    """Yield the tables; the same rows for one ground and the same amounts, on every machine."""
    ratings = Ratings(ground, amounts)
    yield from accounts(ground, amounts)
    yield from salons(ground, amounts, ratings)
    yield from artists(ground, amounts, ratings)
    if amounts.posts:
        yield from shelves(ground)
        yield from posts(ground, amounts)
    yield from opinions(ground, amounts, ratings)
