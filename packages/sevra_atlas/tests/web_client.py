"""The application in the process of the test, asked over ASGI: no port, the real database."""

import string
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from litestar import Litestar
from openapi_check import OpenapiCheck

from sevra_atlas.settings import Settings
from sevra_atlas.web import framework_app, served

BASE_URL = "http://sevra.test"


def sitemap_dir_beside(media_dir: Path) -> Path:
    """Return the folder of the sitemap of the directory that keeps its pictures there."""
    return media_dir.with_name(f"{media_dir.name}-sitemap")


def settings_for(url: str, media_dir: Path) -> Settings:
    """Return settings of an application on one database."""
    return Settings(
        data_dir=media_dir.parent,
        media_dir=media_dir,
        sitemap_dir=sitemap_dir_beside(media_dir),
        host="127.0.0.1",
        port=8000,
        environment="development",
        public_base_url=BASE_URL,
        secret_key=b"a secret of the tests",
        app_url=url,
        # The client of the tests asks from the loopback address.
        metrics_networks=(ip_network("127.0.0.1"),),
    )


class WebClient:
    """Asks the application one request at a time; redirects are answers, never followed.

    Every answer of the API is compared with the OpenAPI document on its way.
    """

    def __init__(self, portal: BlockingPortal, client: httpx.AsyncClient, app: Litestar) -> None:
        self._portal = portal
        self._client = client
        self.app = app
        self.openapi: dict[str, Any] = app.openapi_schema.to_schema()
        self._check = OpenapiCheck(self.openapi)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Return the answer to GET; `accept_language="en"` becomes the header of that name."""
        return self.request("GET", path, **headers)

    def request(self, method: str, path: str, **headers: str) -> httpx.Response:
        """Return the answer to any method."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        # Given as raw bytes, so that a test can send an address that no well-behaved client would.
        raw_path = quote(path, safe=string.punctuation).encode()
        url = httpx.URL(BASE_URL).copy_with(raw_path=raw_path)
        answer = self._portal.call(partial(self._client.request, method, url, headers=named))
        if path.startswith("/api/v1/") and not path.startswith("/api/v1/openapi") and method != "OPTIONS":
            self._check.check(method, path, answer)
        return answer

    def setting(self, name: str) -> str:
        """Return a setting of the connections on which the application reads."""
        return self._portal.call(self._setting, name)

    async def _setting(self, name: str) -> str:
        async with self.app.state.pool.connection() as connection:
            cursor = await connection.execute("SELECT current_setting(%s)", (name,))
            row = await cursor.fetchone()
            return row[0]


@contextmanager
def web_client(settings: Settings) -> Iterator[WebClient]:
    """Start the application in a loop of its own, lend a client, and end both."""
    app = framework_app(settings)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(app.lifespan()):
        transport = httpx.ASGITransport(app=served(app))  # type: ignore[arg-type]
        client = httpx.AsyncClient(transport=transport, base_url=BASE_URL)
        try:
            yield WebClient(portal, client, app)
        finally:
            portal.call(client.aclose)
