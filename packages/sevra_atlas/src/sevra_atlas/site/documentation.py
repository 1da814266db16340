"""`/api-docs`: the OpenAPI document as a page of our own, with nothing loaded from elsewhere."""

from typing import Any

from litestar import Response, get

from sevra_atlas.site.pages import lost
from sevra_atlas.site.rendering import PageRequest, rendered
from sevra_atlas.site.site import Site

_SHOWN = ("get", "post", "put", "patch", "delete")


@get("/api-docs", include_in_schema=False)
async def api_documentation(request: PageRequest) -> Response[Any]:
    """Return every operation with its parameters and answers; not found in production."""
    if request.app.state.settings.environment == "production":
        return lost(request, 404)
    document = request.app.openapi_schema.to_schema()
    operations = [
        {"method": method.upper(), "path": path, **item[method]}
        for path, item in document["paths"].items()
        for method in _SHOWN
        if method in item
    ]
    context = {
        "site": Site(request.app.state.settings.public_base_url),
        "title": "رابط برنامه‌نویسی",
        "home_title": "",
        "description": "عملیات رابط برنامه‌نویسی اطلس سورا.",
        "shared_title": "",
        "shared_description": "",
        "canonical": None,
        "steps": (),
        "graph": None,
        "image": None,
        "robots": "noindex, follow",
        "headline": None,
        "is_article": False,
        "feed": None,
        "alternates": (),
        "other": None,
        "operations": operations,
    }
    return rendered(request, "documentation.html", context)
