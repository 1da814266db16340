"""Every operation of the API under its prefix."""

from litestar import Router

from sevra_atlas.api.directory import get_artist, get_salon, list_artists, list_salons
from sevra_atlas.api.gates import refuse_tokens, refuse_wrong_parameters
from sevra_atlas.api.geo import get_city, list_cities, list_provinces
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
            resolve_redirect,
            search_everything,
            get_health,
            get_readiness,
        ],
        guards=[refuse_tokens, refuse_wrong_parameters],
    )
