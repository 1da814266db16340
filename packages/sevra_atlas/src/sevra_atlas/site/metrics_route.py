"""`/metrics`: the numbers of the web, for the networks of the operator and for nobody else."""

from typing import Any, cast

from litestar import Response, get

from sevra_atlas.client_address import client_address, is_within
from sevra_atlas.settings import Settings
from sevra_atlas.site.pages import lost
from sevra_atlas.site.rendering import PageRequest
from sevra_atlas.web_metrics import WebMetrics


@get("/metrics", include_in_schema=False, sync_to_thread=True)
def metrics(request: PageRequest) -> Response[Any]:
    """Return the numbers of all web processes; not found for a client that may not see them."""
    if not _may_see(request):
        return lost(request, 404)
    numbers: WebMetrics = request.app.state.metrics
    body, media_type = numbers.shown(request.headers.get("accept", ""))
    return Response(body, headers={"Content-Type": media_type, "Cache-Control": "no-store"})


def _may_see(request: PageRequest) -> bool:
    """Tell whether the client is in a network of the settings, which names none by itself.

    Scripts of other sites, which say from where they come, are nobody's monitoring. Neither is what a proxy
    passes on that the settings do not name: the socket would say that everybody comes from the proxy.
    """
    settings = cast("Settings", request.app.state.settings)
    if request.client is None or "origin" in request.headers:
        return False
    forwarded = request.headers.getall("x-forwarded-for", [])
    peer = client_address(request.client.host, (), ())
    if forwarded and (peer is None or not is_within(peer, settings.trusted_proxies)):
        return False
    address = client_address(request.client.host, forwarded, settings.trusted_proxies)
    return address is not None and is_within(address, settings.metrics_networks)
