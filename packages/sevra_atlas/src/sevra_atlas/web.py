"""The one ASGI application: the API and the site on one port.

In front of the framework stands a thin layer that every answer passes: the request id, HEAD as GET without a
body, and the headers that no answer may lack. In front of that, one that counts.
"""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from litestar import Litestar, Request, Response
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.enums import MediaType, ScopeType
from litestar.exceptions import HTTPException, MethodNotAllowedException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from psycopg import AsyncConnection, OperationalError
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from sevra_atlas.api.faults import answer_fault
from sevra_atlas.api.routes import PREFIX, api_router
from sevra_atlas.logs import configure_logs
from sevra_atlas.reads.cursor import CursorSigner
from sevra_atlas.settings import Settings
from sevra_atlas.site.counting import counting
from sevra_atlas.site.documentation import api_documentation
from sevra_atlas.site.feed_routes import feed_of_the_blog
from sevra_atlas.site.machine import (
    asset,
    favicon,
    healthz,
    readyz,
    robots,
    sitemap_index,
    sitemap_shard,
    upload,
)
from sevra_atlas.site.metrics_route import metrics
from sevra_atlas.site.pages import lost, page
from sevra_atlas.web_metrics import WebMetrics, counted

_log = structlog.get_logger(__name__)
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_POOL_SIZE = 8
_POOL_PATIENCE_SECONDS = 3.0
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
)
_NO_CONTENT_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


def create_app(settings: Settings) -> ASGIApp:
    """Return the application; it opens its connections when it starts and closes them when it ends.

    A database that is away does not keep it from starting: `/healthz` answers, everything else says 503.
    """
    return served(framework_app(settings))


def app_from_environment() -> ASGIApp:
    """Return the application by the environment; the factory that the web server loads."""
    configure_logs()
    return create_app(Settings.from_environment())


def served(app: Litestar) -> ASGIApp:
    """Return the framework's part behind the layers that every answer passes."""
    return counted(with_common_headers(app), app.state.metrics)


def framework_app(settings: Settings) -> Litestar:
    """Return the framework's part of the application, which holds routes and the OpenAPI document."""
    return Litestar(
        route_handlers=[
            api_router(),
            page,
            api_documentation,
            feed_of_the_blog,
            robots,
            sitemap_index,
            sitemap_shard,
            healthz,
            readyz,
            metrics,
            favicon,
            asset,
            upload,
        ],
        lifespan=[_connections, counting],
        state=State(
            {
                "settings": settings,
                "cursor_signer": CursorSigner(settings.secret_key),
                "metrics": WebMetrics(),
            }
        ),
        exception_handlers={Exception: _answer_fault},
        after_exception=[_count_refusal],
        cors_config=CORSConfig(
            allow_origins=["*"],
            allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
            allow_headers=[
                "Accept-Language",
                "Authorization",
                "Content-Type",
                "Idempotency-Key",
                "If-Match",
                "If-None-Match",
                "X-Request-ID",
                "X-Requested-With",
            ],
            expose_headers=["ETag", "Location", "Retry-After", "X-Request-ID"],
            max_age=600,
        ),
        openapi_config=OpenAPIConfig(
            title="Sevra Atlas",
            version="1",
            description="The directory of salons and artists. Every answer is an envelope; ids are strings.",
            # The framework answers every path below this one: it may not be the prefix of the API.
            path=f"{PREFIX}/openapi.json",
            render_plugins=[JsonRenderPlugin(path="/", media_type=MediaType.JSON)],
            use_handler_docstrings=True,
        ),
        logging_config=None,
        debug=False,
    )


@asynccontextmanager
async def _connections(app: Litestar) -> AsyncIterator[None]:
    url = app.state.settings.app_url
    pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
        url,
        # Each read is a transaction of its own, so none stays open while a page is rendered.
        kwargs={"autocommit": True, "options": _options_of(url)},
        min_size=1,
        max_size=_POOL_SIZE,
        timeout=_POOL_PATIENCE_SECONDS,
        open=False,
        name="reads",
    )
    app.state.pool = pool
    await pool.open(wait=False)
    try:
        yield
    finally:
        await pool.close()


def _options_of(url: str) -> str:
    """Return the options of the connections: those of the URL, and one plan a statement whatever its values.

    Planned for a large city, its newest would be looked for along the order of the whole list, which is long
    when the rows of that city are old.
    """
    stated = conninfo_to_dict(url).get("options") or ""
    return f"{stated} -c plan_cache_mode=force_generic_plan".strip()


def _answer_fault(request: Request[Any, Any, State], fault: Exception) -> Response[Any]:
    """Answer an exception in the language of its surface: an envelope or a page."""
    path = request.scope["path"]
    if path == "/api" or path.startswith("/api/"):
        return answer_fault(request, fault)
    if isinstance(fault, MethodNotAllowedException):
        return lost(request, 405)
    if isinstance(fault, HTTPException) and fault.status_code < HTTP_500_INTERNAL_SERVER_ERROR:
        return lost(request, 404)
    if isinstance(fault, OperationalError | PoolTimeout | PoolClosed):
        return lost(request, 503)
    request_id = request.scope["state"]["request_id"]
    _log.error("page failed", request_id=request_id, fault=type(fault).__name__, exc_info=fault)
    return lost(request, 500)


async def _count_refusal(fault: Exception, scope: Scope) -> None:
    """Count what an operation refused, whatever is answered to it."""
    numbers: WebMetrics = scope["litestar_app"].state.metrics
    numbers.refused(fault)


def with_common_headers(app: ASGIApp) -> ASGIApp:
    """Return the application behind the layer that every HTTP answer passes."""

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id.decode()
        without_body = scope["method"] == "HEAD"
        if without_body:
            scope["method"] = "GET"

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*_completed(list(message["headers"]), request_id)]
            elif message["type"] == "http.response.body" and without_body:
                message["body"] = b""
            await send(message)

        await app(scope, receive, dressed)

    return outer


def _completed(headers: list[tuple[bytes, bytes]], request_id: bytes) -> list[tuple[bytes, bytes]]:
    present = {name.lower() for name, _ in headers}
    missing = [*_ALWAYS, _NO_CONTENT_POLICY, (b"x-request-id", request_id)]
    return [*headers, *(header for header in missing if header[0] not in present)]


def _request_id(scope: Scope) -> bytes:
    """Return the id that the client chose, when it has the right form, otherwise a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return value
    return secrets.token_hex(12).encode()
