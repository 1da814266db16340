"""The blog: shelves, tags, series, posts of about 115 words, and comments below every fourth of them."""

from collections.abc import Iterator

from sevra_atlas.demo import words
from sevra_atlas.demo.addresses import persian_slug
from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.scale.accounts import first_author, first_reviewer
from sevra_atlas.demo.scale.amounts import Amounts
from sevra_atlas.demo.scale.bulk import NULL, Bulk, later, moment, opened_at
from sevra_atlas.demo.scale.ground import Ground
from sevra_atlas.demo.scale.prose import filled, sentences

# Places of posts, modulo 100, that are not public, with status and visibility.
_UNUSUAL = {
    92: ("published", "private"),
    93: ("published", "unlisted"),
    94: ("draft", "public"),
    95: ("review", "public"),
    96: ("scheduled", "public"),
    97: ("archived", "public"),
}
_PUBLIC = ("published", "public")
_TAGS, _SERIES, _SERIES_EVERY, _BODY = 5, 50, 20, 4
_COMMENTED_EVERY, _ANSWERED_EVERY = 4, 16
SAVED_POST_EVERY = 10
_STATUSES = ("approved", "approved", "approved", "pending", "spam", "removed")
_SHELF = ("created_at", "updated_at")


def standing(place: int) -> tuple[str, str]:
    """Return status and visibility of the post with this number, from 0."""
    return _UNUSUAL.get(place % 100, _PUBLIC)


def _comment_statuses(place: int) -> tuple[str, ...]:
    """Return the statuses of the comments below a post: one, or a comment and its answer, or none."""
    if place % _COMMENTED_EVERY:
        return ()
    if place % _ANSWERED_EVERY == 0:
        return ("approved", "approved")
    return (_STATUSES[place // _COMMENTED_EVERY % len(_STATUSES)],)


def shelves(ground: Ground) -> Iterator[Bulk]:
    """Yield categories in categories, tags and series; their slugs carry the id."""
    roots, branches = sentences()["shelf"], sentences()["branch"]
    at = moment(0)

    def categories() -> Iterator[str]:
        first = ground.first["categories"]
        for place in range(len(roots) * (1 + len(branches))):
            parent = NULL if place < len(roots) else str(first + place % len(roots))
            root = roots[place % len(roots)]
            name = root if place < len(roots) else f"{branches[place // len(roots) - 1]}: {root}"
            slug = f"{persian_slug(name.replace(':', ''))}-{first + place}"
            yield f"{first + place}\t{name}\t{slug}\t{parent}\t{place}\t{at}\t{at}\n"

    def tags() -> Iterator[str]:
        first = ground.first["tags"]
        for place in range(_TAGS * ground.services):
            service = words.services()[place % ground.services].name_fa
            name = service if place < ground.services else f"{service} {1 + place // ground.services}"
            yield f"{first + place}\t{name}\t{persian_slug(service)}-{first + place}\t{at}\t{at}\n"

    def series() -> Iterator[str]:
        first = ground.first["series"]
        for place in range(_SERIES):
            order = "manual" if place % 2 else "by_date"
            yield f"{first + place}\tپروندهٔ {place + 1}\tseries-{first + place}\t{order}\t{at}\t{at}\n"

    yield Bulk(
        "categories",
        ("id", "name", "slug", "parent_id", "position", *_SHELF),
        len(roots) * (1 + len(branches)),
        categories,
    )
    yield Bulk("tags", ("id", "name", "slug", *_SHELF), _TAGS * ground.services, tags)
    yield Bulk("series", ("id", "title", "slug", "order_strategy", *_SHELF), _SERIES, series)


def posts(ground: Ground, amounts: Amounts) -> Iterator[Bulk]:
    """Yield posts, their tags and the comments below them."""
    first = ground.first["posts"]
    tags, tag = _TAGS * ground.services, ground.first["tags"]
    category, series = ground.first["categories"], ground.first["series"]
    categories = len(sentences()["shelf"]) * (1 + len(sentences()["branch"]))
    authors = first_author(ground, amounts)

    def rows() -> Iterator[str]:
        chance = Chance(ground.seed, "scale/posts")
        titles, openings = filled(ground, "title"), filled(ground, "opening")
        bodies, closings = filled(ground, "body"), filled(ground, "closing")
        slugs = tuple(persian_slug(title) for title in titles)
        for place in range(amounts.posts):
            post, picked = first + place, chance.below(len(titles))
            status, visibility = standing(place)
            slug = f"{slugs[picked]}-{post}" if post % 2 else f"beauty-note-{post}"
            opening = chance.pick(openings)
            body = "</p><p>".join([chance.pick(bodies) for _ in range(_BODY)])
            in_series = place % _SERIES_EVERY == 0
            at = moment(opened_at(place))
            yield (
                f"{post}\t{titles[picked]}\t{slug}\t{opening}"
                f"\t<p>{opening}</p><p>{body}</p><p>{chance.pick(closings)}</p>"
                f"\t{'t' if place % 50 == 0 else 'f'}\t{40 + place % 30}\t{status}\t{visibility}"
                f"\t{at if status in {'published', 'archived'} else NULL}"
                f"\t{'2030-01-01' if status == 'scheduled' else NULL}\t{authors + place % amounts.authors}"
                f"\t{category + place % categories}"
                f"\t{series + place // _SERIES_EVERY % _SERIES if in_series else NULL}"
                f"\t{1 + place // (_SERIES_EVERY * _SERIES) if in_series else NULL}"
                f"\t{chance.pick(ground.covers) if ground.covers and place % 2 else NULL}\t{at}\t{at}"
                f"\t{_comment_statuses(place).count('approved')}\n"
            )

    def tagged() -> Iterator[str]:
        for place in range(amounts.posts):
            one = place * 7 % tags
            other = (one + 1 + place % (tags - 1)) % tags
            at = moment(opened_at(place))
            yield f"{first + place}\t{tag + one}\t{at}\n"
            yield f"{first + place}\t{tag + other}\t{at}\n"

    def comments() -> Iterator[str]:
        chance, number = Chance(ground.seed, "scale/comments"), ground.first["comments"]
        texts, writers = filled(ground, "comment"), first_reviewer(ground, amounts)
        for place in range(0, amounts.posts, _COMMENTED_EVERY):
            parent = NULL
            for turn, status in enumerate(_comment_statuses(place)):
                at = moment(later(opened_at(place), place + turn))
                writer = writers + (place + turn) % amounts.reviewers
                yield (
                    f"{number}\t{first + place}\t{writer}\t{parent}\t{chance.pick(texts)}"
                    f"\t{status}\t{at}\t{at}\n"
                )
                parent, number = str(number), number + 1

    yield Bulk(
        "posts",
        (
            *("id", "title", "slug", "excerpt", "content", "is_hot", "reading_time_sec", "status"),
            *("visibility", "published_at", "scheduled_at", "author_id", "category_id", "series_id"),
            *("series_position", "cover_media_id", "created_at", "updated_at", "comments_count"),
        ),
        amounts.posts,
        rows,
        kept=("comments_count",),
    )
    yield Bulk("post_tags", ("post_id", "tag_id", "created_at"), amounts.posts * 2, tagged)
    yield Bulk(
        "comments",
        ("id", "post_id", "user_id", "parent_id", "content", "status", "created_at", "updated_at"),
        -(-amounts.posts // _COMMENTED_EVERY) + -(-amounts.posts // _ANSWERED_EVERY),
        comments,
    )
