"""Reviews of salons and artists, the votes on them, and who follows whom."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sevra_atlas.demo.artists import Artists
from sevra_atlas.demo.chance import Chance, Weighted
from sevra_atlas.demo.marker import marked
from sevra_atlas.demo.moments import EPOCH, between
from sevra_atlas.demo.people import People
from sevra_atlas.demo.places import Place
from sevra_atlas.demo.review_text import ReviewWriter
from sevra_atlas.demo.rows import Deletion, Follow, Review, ReviewVote, User
from sevra_atlas.demo.salons import Salons
from sevra_atlas.demo.size import Size

# How the ratings of a target fall: weights of 1 to 5, and how many targets are of that kind. The mean is 4.2.
_RATINGS = tuple(
    Weighted((1, 2, 3, 4, 5), weights)
    for weights in ((1, 1, 4, 22, 72), (2, 4, 12, 30, 52), (6, 9, 22, 33, 30), (25, 22, 23, 18, 12))
)
_QUALITY = Weighted(range(4), (40, 37, 17, 6))
_SHARE_OF_SALONS = 0.7
_HIDDEN, _REMOVED = 0.004, 0.001


@dataclass(frozen=True, slots=True)
class Target:
    """A salon or an artist as a reviewer sees it."""

    kind: str
    id: int
    name: str
    city: str
    trade: str
    created_at: datetime
    owners: frozenset[int]
    quality: int
    is_visible: bool


@dataclass(slots=True)
class Opinions:
    """Reviews, votes and follows in the order of their ids."""

    reviews: list[Review] = field(default_factory=list)
    votes: list[ReviewVote] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)


class OpinionMaker:
    """Makes reviews: one of a person about a target, never by an owner, after the target was made."""

    def __init__(self, size: Size, seed: int, people: People) -> None:
        self._size = size
        self._chance = Chance(seed, "reviews")
        self._writer = ReviewWriter(self._chance)
        self._people = people
        self._pairs: set[tuple[int, str, int]] = set()
        self._made = Opinions()

    def make(self, places: tuple[Place, ...], salons: Salons, artists: Artists) -> Opinions:
        """Return all reviews, first those that live, then those that will be deleted; votes and follows."""
        cities = {place.city.id: place.city.name_fa for place in places}
        alive, dead = self._targets(cities, salons, artists)
        popular = Weighted(alive, [self._popularity(target) for target in alive])
        for _ in range(self._size.reviews):
            self._add(popular.draw(self._chance))
        self._add_doomed(alive, dead)
        self._vote()
        self._follow(popular)
        return self._made

    def _targets(
        self, cities: dict[int, str], salons: Salons, artists: Artists
    ) -> tuple[list[Target], list[Target]]:
        chance, owners = self._chance, _owners(salons, artists)
        targets = [
            Target(
                "salon",
                salon.id,
                salon.name,
                cities[salon.city_id],
                salons.trades[salon.id],
                salon.created_at,
                frozenset(owners.get(("salon", salon.id), ())),
                _QUALITY.draw(chance),
                salon.status == "ACTIVE",
            )
            for salon in salons.salons
        ]
        targets += [
            Target(
                "artist",
                artist.id,
                artists.names[artist.id].polite,
                cities[artist.city_id],
                artists.trades[artist.id],
                artist.created_at,
                frozenset(owners.get(("artist", artist.id), ())),
                _QUALITY.draw(chance),
                artist.status == "ACTIVE",
            )
            for artist in artists.artists
        ]
        dead = {(deletion.table, deletion.id) for deletion in (*salons.deletions, *artists.deletions)}
        doomed = [target for target in targets if (f"{target.kind}s", target.id) in dead]
        return [target for target in targets if (f"{target.kind}s", target.id) not in dead], doomed

    def _popularity(self, target: Target) -> float:
        """Return a weight with a long tail; one target in eight is never reviewed."""
        if self._chance.happens(0.125):
            return 0.0
        weight: float = (1 - self._chance.fraction()) ** -0.55
        return weight * (_SHARE_OF_SALONS if target.kind == "salon" else (1 - _SHARE_OF_SALONS) * 2 / 3)

    def _add(self, target: Target) -> None:
        author = self._author(target)
        draw = self._chance.fraction()
        status = "REMOVED" if draw < _REMOVED else "HIDDEN" if draw < _REMOVED + _HIDDEN else "PUBLISHED"
        self._made.reviews.append(self._review(target, author, status))

    def _author(self, target: Target) -> User:
        while True:
            author = self._chance.skewed(self._people.reviewers, 1.4)
            pair = (author.id, target.kind, target.id)
            if pair not in self._pairs and author.id not in target.owners:
                self._pairs.add(pair)
                return author

    def _review(self, target: Target, author: User, status: str) -> Review:
        chance = self._chance
        rating = _RATINGS[target.quality].draw(chance)
        created_at = between(chance, max(target.created_at, author.created_at))
        return Review(
            id=len(self._made.reviews) + 1,
            author_id=author.id,
            salon_id=target.id if target.kind == "salon" else None,
            artist_id=target.id if target.kind == "artist" else None,
            rating=rating,
            title=self._writer.title(rating),
            body=self._writer.text(
                kind=target.kind, name=target.name, city=target.city, trade=target.trade, rating=rating
            ),
            status=status,
            visited_at=created_at.date() - timedelta(days=chance.between(0, 20)),
            created_at=created_at,
        )

    def _add_doomed(self, alive: list[Target], dead: list[Target]) -> None:
        """Add reviews that go with their salon, their artist or their writer, and some that go alone."""
        for target in dead:
            for _ in range(self._chance.between(1, 8)):
                self._add_marked(target, self._author(target))
        for author in self._people.doomed:
            for target in self._chance.sample(alive, 3):
                self._add_marked(target, author)
        for target in self._chance.sample(alive, self._size.deleted_reviews):
            review = self._add_marked(target, self._author(target))
            self._made.deletions.append(Deletion("reviews", review.id, "حذف به دست نویسنده"))

    def _add_marked(self, target: Target, author: User) -> Review:
        plain = self._review(target, author, "PUBLISHED")
        review = Review(
            id=plain.id,
            author_id=plain.author_id,
            salon_id=plain.salon_id,
            artist_id=plain.artist_id,
            rating=plain.rating,
            title=marked("reviews", plain.id, "title"),
            body=marked("reviews", plain.id, "body", plain.body),
            status=plain.status,
            visited_at=plain.visited_at,
            created_at=plain.created_at,
        )
        self._made.reviews.append(review)
        return review

    def _vote(self) -> None:
        chance, seen = self._chance, set[tuple[int, int]]()
        while len(seen) < self._size.votes:
            review = chance.pick(self._made.reviews)
            voter = chance.pick(self._people.reviewers).id
            if voter == review.author_id or (review.id, voter) in seen:
                continue
            seen.add((review.id, voter))
            at = between(chance, review.created_at)
            self._made.votes.append(ReviewVote(review.id, voter, chance.happens(0.85), at))

    def _follow(self, popular: Weighted[Target]) -> None:
        chance, seen = self._chance, set[tuple[int, str, int]]()
        while len(seen) < self._size.follows:
            target, user = popular.draw(chance), chance.pick(self._people.reviewers)
            if not target.is_visible or (user.id, target.kind, target.id) in seen:
                continue
            seen.add((user.id, target.kind, target.id))
            salon = target.id if target.kind == "salon" else None
            artist = target.id if target.kind == "artist" else None
            at = between(chance, max(target.created_at, user.created_at), EPOCH)
            self._made.follows.append(Follow(len(self._made.follows) + 1, user.id, salon, artist, at))


def _owners(salons: Salons, artists: Artists) -> dict[tuple[str, int], list[int]]:
    owners: dict[tuple[str, int], list[int]] = {}
    for salon_owner in salons.owners:
        owners.setdefault(("salon", salon_owner.salon_id), []).append(salon_owner.user_id)
    for artist_owner in artists.owners:
        owners.setdefault(("artist", artist_owner.artist_id), []).append(artist_owner.user_id)
    return owners
