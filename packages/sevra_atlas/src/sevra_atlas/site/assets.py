"""Files that the pages refer to: style, font, icon. Their addresses hold a digest: they are kept for ever."""

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

TYPES = {
    ".css": "text/css",
    ".ico": "image/x-icon",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}
PREFIX = "/assets"


@cache
def assets() -> dict[str, bytes]:
    """Return every file of the static folder by its path below it; read once a process."""
    return dict(_walk(files("sevra_atlas.site") / "static", ""))


@cache
def digest() -> str:
    """Return a name for the present state of all files together: they refer to one another."""
    content = hashlib.blake2b(digest_size=8)
    for name, body in sorted(assets().items()):
        content.update(f"{name}:{len(body)}:".encode() + body)
    return content.hexdigest()


def asset_url(name: str) -> str:
    """Return the address of a file; raises KeyError for one that does not exist."""
    if name not in assets():
        raise KeyError(name)
    return f"{PREFIX}/{digest()}/{name}"


def media_type(name: str) -> str:
    """Return the type of a file by the ending of its name."""
    return TYPES["." + name.rsplit(".", 1)[-1]]


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _walk(entry, f"{prefix}{entry.name}/")
        elif "." + entry.name.rsplit(".", 1)[-1] in TYPES:
            found.append((prefix + entry.name, entry.read_bytes()))
    return found
