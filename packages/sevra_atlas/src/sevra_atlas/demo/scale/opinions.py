"""Reviews of every salon and artist, and who follows and saves what."""

from collections.abc import Iterator

from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.scale.accounts import first_reviewer
from sevra_atlas.demo.scale.amounts import Amounts
from sevra_atlas.demo.scale.blog import SAVED_POST_EVERY
from sevra_atlas.demo.scale.bulk import NULL, Bulk, day, later, moment, opened_at
from sevra_atlas.demo.scale.ground import Ground
from sevra_atlas.demo.scale.listings import FOLLOWED_EVERY, SAVED_EVERY
from sevra_atlas.demo.scale.prose import review_texts
from sevra_atlas.demo.scale.ratings import Ratings, is_hidden


def opinions(ground: Ground, amounts: Amounts, ratings: Ratings) -> Iterator[Bulk]:
    """Yield reviews, follows and saves; writers are never owners, and each writes once about a target."""
    writers, each = first_reviewer(ground, amounts), amounts.reviews_per_salon
    salon, artist, post = (ground.first[table] for table in ("salons", "artists", "posts"))

    def reviews() -> Iterator[str]:
        chance, texts = Chance(ground.seed, "scale/reviews"), review_texts(ground)
        number = ground.first["reviews"]
        for review in range(amounts.salons * each):
            place, rating = review // each, ratings.of_salons[review]
            writer = writers + review % amounts.reviewers
            rest = _rest(rating, chance.pick(texts[rating]), opened_at(place), review)
            yield f"{number + review}\t{writer}\t{salon + place}\t{NULL}\t{rest}"
        number += amounts.salons * each
        for place in range(amounts.artists):
            rating, writer = ratings.of_artists[place], writers + place * 3 % amounts.reviewers
            rest = _rest(rating, chance.pick(texts[rating]), opened_at(place + 1), place)
            yield f"{number + place}\t{writer}\t{NULL}\t{artist + place}\t{rest}"

    def follows() -> Iterator[str]:
        number = ground.first["follows"]
        for first, targets, shape in (
            (salon, amounts.salons, "{}\t" + NULL),
            (artist, amounts.artists, NULL + "\t{}"),
        ):
            for place in range(0, targets, FOLLOWED_EVERY):
                writer = writers + place * 3 % amounts.reviewers
                at = moment(later(opened_at(place + 1), place))
                yield f"{number}\t{writer}\t{shape.format(first + place)}\t{at}\n"
                number += 1

    def saves() -> Iterator[str]:
        number = ground.first["saves"]
        for first, targets, every, shape in (
            (salon, amounts.salons, SAVED_EVERY, "{}\t" + NULL),
            (post, amounts.posts, SAVED_POST_EVERY, NULL + "\t{}"),
        ):
            for place in range(0, targets, every):
                writer = writers + place * 7 % amounts.reviewers
                at = moment(later(opened_at(place), place))
                yield f"{number}\t{writer}\t{shape.format(first + place)}\t{at}\n"
                number += 1

    yield Bulk(
        "reviews",
        (
            *("id", "author_id", "salon_id", "artist_id", "rating", "body", "status"),
            *("visited_at", "created_at", "updated_at"),
        ),
        amounts.salons * each + amounts.artists,
        reviews,
    )
    yield Bulk(
        "follows",
        ("id", "follower_id", "salon_id", "artist_id", "created_at"),
        -(-amounts.salons // FOLLOWED_EVERY) + -(-amounts.artists // FOLLOWED_EVERY),
        follows,
    )
    yield Bulk(
        "saves",
        ("id", "user_id", "salon_id", "post_id", "created_at"),
        -(-amounts.salons // SAVED_EVERY) + -(-amounts.posts // SAVED_POST_EVERY),
        saves,
    )


def _rest(rating: int, text: str, made: int, review: int) -> str:
    """Return the end of a review's line; it was written after its target was made."""
    second = later(made, review)
    at = moment(second)
    status = "HIDDEN" if is_hidden(review) else "PUBLISHED"
    return f"{rating}\t{text}\t{status}\t{day(second)}\t{at}\t{at}\n"
