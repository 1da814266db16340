"""The application in the process of the test, asked over ASGI: no port, no thread, the real database."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from sevra_atlas.settings import Settings
from sevra_atlas.web import framework_app, with_common_headers

BASE_URL = "http://sevra.test"


def settings_for(url: str, media_dir: Path) -> Settings:
    """Return settings of an application on one database."""
    return Settings(
        data_dir=media_dir.parent,
        media_dir=media_dir,
        host="127.0.0.1",
        port=8000,
        environment="development",
        public_base_url=BASE_URL,
        secret_key=b"a secret of the tests",
        app_url=url,
    )


class WebClient:
    """Asks the application one request at a time; redirects are answers, never followed."""

    def __init__(self, runner: asyncio.Runner, client: httpx.AsyncClient, openapi: dict[str, Any]) -> None:
        self._runner = runner
        self._client = client
        self.openapi = openapi

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Return the answer to GET; `accept_language="en"` becomes the header of that name."""
        return self.request("GET", path, **headers)

    def request(self, method: str, path: str, **headers: str) -> httpx.Response:
        """Return the answer to any method."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._runner.run(self._client.request(method, path, headers=named))


@contextmanager
def web_client(settings: Settings) -> Iterator[WebClient]:
    """Start the application, lend a client, and end it with its connections closed."""
    with asyncio.Runner() as runner:
        app = framework_app(settings)
        lifespan = app.lifespan()
        runner.run(lifespan.__aenter__())
        transport = httpx.ASGITransport(app=with_common_headers(app))  # type: ignore[arg-type]
        client = httpx.AsyncClient(transport=transport, base_url=BASE_URL)
        try:
            yield WebClient(runner, client, app.openapi_schema.to_schema())
        finally:
            runner.run(client.aclose())
            runner.run(lifespan.__aexit__(None, None, None))
