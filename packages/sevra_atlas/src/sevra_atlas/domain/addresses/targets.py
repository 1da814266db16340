"""Where a redirect may lead: the text that a person writes, read into one of four kinds of target."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

from sevra_atlas.domain.addresses.errors import InvalidPathError, LocalizedPathError, TargetNotAllowedError
from sevra_atlas.domain.addresses.owners import EntityRef, Holder, entity_ref
from sevra_atlas.domain.languages import ENGLISH_PREFIX, PERSIAN, shared
from sevra_atlas.domain.slugs import LONGEST_PATH_BYTES, ascii_url, path_key
from sevra_atlas.schema.enums import PathKind

LONGEST_PREFIX = 512
LONGEST_URL = 2048

# White space, control characters and backslashes: what browsers read otherwise than we do.
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\ud800-\udfff\u2028\u2029]")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_WEB = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exact:
    """One path of this site, by its key."""

    key: str

    def __str__(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every path below one; `text` ends in a slash, as it is stored."""

    text: str

    def __str__(self) -> str:
        return f"{self.text}*"


Source: TypeAlias = Exact | Prefix


@dataclass(frozen=True, slots=True)
class External:
    """An absolute URL of another site, in ASCII."""

    url: str

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True, slots=True)
class Static:
    """A route of the application, by its key."""

    key: str

    def __str__(self) -> str:
        return self.key


Written: TypeAlias = Exact | Prefix | External | EntityRef
Target: TypeAlias = EntityRef | Static | External | Prefix


@dataclass(frozen=True, slots=True)
class Hosts:
    """Hosts that a redirect may lead to, and those of this site, to which it never does by its URL."""

    allowed: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()


def read_source(text: str) -> Source:
    """Return what a rule speaks for, in every language. Raises InvalidPathError, LocalizedPathError."""
    if text.endswith("/*"):
        prefix = _prefix(text)
        if prefix is None:
            raise InvalidPathError(text)
        if _is_localized(prefix.text):
            raise LocalizedPathError(text)
        return prefix
    key = path_key(text) if text.startswith("/") else None
    if key is None or len(key.encode()) > LONGEST_PATH_BYTES:
        raise InvalidPathError(text)
    if _is_localized(key):
        raise LocalizedPathError(text)
    return Exact(key)


def read_target(text: str) -> Written:
    """Return what a target's text says, before anybody looks whether it is there.

    A path of this site, all below one (`/new/*`), an absolute URL, or an entity (`SALON:17`). Raises
    TargetNotAllowedError.
    """
    if _WEB.match(text):
        return _external(text)
    if not text.startswith("/"):
        entity = entity_ref(text)
        if entity is None:
            raise TargetNotAllowedError(text, "it is neither a path, a web address nor an entity")
        return entity
    if text.endswith("/*"):
        prefix = _prefix(text)
        if prefix is None:
            raise TargetNotAllowedError(text, "it cannot be a path of this site")
        _require_shared(text, prefix.text)
        return prefix
    key = path_key(text)
    if key is None:
        raise TargetNotAllowedError(text, "it cannot be a path of this site")
    _require_shared(text, key)
    return Exact(key)


def require_allowed(target: External, hosts: Hosts) -> None:
    """Refuse a host that is not on the list, or is this site's own. Raises TargetNotAllowedError."""
    host = (urlsplit(target.url).hostname or "").rstrip(".")
    if host in hosts.own:
        raise TargetNotAllowedError(target.url, "it is on this site", "write its path alone")
    if host not in hosts.allowed:
        raise TargetNotAllowedError(
            target.url, f"the host {host!r} is not allowed", "add it to SEVRA_REDIRECT_ALLOWED_HOSTS"
        )


def place(written: Exact, holder: Holder | None) -> EntityRef | Static:
    """Return what a path of this site is stored as. Raises TargetNotAllowedError."""
    if holder is None:
        raise TargetNotAllowedError(written.key, "nothing answers there")
    if holder.kind is PathKind.GONE:
        raise TargetNotAllowedError(written.key, "it is gone")
    if holder.owner is not None:
        return holder.owner
    if holder.kind is PathKind.STATIC:
        return Static(written.key)
    raise TargetNotAllowedError(
        written.key, "a redirect stands there", "name the place to which that one leads"
    )


def columns_of(target: Target | None) -> Mapping[str, object]:
    """Return the columns of a rule that hold its target."""
    return {
        "to_entity_type": target.kind if isinstance(target, EntityRef) else None,
        "to_entity_id": target.id if isinstance(target, EntityRef) else None,
        "to_static_path": target.key if isinstance(target, Static) else None,
        "to_external_url": target.url if isinstance(target, External) else None,
        "to_prefix": target.text if isinstance(target, Prefix) else None,
    }


def _is_localized(path: str) -> bool:
    """Say whether a path is the address of one language, which no rule ever meets."""
    return shared(path)[1] != PERSIAN


def _require_shared(text: str, path: str) -> None:
    if _is_localized(path):
        raise TargetNotAllowedError(
            text,
            "all languages share a path",
            f"write it without {ENGLISH_PREFIX!r}: readers keep their language",
        )


def _prefix(text: str) -> Prefix | None:
    key = path_key(text.removesuffix("*"))
    if key is None or key == "/" or len(key) >= LONGEST_PREFIX:
        return None
    return Prefix(f"{key}/")


def _external(text: str) -> External:
    if _UNSAFE.search(text):
        raise TargetNotAllowedError(
            text, "a web address has neither spaces, control characters nor backslashes"
        )
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port  # a port that is none raises when it is read
    except ValueError as error:
        raise TargetNotAllowedError(text, "it is no web address") from error
    if "@" in parts.netloc or not _HOST.fullmatch(host.rstrip(".")):
        raise TargetNotAllowedError(text, "its host must be a plain name in ASCII")
    url = ascii_url(parts.scheme + text[len(parts.scheme) :])
    if len(url) > LONGEST_URL:
        raise TargetNotAllowedError(text, f"it is longer than {LONGEST_URL} characters")
    return External(url)
