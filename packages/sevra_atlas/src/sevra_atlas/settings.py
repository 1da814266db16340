"""What a process of Sevra Atlas is told: the environment first, then the files in the data directory.

| variable | meaning | otherwise |
|---|---|---|
| `SEVRA_DATA_DIR` | folder of the embedded server, the pictures and the secrets | `.data` |
| `SEVRA_DATABASE_URL` | connection of the application's role | set by `sevra up` |
| `SEVRA_READ_URL` | connection of the read-only role | none |
| `SEVRA_OWNER_URL`, `SEVRA_MAINTENANCE_URL` | connections of the other two roles | none |
| `SEVRA_ADMIN_URL` | connection of who makes databases, for restores and rehearsals | none |
| `SEVRA_HOST`, `PORT` | where the site listens | `127.0.0.1`, `8000` |
| `SEVRA_PUBLIC_URL` | first part of every canonical link | `http://HOST:PORT` |
| `SEVRA_REDIRECT_ALLOWED_HOSTS` | hosts that a redirect may lead to, with spaces between | none |
| `SEVRA_METRICS_ALLOWED_NETWORKS` | who may read `/metrics`, with spaces between | nobody |
| `SEVRA_TRUSTED_PROXIES` | networks whose `X-Forwarded-For` is believed, with spaces between | none |
| `SEVRA_SECRET_KEY` | key of the signed cursors | made once, in the data directory |
| `SEVRA_MEDIA_DIR` | folder of the pictures | `media` in the data directory |
| `SEVRA_ARCHIVE` | where old months are kept, also `s3://bucket/prefix` | `archive` beside the pictures |
| `SEVRA_ARCHIVE_DROP_AFTER_EXPORT` | `true`: an exported month leaves the database | `false` |


| `SEVRA_SITEMAP_DIR` | folder of the sitemap, one for all machines | `sitemap` in the data directory |
| `SEVRA_BACKUPS` | where snapshots are kept, also `s3://bucket/prefix` | `backups` beside the pictures |
| `SEVRA_BACKUP_RECIPIENTS` | public keys of age, with spaces between; production needs one | none |
| `SEVRA_ENV` | `development` or `production` | `development` |
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args
from urllib.parse import urlsplit

from pgevolve.project import BackupOptions
from sevra_atlas.client_address import Network

Environment: TypeAlias = Literal["development", "production"]

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
_HIGHEST_PORT = 65535
_SECRET_BYTES = 32
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


class SetupError(Exception):
    """The environment, the machine or the database is not as it must be; nothing was changed.

    `str(error)` is one sentence in lower case without a full stop; `hint` is an imperative that mends it;
    `script`, when there is one, is what to paste.
    """

    hint: str | None = None
    script: str | None = None


class MissingSettingError(SetupError):
    """A setting without which this process cannot work is not there."""

    def __init__(self, variable: str, hint: str) -> None:
        super().__init__(variable, hint)
        self.variable, self.hint = variable, hint

    def __str__(self) -> str:
        return f"{self.variable} is not set"


class InvalidSettingError(SetupError):
    """A setting has a value that cannot be used."""

    def __init__(self, variable: str, value: str, expected: str) -> None:
        super().__init__(variable, value, expected)
        self.variable, self.value, self.expected = variable, value, expected
        self.hint = f"set {variable} to {expected}"

    def __str__(self) -> str:
        return f"{self.variable} is {self.value!r}"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the web process needs. The database URLs and the key are left out of the representation."""

    data_dir: Path
    media_dir: Path
    sitemap_dir: Path
    host: str
    port: int
    environment: Environment
    public_base_url: str
    secret_key: bytes = field(repr=False)
    app_url: str = field(repr=False)
    read_url: str | None = field(default=None, repr=False)
    owner_url: str | None = field(default=None, repr=False)
    maintenance_url: str | None = field(default=None, repr=False)
    metrics_networks: tuple[Network, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; make the secret key when the data directory has none yet.

        Raises `MissingSettingError` without `SEVRA_DATABASE_URL` (`sevra up` sets it for the web process),
        and in production without `SEVRA_SECRET_KEY`; `InvalidSettingError` for a value of the wrong form.
        """
        data_dir = data_directory(environ)
        environment = _environment(environ)
        host, port = listen_host(environ), listen_port(environ)
        return cls(
            data_dir=data_dir,
            media_dir=media_directory(environ),
            sitemap_dir=sitemap_directory(environ),
            host=host,
            port=port,
            environment=environment,
            public_base_url=public_base_url(environ, host, port),
            secret_key=_secret_key(environ, data_dir, environment),
            app_url=_required(
                environ, "SEVRA_DATABASE_URL", "run `sevra up`, or set it to a URL of the application's login"
            ),
            read_url=environ.get("SEVRA_READ_URL") or None,
            owner_url=environ.get("SEVRA_OWNER_URL") or None,
            maintenance_url=environ.get("SEVRA_MAINTENANCE_URL") or None,
            metrics_networks=_networks(environ, "SEVRA_METRICS_ALLOWED_NETWORKS"),
            trusted_proxies=_networks(environ, "SEVRA_TRUSTED_PROXIES"),
        )


def require_valid(environ: Mapping[str, str] = os.environ) -> None:
    """Refuse settings that the web process would refuse, before anything is started or made for it."""
    environment = _environment(environ)
    public_base_url(environ, listen_host(environ), listen_port(environ))
    for variable in ("SEVRA_METRICS_ALLOWED_NETWORKS", "SEVRA_TRUSTED_PROXIES"):
        _networks(environ, variable)
    if environment == "production":
        _required_secret(environ)


def data_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the absolute path of the data directory; it need not exist."""
    return Path(environ.get("SEVRA_DATA_DIR") or ".data").absolute()


def media_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the absolute path of the folder that holds the pictures; it need not exist."""
    stated = environ.get("SEVRA_MEDIA_DIR")
    return Path(stated).absolute() if stated else data_directory(environ) / "media"


def secret_key(environ: Mapping[str, str] = os.environ) -> bytes:
    """Return the key of what is signed or hashed; it is made once where none is stated.

    Raises `MissingSettingError` in production, where every machine must be told the same.
    """
    return _secret_key(environ, data_directory(environ), _environment(environ))


def archive_destination(environ: Mapping[str, str] = os.environ) -> str:
    """Return where exported months of the archive are kept: a path, or the URL of a bucket."""
    return environ.get("SEVRA_ARCHIVE") or str(data_directory(environ) / "archive")


def drops_after_export(environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether an exported month loses its partition. Raises InvalidSettingError."""
    stated = environ.get("SEVRA_ARCHIVE_DROP_AFTER_EXPORT") or "false"
    if stated not in {"true", "false"}:
        raise InvalidSettingError("SEVRA_ARCHIVE_DROP_AFTER_EXPORT", stated, "true or false")
    return stated == "true"


def sitemap_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the absolute path of the folder that holds the sitemap's files; it need not exist."""
    stated = environ.get("SEVRA_SITEMAP_DIR")
    return Path(stated).absolute() if stated else data_directory(environ) / "sitemap"


def backup_options(environ: Mapping[str, str] = os.environ) -> BackupOptions:
    """Return where snapshots are kept and who can read them; in production they must be encrypted."""
    return BackupOptions(
        destination=environ.get("SEVRA_BACKUPS") or str(data_directory(environ) / "backups"),
        recipients=tuple(environ.get("SEVRA_BACKUP_RECIPIENTS", "").split()),
        require_encryption=_environment(environ) == "production",
        before_deploy=True,
    )


def listen_host(environ: Mapping[str, str] = os.environ) -> str:
    """Return the address the site listens on."""
    return environ.get("SEVRA_HOST") or DEFAULT_HOST


def listen_port(environ: Mapping[str, str] = os.environ) -> int:
    """Return the TCP port the site listens on."""
    text = environ.get("PORT") or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text) <= _HIGHEST_PORT:
        raise InvalidSettingError("PORT", text, f"a number from 1 to {_HIGHEST_PORT}")
    return int(text)


def public_base_url(environ: Mapping[str, str], host: str, port: int) -> str:
    """Return the first part of every absolute link, without a slash at its end."""
    stated = environ.get("SEVRA_PUBLIC_URL")
    if stated is None or stated == "":
        return local_base_url(host, port)
    if not stated.startswith(("http://", "https://")):
        raise InvalidSettingError(
            "SEVRA_PUBLIC_URL", stated, "an address that begins with https:// or http://"
        )
    return stated.rstrip("/")


def configured_base_url(environ: Mapping[str, str] = os.environ) -> str:
    """Return the first part of every absolute link for the host and port of the environment."""
    return public_base_url(environ, listen_host(environ), listen_port(environ))


def redirect_hosts(environ: Mapping[str, str] = os.environ) -> frozenset[str]:
    """Return the hosts of other sites to which a redirect rule may lead."""
    hosts = (environ.get("SEVRA_REDIRECT_ALLOWED_HOSTS") or "").lower().split()
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise InvalidSettingError(
                "SEVRA_REDIRECT_ALLOWED_HOSTS", host, "names of hosts with spaces between, without a scheme"
            )
    return frozenset(hosts)


def own_host(environ: Mapping[str, str] = os.environ) -> str:
    """Return the host of this site's own links."""
    return urlsplit(public_base_url(environ, listen_host(environ), listen_port(environ))).hostname or ""


def local_base_url(host: str, port: int) -> str:
    """Return the address to open on this machine; of all interfaces it is the loopback one."""
    loopback = {"0.0.0.0": DEFAULT_HOST, "::": "::1", "": DEFAULT_HOST}  # noqa: S104 - recognised here, not bound
    name = loopback.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _environment(environ: Mapping[str, str]) -> Environment:
    stated = environ.get("SEVRA_ENV") or "development"
    if stated not in get_args(Environment):
        raise InvalidSettingError("SEVRA_ENV", stated, "development or production")
    return cast("Environment", stated)


def _networks(environ: Mapping[str, str], variable: str) -> tuple[Network, ...]:
    networks = []
    for text in (environ.get(variable) or "").split():
        try:
            networks.append(ip_network(text))
        except ValueError as error:
            expected = "networks with spaces between, such as 127.0.0.1/32 10.0.0.0/8"
            raise InvalidSettingError(variable, text, expected) from error
    return tuple(networks)


def _required(environ: Mapping[str, str], variable: str, hint: str) -> str:
    value = environ.get(variable)
    if not value:
        raise MissingSettingError(variable, hint)
    return value


def _secret_key(environ: Mapping[str, str], data_dir: Path, environment: Environment) -> bytes:
    if environment == "production" or environ.get("SEVRA_SECRET_KEY"):
        return _required_secret(environ)
    return _stored_secret(data_dir / "secret")


def _required_secret(environ: Mapping[str, str]) -> bytes:
    # Several machines must accept one another's cursors; a key that each makes for itself breaks paging.
    hint = "set it to the same random text of 32 or more bytes on every machine"
    return _required(environ, "SEVRA_SECRET_KEY", hint).encode()


def _stored_secret(path: Path) -> bytes:
    """Return the key in a file; make it (mode 600) when it is missing. Of several makers one wins."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_SECRET_BYTES))
        try:
            # A link, not a rename: whoever comes second keeps the first one's key.
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes().strip()
