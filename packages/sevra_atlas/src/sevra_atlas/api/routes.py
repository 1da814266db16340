"""Every operation of the API under its prefix."""

from litestar import Router

from sevra_atlas.api.blog_misc import get_author, get_menu, get_page, list_authors, list_pages
from sevra_atlas.api.blog_posts import (
    get_post,
    get_post_by_slug,
    list_posts,
    list_posts_of_same_category,
    list_related_posts,
    list_similar_posts,
)
from sevra_atlas.api.blog_taxonomy import (
    get_category,
    get_series,
    get_tag,
    list_categories,
    list_series,
    list_tags,
)
from sevra_atlas.api.comments import list_blog_comments, list_post_comments, list_threads
from sevra_atlas.api.directory import get_artist, get_salon, list_artists, list_salons
from sevra_atlas.api.gates import refuse_tokens, refuse_wrong_parameters
from sevra_atlas.api.geo import get_city, list_cities, list_neighborhoods, list_provinces
from sevra_atlas.api.health import get_health, get_readiness
from sevra_atlas.api.redirects import resolve_redirect
from sevra_atlas.api.search import search_everything

PREFIX = "/api/v1"


def api_router() -> Router:
    """Return the router of the API; the application adds the handler of its errors."""
    return Router(
        path=PREFIX,
        route_handlers=[
            list_salons,
            get_salon,
            list_artists,
            get_artist,
            list_provinces,
            list_cities,
            get_city,
            list_neighborhoods,
            list_posts,
            get_post_by_slug,
            get_post,
            list_similar_posts,
            list_posts_of_same_category,
            list_related_posts,
            list_post_comments,
            list_categories,
            get_category,
            list_tags,
            get_tag,
            list_series,
            get_series,
            list_pages,
            get_page,
            get_menu,
            list_authors,
            get_author,
            list_blog_comments,
            list_threads,
            resolve_redirect,
            search_everything,
            get_health,
            get_readiness,
        ],
        guards=[refuse_tokens, refuse_wrong_parameters],
    )
