import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from served import served
from web_fixtures import Directory, blog, directory

__all__ = ["address", "blog", "blog_address", "chromium", "directory"]

_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def address(directory: Directory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a running site over the demo data."""
    with served(directory, tmp_path_factory.mktemp("home")) as base_url:
        yield base_url


@pytest.fixture(scope="session")
def blog_address(blog: Directory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a running site over the demo data and the small blog."""
    with served(blog, tmp_path_factory.mktemp("home")) as base_url:
        yield base_url


# Not for the whole run: while it lives, its event loop runs in this thread and no test can start another.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return the machine's own Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path is not None, "Chromium is not installed"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_OPTIONS)
        yield browser
        browser.close()
