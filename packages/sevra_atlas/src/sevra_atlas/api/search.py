"""`/search`: salons, artists and posts that hold every word."""

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from litestar import Response, get
from litestar.params import QueryParameter
from msgspec import Meta as Described

from sevra_atlas.api import blog_shapes, blog_shaping, shapes
from sevra_atlas.api.documented import LIST_ANSWERS
from sevra_atlas.api.messages import ApiRequest, SearchMeta, Wire, answer, request_id_of
from sevra_atlas.api.parameters import CityFilter, ids_and_keys
from sevra_atlas.api.serving import public_base_url, reading
from sevra_atlas.api.shaping import Shaper, avatars_of
from sevra_atlas.domain.highlighting import highlight
from sevra_atlas.reads import places
from sevra_atlas.reads.cards import ArtistCard, SalonCard, artist_cards, salon_cards
from sevra_atlas.reads.pictures import pictures
from sevra_atlas.reads.posts import PostCard, post_cards
from sevra_atlas.reads.search import KINDS, Found, Kind, search

ResultKind: TypeAlias = Literal["salon", "artist", "post"]
_KINDS: dict[ResultKind, Kind] = {"salon": "SALON", "artist": "ARTIST", "post": "BLOG_POST"}

SearchText = Annotated[
    str,
    QueryParameter(
        name="q",
        min_length=1,
        max_length=200,
        description="Words that all must be there; the last one may be unfinished. Letter variants, "
        "half-spaces and digits are folded.",
    ),
]
OfKind = Annotated[
    ResultKind | None, QueryParameter(name="type", description="One kind only; all when absent.")
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=50, description="Results of each kind.")]


Span = Annotated[
    list[int],
    Described(min_length=2, max_length=2, description="`[start, end)` in code points of the field."),
]


class Highlight(Wire, frozen=True, kw_only=True):
    """Where a field of a result holds the words."""

    type: ResultKind
    id: shapes.Id
    field: str
    spans: list[Span]
    fragments: Annotated[
        list[str], Described(description="Escaped HTML, matches in `mark`; at most 300 characters of text.")
    ]


class Results(Wire, frozen=True, kw_only=True):
    """What was found, best first in each kind."""

    salons: list[shapes.SalonCard]
    artists: list[shapes.ArtistCard]
    posts: list[blog_shapes.PostCard]
    corrected_query: Annotated[
        str | None,
        Described(description="A spelling that finds more; its results stand here when `q` itself has none."),
    ]
    highlights: list[Highlight]


class SearchAnswer(Wire, frozen=True, kw_only=True):
    """Results of a search."""

    success: bool
    data: Results
    meta: SearchMeta


@get(
    "/search",
    summary="Search",
    operation_id="search",
    responses=LIST_ANSWERS,
    tags=["search"],
)
async def search_everything(
    request: ApiRequest, q: SearchText, type_: OfKind = None, city: CityFilter = None, limit: Limit = 20
) -> Response[SearchAnswer]:
    """Return what holds every word. Posts stand in no city: with `city` there are none."""
    kinds = KINDS if type_ is None else (_KINDS[type_],)
    async with reading(request) as connection:
        cities = None
        if city is not None:
            cities = await places.named_ids(connection, "city", *ids_and_keys("city", city))
        found = await search(connection, q, kinds=kinds, cities=cities, limit=limit)
        salons = await salon_cards(connection, found.ids.get("SALON", ()))
        artists = await artist_cards(connection, found.ids.get("ARTIST", ()))
        posts = await post_cards(connection, found.ids.get("BLOG_POST", ()))
        shown = await pictures(
            connection, avatars_of([*salons, *artists]) | blog_shaping.pictures_of_posts(posts)
        )
    shaper = Shaper(public_base_url(request), shown)
    results = Results(
        salons=[shaper.salon_card(row) for row in salons],
        artists=[shaper.artist_card(row) for row in artists],
        posts=[blog_shaping.post_card(shaper, row) for row in posts],
        corrected_query=found.corrected,
        highlights=[*_highlights(found, salons, artists, posts)],
    )
    meta = SearchMeta(
        request_id=request_id_of(request),
        reason=None if found.words else "EMPTY_QUERY",
        dropped_words=found.dropped_words,
    )
    return answer(request, results, meta=meta)


def _highlights(
    found: Found,
    salons: tuple[SalonCard, ...],
    artists: tuple[ArtistCard, ...],
    posts: tuple[PostCard, ...],
) -> Iterator[Highlight]:
    fields: list[tuple[ResultKind, int, str, str | None]] = []
    for salon in salons:
        fields += [("salon", salon.id, "name", salon.name), ("salon", salon.id, "summary", salon.summary)]
    for artist in artists:
        fields += [
            ("artist", artist.id, "fullName", artist.name),
            ("artist", artist.id, "summary", artist.summary),
        ]
    for post in posts:
        fields += [("post", post.id, "title", post.title), ("post", post.id, "excerpt", post.excerpt)]
    for kind, id_, field, text in fields:
        marked = None if text is None else highlight(text, found.words)
        if marked is not None:
            yield Highlight(
                type=kind,
                id=str(id_),
                field=field,
                spans=[list(span) for span in marked.spans],
                fragments=list(marked.fragments),
            )
